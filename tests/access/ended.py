"""An end that is over, as rows."""

from __future__ import annotations

import uuid

from onboarding.models import Agreement, Attempt, Run, Step
from onboarding.ownership import LET_GO
from tenants import ledger
from tenants.models import Tenant
from tests.access import world


def ended(whose: Tenant) -> Run:
    """An end that is over; one of its objects could not be read back."""
    run = world.ran(whose, hours_ago=6, purpose="offboard")
    agreed = ledger.record("person 4", "ended for the customer", "it", whose.customer)
    Agreement.objects.filter(plan=run.plan).update(
        form="ended",
        by="rita@northwind.example",
        decided_by="person 4",
        asked_by="person 4",
        ledger_number=agreed.number,
    )
    ends = (("delete", "verified"), ("release", "verified"), ("delete", "failed"), ("delete", "skipped"))
    for at, (action, state) in enumerate(ends):
        one = world.step(run, at, state, planned_id=str(uuid.uuid4()))
        Step.objects.filter(pk=one.pk).update(action=action)
        if state == "verified":
            facts = {"id": one.planned_id, "action": action, "run": run.pk}
            ledger.record("worker", LET_GO, one.address, whose.customer, **facts)
    Step.objects.filter(run=run, state="failed").update(reason="left_unclear", facts={"why": "503"})
    Attempt.objects.create(step=run.steps.get(state="failed"), number=1, outcome="unreadable")
    ledger.record("worker", "ended a run: failed", f"run {run.pk}", whose.customer)
    return run
