"""A run may wait for weeks. What it has made by then is still what it was when it was entered, or it ends."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding import runs
from onboarding.models import Agreement, OwnedObject, Plan, Run, Step
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import LedgerEntry
from tests.ledger_guard import ledger_erasable
from tests.onboarding.clicking import carry_out
from tests.onboarding.conftest import agreed_plan, writes
from tests.onboarding.test_tampering import OWNED, assert_refused, change, undone


@pytest.fixture
def run(portal: Cloud, file: Callable[..., Path]) -> Run:
    """Groups, catalog and packages are made; what is asked for waits for the customer."""
    agreed_plan(file())
    begun = runs.start(Plan.objects.get(), "a test")
    portal.faults.append(Fault("403", "POST", "resourceRequests", times=1000))
    assert advance(begun.pk) is not None
    portal.faults.clear()
    assert set(begun.steps.values_list("state", flat=True)) == {"verified", "written", "customer", "waiting"}
    runs.resume(begun, "a test")
    return begun


@pytest.fixture
def payroll(portal: Cloud) -> str:
    """A group of the customer's that has nothing to do with us."""
    group: dict[str, Any] = {"id": str(uuid.uuid4()), "displayName": "Payroll", "members": [], "owners": []}
    portal.store.put(seed.NORTHWIND, "groups", {**group, "mailNickname": "pay", "securityEnabled": True})
    return str(group["id"])


def shared(box: Cloud) -> set[str]:
    """Groups in any catalog."""
    listed = box.store.all(seed.NORTHWIND, "resourceRequests")
    return {one["resource"]["originId"] for one in listed}


def test_what_nobody_touched_goes_on(portal: Cloud, run: Run) -> None:
    carry_out()
    run.refresh_from_db()
    assert run.ended == "verified"


@pytest.mark.parametrize("where", ["the step", "what is ours", "both"])
def test_another_group_in_the_place_of_ours_is_never_handed_out(
    portal: Cloud, run: Run, payroll: str, where: str
) -> None:
    if where != "what is ours":
        Step.objects.filter(run=run, address="group/tier-1").update(remote_id=payroll)
    if where != "the step":
        OwnedObject.objects.filter(address="group/tier-1").update(remote_id=payroll)
    advance(run.pk)
    assert payroll not in shared(portal)


def test_any_column_of_anything_the_run_has_made_changed_while_it_waits(portal: Cloud, run: Run) -> None:
    made = OwnedObject.objects.order_by("address")
    assert made.count() > 5
    for at, column in enumerate(OWNED):
        with undone():
            change(made[at % made.count()], column)
            stopped(portal, run, column)
    with undone():
        made[0].delete()
        stopped(portal, run, "one less")


def stopped(box: Cloud, run: Run, what: str) -> None:
    before = writes(box)
    assert advance(run.pk) is None, what
    run.refresh_from_db()
    assert (writes(box), run.ended) == (before, "failed"), what
    assert "plan_changed" in set(run.steps.values_list("reason", flat=True)), what


def test_an_entry_of_the_record_that_was_changed_to_fit_is_not_believed(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "a test")
    agreement = Agreement.objects.get()
    entry = LedgerEntry.objects.filter(number=agreement.ledger_number)
    with ledger_erasable():
        entry.update(actor="somebody")
    Agreement.objects.update(decided_by="somebody")
    assert_refused(portal, run, "an entry changed to fit")
