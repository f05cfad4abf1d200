"""What the sandbox's tenants hold: plain JSON objects by tenant, collection and id.

Collections are named as Graph names them: "users", "groups", "servicePrincipals", "connectedOrganizations",
"catalogs", "accessPackages", … Kept in one SQLite file so that a restarted sandbox goes
on; ":memory:" in tests.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Object = dict[str, Any]

SCHEMA = """CREATE TABLE IF NOT EXISTS object (
    tenant TEXT, collection TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (tenant, collection, id))"""


class Store:
    """Every read gives a fresh copy; nothing changes but by put and remove."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.lock = threading.RLock()
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute(SCHEMA)

    def put(self, tenant: str, collection: str, body: Object) -> Object:
        with self.lock:
            row = (tenant, collection, body["id"], json.dumps(body))
            self.db.execute("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?)", row)
        return body

    def get(self, tenant: str, collection: str, id: str) -> Object | None:
        with self.lock:
            found = self.db.execute(
                "SELECT body FROM object WHERE tenant=? AND collection=? AND id=?", (tenant, collection, id)
            ).fetchone()
        return json.loads(found[0]) if found else None

    def all(self, tenant: str, collection: str) -> list[Object]:
        with self.lock:
            rows = self.db.execute(
                "SELECT body FROM object WHERE tenant=? AND collection=? ORDER BY rowid", (tenant, collection)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def remove(self, tenant: str, collection: str, id: str) -> bool:
        with self.lock:
            gone = self.db.execute(
                "DELETE FROM object WHERE tenant=? AND collection=? AND id=?", (tenant, collection, id)
            )
        return gone.rowcount == 1

    def tenants(self) -> list[Object]:
        """The tenants themselves are kept under the tenant "" as {id, displayName, domains: [...], …}."""
        return self.all("", "tenants")

    def snapshot(self, tenant: str) -> dict[str, dict[str, Object]]:
        """All a tenant holds, by collection and id: what tests compare before and after."""
        result: dict[str, dict[str, Object]] = {}
        for collection, body in self._rows(tenant):
            result.setdefault(collection, {})[body["id"]] = body
        return result

    def _rows(self, tenant: str) -> Iterator[tuple[str, Object]]:
        with self.lock:
            rows = self.db.execute(
                "SELECT collection, body FROM object WHERE tenant=? ORDER BY rowid", (tenant,)
            ).fetchall()
        for collection, body in rows:
            yield collection, json.loads(body)
