"""Lets transactional tests empty the database although the ledger refuses it.

Django's `flush` is a DELETE or a TRUNCATE of every table. `from tests.ledger_guard import ledger_bears_flush`
in tests/conftest.py is all that is needed: only the flush itself finds the triggers gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from tenants import append_only


@contextmanager
def ledger_erasable() -> Iterator[None]:
    """The triggers are away inside, and back afterwards."""
    append_only.remove(connection)
    try:
        yield
    finally:
        append_only.install(connection)


@pytest.fixture(scope="session", autouse=True)
def ledger_bears_flush() -> Iterator[None]:
    operations = type(connection.ops)  # the class, because a browser's loop gets a connection of its own
    plain = operations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, statements: Iterable[str]) -> None:
        with ledger_erasable():
            plain(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush)
        yield
