"""What is ours, twice: as rows, and as entries of the ledger, which only grows.

The rows decide what is deleted and how it was before. They are believed where the ledger says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.engine.digest import digest
from onboarding.engine.plan import ENDINGS, Action
from onboarding.models import Onboarding, OwnedObject, Run, Step
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import LedgerEntry, Tenant

MADE, TAKEN_OVER, CHANGED = "made an object", "took over an object", "changed an object"
ENTERED_AS = {Action.CREATE: MADE, Action.ADOPT: TAKEN_OVER, Action.UPDATE: CHANGED}
SET_ASIDE, LET_GO = "set an object aside", "let go of an object"
VERBS = (MADE, TAKEN_OVER, CHANGED, SET_ASIDE, LET_GO)


def own(run: Run, step: Step, address: str = "") -> None:
    """What was made or taken over is ours from the moment it was written; at the step's address, or another
    where one of ours stands there."""
    address = address or step.address
    if step.action in ENDINGS:
        return
    values = {
        "remote_id": step.remote_id,
        "kind": step.kind,
        "target": step.target,
        "spec": step.spec,
        "needs": step.needs,
    }
    if step.action == Action.ADOPT:
        before = {name: step.before.get(name) for name in step.fields}
        values |= {"origin": OwnedObject.Origin.ADOPTED, "before": before}
    elif step.action == Action.CREATE:
        values |= {"origin": OwnedObject.Origin.CREATED, "before": {}}
    elif mine := run.tenant.owned.filter(address=address, origin=OwnedObject.Origin.ADOPTED).first():
        # A later offer may touch more fields than were taken over at first; the oldest value counts.
        values["before"] = {name: step.before.get(name) for name in step.fields} | mine.before
    row, _ = OwnedObject.objects.update_or_create(tenant=run.tenant, address=address, defaults=values)
    enter(row, ENTERED_AS[Action(step.action)], mark=step.marker, run=run.pk)


def release(run: Run) -> None:
    """Rows of what was seen to end go, but for what another one hangs on that was not: it is read with it."""
    needed, over = set[str](), set[str]()
    for step in run.steps.filter(action__in=ENDINGS):  # listed before all they need
        if step.state != Step.State.VERIFIED or step.address in needed:
            needed.update(step.needs)
            continue
        for mine in run.tenant.owned.filter(address=step.address, remote_id=step.planned_id):
            let_go(mine, action=step.action, run=run.pk)
        over.add(step.address)
    _untick(run, over)


def _untick(run: Run, over: set[str]) -> None:
    """A tick is for one taking over: what was given back is asked about anew.

    The row is held after the record, as where somebody ticks.
    """
    for draft in Onboarding.objects.select_for_update().filter(tenant=run.tenant):
        if over & draft.ticked.keys():
            draft.ticked = {address: id for address, id in draft.ticked.items() if address not in over}
            draft.save(update_fields=["ticked"])


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
    said = entered(tenant)
    for address in sorted(rows.keys() | said.keys()):
        if rows.get(address) != said.get(address):
            raise Refused("not_as_entered", tenant=tenant.domain, step=address)


def entered(tenant: Tenant, then: Mapping[str, str] | None = None, since: int = 0) -> dict[str, str]:
    """Address → the row's fingerprint, as the ledger has it; where we know how it was `then`, only since."""
    entries = tenant.customer.ledger.filter(
        verb__in=VERBS, facts__tenant=str(tenant.tenant_id), number__gt=since
    )
    said = dict(then or {})
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
