"""Northwind already set up: carried out once in this process, then the same rows and objects put back.

Most stories begin after an onboarding, which is told and tried elsewhere, and takes longer than they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from sandbox.cloud import Cloud
from sandbox.store import Store
from tests.onboarding.conftest import manage

Rows = list[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]
ROOMS = ("tenants", "onboarding", "access")
_kept: dict[str, tuple[Store, Rows]] = {}


def set_up(box: Cloud, file: Path) -> None:
    """As `manage.py onboard FILE --apply --inline` leaves it, without its calls. Nothing may be there yet."""

    def carry_out() -> None:
        assert manage("onboard", file, "--apply", "--inline")[0] == 0

    put_back(box, file.read_text("utf-8"), carry_out)


def put_back(box: Cloud, name: str, carry_out: Callable[[], None]) -> None:
    """What this leaves, carried out once and then without its calls."""
    assert not any(_read())
    if name not in _kept:
        carry_out()
        objects = Store()
        box.store.db.backup(objects.db)
        _kept[name] = objects, list(_read())
    else:
        objects, rows = _kept[name]
        objects.db.backup(box.store.db)
        _write(rows)


def _read() -> Iterator[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    """As the database itself says it, so that what is put back is what was there."""
    with connection.cursor() as cursor:
        for model in _ours():
            cursor.execute(f"SELECT * FROM {_quoted(model._meta.db_table)}")  # noqa: S608  names of our own tables
            names = tuple(column[0] for column in cursor.description)
            if rows := cursor.fetchall():
                yield model._meta.db_table, names, rows


def _write(rows: Rows) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, names, values in rows:
            places = ", ".join(["%s"] * len(names))
            columns = ", ".join(map(_quoted, names))
            whole = f"INSERT INTO {_quoted(table)} ({columns}) VALUES ({places})"  # noqa: S608  as above
            cursor.executemany(whole, values)
        for statement in connection.ops.sequence_reset_sql(no_style(), _ours()):
            cursor.execute(statement)


def _ours() -> list[type[Model]]:
    """Without what migrations filled."""
    return [model for model in apps.get_models() if model._meta.app_label in ROOMS]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
