"""Every wrong setting stops the start with one line: what, and what is allowed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import databases
from portal.environment import Environment, lines, read

Read = Callable[[Environment], object]

WRONG: list[tuple[str, Read]] = [
    ("", lambda env: env.text("X")),
    ("maybe", lambda env: env.flag("X")),
    ("many", lambda env: env.number("X", 1)),
    ("-1", lambda env: env.number("X", 1)),
    ("nan", lambda env: env.number("X", 1)),
    ("inf", lambda env: env.number("X", 1)),
    ("mars", lambda env: env.choice("X", ("public", "custom"), "public")),
    ("1234", lambda env: env.guid("X")),
    ("http://login.example", lambda env: env.origin("X")),
    ("https://login.example/", lambda env: env.origin("X")),
    ("https://login.example/path", lambda env: env.origin("X")),
    ("https://login.example?x=1", lambda env: env.origin("X")),
    ("https://user@login.example", lambda env: env.origin("X")),
    ("https://login.example:port", lambda env: env.origin("X")),
    ("https://", lambda env: env.origin("X")),
    ("login.example", lambda env: env.origin("X")),
    ("", lambda env: env.origin("X")),
    ("http://portal.example", lambda env: env.web_origin("X", "")),
    ("http://localhost.evil.example", lambda env: env.web_origin("X", "")),
    ("/no/such/file", lambda env: env.file("X")),
    (__file__, lambda env: env.certificate("X")),
    (sys.executable, lambda env: env.certificate("X")),
    ("nonsense", lambda env: env.broker("X", "")),
    ("http://broker", lambda env: env.broker("X", "")),
]


@pytest.mark.parametrize(("value", "reading"), WRONG)
def test_a_wrong_value_is_one_line_that_names_the_setting(value: str, reading: Read) -> None:
    with pytest.raises(ImproperlyConfigured) as wrong:
        reading(Environment({"X": value}))
    assert str(wrong.value).startswith("X is ")
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    "url", ["mysql://h/x", "sqlite://", "sqlite:///", "postgres://h", "postgres://u:p@h:port/x", "x"]
)
def test_a_wrong_database_is_one_line_without_the_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(
        ImproperlyConfigured, match=r"^DATABASE_URL .*allowed: sqlite:///path or postgres://.*$"
    ):
        databases.parse(url.replace(":p@", ":hidden-word@"), tmp_path)


def test_a_database_password_may_hold_any_character(tmp_path: Path) -> None:
    found = databases.parse("postgres://gate:p%40ss%2Fword@db:5433/house", tmp_path)
    assert (found["USER"], found["PASSWORD"], found["PORT"]) == ("gate", "p@ss/word", 5433)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-the-file\n")
    assert Environment({"X_FILE": str(tmp_path / "key")}).secret("X") == "from-the-file"


def test_a_secret_given_twice_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured) as wrong:
        Environment({"X": "hush-hush", "X_FILE": str(tmp_path)}).secret("X")
    assert "X_FILE" in str(wrong.value)
    assert "hush" not in str(wrong.value)


def test_an_empty_secret_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="empty"):
        Environment({"X_FILE": str(tmp_path / "key")}).secret("X")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "env").write_text("# shared\n\nONE=file\nTWO=a=b\n")
    monkeypatch.setenv("GATEHOUSE_ENV", str(tmp_path / "env"))
    monkeypatch.setenv("ONE", "process")
    env = read(tmp_path)
    assert (env.text("ONE"), env.text("TWO")) == ("process", "a=b")


def test_a_line_that_is_no_setting_is_named_by_number(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("A=1\nnonsense hush\n")
    with pytest.raises(ImproperlyConfigured, match="line 2 is not NAME=value") as wrong:
        lines(tmp_path / "env")
    assert "hush" not in str(wrong.value)
