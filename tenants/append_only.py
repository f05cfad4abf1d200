"""The triggers that let the ledger only grow.

The database itself refuses to change or remove an entry, so that not even our own bug or shell can. The
migration puts them there. SQLite forgets triggers when Django remakes a table: a later migration that alters
LedgerEntry must call `install` again.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "tenants_ledgerentry"
REFUSAL = "the ledger is append-only"

INSTALL = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS ledger_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        *(
            f"CREATE OR REPLACE TRIGGER ledger_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
            for verb in ("UPDATE", "DELETE", "TRUNCATE")
        ),
    ],
}

REMOVE = {
    "sqlite": [f"DROP TRIGGER IF EXISTS ledger_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        *(f"DROP TRIGGER IF EXISTS ledger_no_{verb} ON {TABLE}" for verb in ("update", "delete", "truncate")),
        "DROP FUNCTION IF EXISTS ledger_refuse()",
    ],
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Refuse UPDATE and DELETE, and TRUNCATE where the database knows it."""
    _run(connection, INSTALL[connection.vendor])


def remove(connection: BaseDatabaseWrapper) -> None:
    """For a migration backwards, and for tests that flush."""
    _run(connection, REMOVE[connection.vendor])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
