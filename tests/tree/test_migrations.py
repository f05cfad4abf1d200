"""The migrations of a room form one line: two that come after the same one can be applied in no order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("tenants", "onboarding", "access")
AFTER = re.compile(r"""\(\s*["'](\w+)["'],\s*["'](\d{4}_\w+)["']\s*\)""")


def last(folder: Path, room: str) -> list[str]:
    """Migrations that no other of the room comes after."""
    texts = {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("[0-9]*.py"))}
    before = {name for text in texts.values() for app, name in AFTER.findall(text) if app == room}
    return [name for name in texts if name not in before]


@pytest.mark.parametrize("room", ROOMS)
def test_there_is_one_last_migration(room: str) -> None:
    assert len(last(ROOT / room / "migrations", room)) == 1


def test_two_after_the_same_one_are_noticed(tmp_path: Path) -> None:
    for name, after in (("0001_a", ""), ("0002_b", '("x", "0001_a")'), ("0002_c", '("x", "0001_a")')):
        (tmp_path / f"{name}.py").write_text(f"dependencies = [{after}]\n", "utf-8")
    assert last(tmp_path, "x") == ["0002_b", "0002_c"]
