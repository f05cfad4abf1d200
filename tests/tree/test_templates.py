"""A room's pages load words of their own room or of one below: DESIGN.md "Rooms"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tree.test_imports import ROOMS, ROOT

LOADED = re.compile(r"{% load ([^%]+) %}")


def libraries(room: str) -> set[str]:
    return {file.stem for file in (ROOT / room / "templatetags").glob("*.py")} - {"__init__"}


def from_above(room: str) -> list[str]:
    """Each page with a library that it must not know."""
    above = {name for other in ROOMS[ROOMS.index(room) + 1 :] for name in libraries(other)}
    pages = sorted((ROOT / "templates" / room).rglob("*.html"))
    return [f"{page.name}: {name}" for page in pages for name in loaded(page) if name in above]


def loaded(page: Path) -> set[str]:
    return {name for names in LOADED.findall(page.read_text("utf-8")) for name in names.split()}


@pytest.mark.parametrize("room", ["onboarding", "access"])
def test_no_page_loads_words_of_a_room_above(room: str) -> None:
    assert from_above(room) == []


def test_there_are_libraries_to_look_for() -> None:
    assert "standings" in libraries("access") and "shown" in libraries("tenants")
    assert "shown" in loaded(ROOT / "templates" / "onboarding" / "_progress.html")
