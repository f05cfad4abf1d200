"""What a production's settings refuse, each in one line; and how SQLite is opened."""

from __future__ import annotations

import os
import runpy
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler

from portal import databases

SETTINGS = Path(databases.__file__).with_name("settings.py")
CUSTOM = {
    "CLOUD": "custom",
    "ALLOW_CUSTOM_CLOUD": "on",
    **{f"CLOUD_{name}_URL": "https://localhost:8443" for name in ("LOGIN", "GRAPH", "ARM")},
}
GOOD = {"SECRET_KEY": "k" * 60}


def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **given: str) -> dict[str, Any]:
    empty = tmp_path / "gatehouse.env"
    empty.touch()
    monkeypatch.setattr(os, "environ", GOOD | {"GATEHOUSE_ENV": str(empty)} | given)
    return runpy.run_path(str(SETTINGS))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"READER_CLIENT_SECRET": "s"}, "READER_CLIENT_SECRET is set; allowed: READER_CERTIFICATE_FILE"),
        ({"SETUP_CLIENT_SECRET": "s"}, "SETUP_CLIENT_SECRET is set; allowed: SETUP_CERTIFICATE_FILE"),
        (CUSTOM | {"ALLOW_CUSTOM_CLOUD": "off"}, "allowed only with ALLOW_CUSTOM_CLOUD=on"),
        (CUSTOM | {"CLOUD_GRAPH_URL": ""}, "CLOUD_GRAPH_URL is missing"),
        ({"CLOUD_LOGIN_URL": "https://localhost:8443"}, "allowed only with CLOUD=custom"),
        ({"CELERY_BROKER_URL": "amqp://broker"}, "CELERY_BROKER_URL is of another kind"),
        ({"READER_CERTIFICATE_FILE": __file__}, "it must hold a key and its certificate"),
    ],
)
def test_a_wrong_one_stops_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str], said: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as stopped:
        settings(monkeypatch, tmp_path, **given)
    assert said in str(stopped.value) and "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    "given", [{}, CUSTOM, {"SIGNIN_CLIENT_SECRET": "s"}, {"DEBUG": "on", "READER_CLIENT_SECRET": "s"}]
)
def test_what_is_allowed_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str]
) -> None:
    assert settings(monkeypatch, tmp_path, **given)["PROCESS"] == "all"


@pytest.mark.django_db
def test_sqlite_is_open_to_readers_while_one_writes_and_a_writer_begins_as_one(tmp_path: Path) -> None:
    path = tmp_path / "gatehouse.sqlite3"
    ours = ConnectionHandler({"default": databases.parse(f"sqlite:///{path}", tmp_path)})["default"]
    with closing(sqlite3.connect(path, timeout=0)) as other, closing(ours):
        ours.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        ours.rollback()
        other.execute("BEGIN IMMEDIATE")
