"""What is ours, twice: as rows, and as entries of the ledger, which only grows.

The rows decide what is deleted and how it was before. They are believed where the ledger says the same.
"""

from __future__ import annotations

from typing import Any

from onboarding.engine.digest import digest
from onboarding.models import OwnedObject
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import LedgerEntry, Tenant

MADE, TAKEN_OVER, CHANGED = "made an object", "took over an object", "changed an object"
SET_ASIDE, LET_GO = "set an object aside", "let go of an object"
VERBS = (MADE, TAKEN_OVER, CHANGED, SET_ASIDE, LET_GO)


def enter(row: OwnedObject, verb: str, **facts: Any) -> None:
    """It is ours from now on, or ours as it now is."""
    said = {"id": row.remote_id, "origin": row.origin, "row": fingerprint(row), **facts}
    _record(row.tenant, verb, row.address, said)


def let_go(row: OwnedObject, **facts: Any) -> None:
    """It was read back as gone or given back: the row goes, the record stays."""
    _record(row.tenant, LET_GO, row.address, {"id": row.remote_id, **facts})
    row.delete()


def _record(tenant: Tenant, verb: str, address: str, facts: dict[str, Any]) -> None:
    where = str(tenant.tenant_id)
    ledger.record("worker", verb, address, tenant.customer, **facts, tenant=where)


def check(tenant: Tenant) -> None:
    """Raises Refused where a row is not as it was entered, or one is missing or too many."""
    rows = {row.address: fingerprint(row) for row in tenant.owned.all()}
    said = _entered(tenant)
    for address in sorted(rows.keys() | said.keys()):
        if rows.get(address) != said.get(address):
            raise Refused("not_as_entered", tenant=tenant.domain, step=address)


def _entered(tenant: Tenant) -> dict[str, str]:
    """Address → the row's fingerprint, as the ledger has it."""
    entries = tenant.customer.ledger.filter(verb__in=VERBS, facts__tenant=str(tenant.tenant_id))
    said: dict[str, str] = {}
    for entry in entries.order_by("number"):
        said.pop(entry.facts.get("was", entry.subject), None)
        if entry.verb != LET_GO:
            said[entry.subject] = _believed(entry)
    return said


def _believed(entry: LedgerEntry) -> str:
    return str(entry.facts["row"]) if ledger.digest(entry) == entry.hash else ""


def fingerprint(row: OwnedObject) -> str:
    """All we know of one object we own, as one hash."""
    return digest(
        {
            "target": str(row.target),
            "kind": row.kind,
            "remote_id": row.remote_id,
            "origin": row.origin,
            "spec": row.spec,
            "needs": row.needs,
            "before": row.before,
            "since": row.since.isoformat(),
        }
    )
