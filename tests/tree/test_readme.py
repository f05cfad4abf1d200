"""The README names every setting and every command there is, and compose sets nothing that nobody reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from onboarding.reason_parts import USUAL_NAMES
from sandbox import seed

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
READ = re.findall(r'env\.\w+\(\s*"(\w+)"', SETTINGS)
OTHERS = {"FORWARDED_ALLOW_IPS"}
"""Read by gunicorn, not by us."""


def known(name: str) -> bool:
    """`SIGNIN_CERTIFICATE_FILE` is read as …_CERTIFICATE_FILE, `SECRET_KEY_FILE` as SECRET_KEY."""
    patterns = ("(SIGNIN|READER|SETUP|TRUST|HOME|DEPLOY)_(CLIENT_ID|CLIENT_SECRET|CERTIFICATE_FILE)", *READ)
    return any(re.fullmatch(f"{pattern}(_FILE)?", name) for pattern in patterns)


@pytest.mark.parametrize("name", READ)
def test_every_setting_is_in_the_table(name: str) -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    assert any(f"`{name}`" in row.split("|")[1] for row in rows)


def test_the_apps_are_called_as_the_readme_has_them_called() -> None:
    named = set(re.findall(r'"(Gatehouse [\w-]+)"', README))
    assert {seed.called(name) for name in ("signin", *seed.APPS)} == named
    assert set(USUAL_NAMES.values()) <= named


def test_compose_sets_only_what_is_read() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    ours = ("web", "worker", "beat", "migrate")
    named = {name for service in ours for name in compose["services"][service]["environment"]}
    assert {name for name in named - OTHERS if not known(name)} == set()


def test_every_target_of_make_is_named() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    texts = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [target for target in phony[1].split() if f"make {target}" not in texts] == []


def test_every_page_that_a_test_looks_at_is_among_the_pictures() -> None:
    [line] = re.findall(r"^PICTURES := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    looks = {
        path.stem.removeprefix("test_")
        for path in (ROOT / "tests/browser").glob("test_*.py")
        if re.search(r"look\.(everything|in_theme|at_a_glance|picture)\(", path.read_text(encoding="utf-8"))
    }
    assert looks - set(line.split()) == set()
