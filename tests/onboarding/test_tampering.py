"""What was agreed to is what is carried out: a row changed afterwards stops the run before its first write.

The columns are taken from the models, so that a new column is looked at without anybody thinking of it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction

from onboarding import agreements, plans, runs
from onboarding.advance import advance
from onboarding.models import Agreement, Onboarding, Plan, Run, Step
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import Customer, Tenant
from tests.onboarding.conftest import manage, writes

# How a step goes is not what was agreed; everything else of a step is.
GOES = {"id", "run", "position", "state", "marker", "remote_id", "unclear", "looks", "not_before"}
GOES |= {"waiting_since", "reason", "facts"}
AGREED = [f.attname for f in Step._meta.concrete_fields if f.name not in GOES]
PLAN = [f.attname for f in Plan._meta.concrete_fields if f.name != "id"]


@pytest.fixture
def run(portal: Cloud, file: Callable[..., Path]) -> Run:
    """Agreed to and started, with nothing written yet."""
    assert manage("onboard", file())[0] == 2
    return runs.start(Plan.objects.get(), "a test")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def other(row: models.Model, column: str) -> Any:
    """Another value of the same type."""
    value = getattr(row, column)
    if column == "tenant_id":
        return another_tenant().pk
    match value:
        case uuid.UUID():
            return uuid.uuid4()
        case dt.datetime():
            return value + dt.timedelta(seconds=1)
        case dict():
            return {**value, "displayName": "changed afterwards"}
        case list():
            return [*value, "changed afterwards"]
        case int():
            return value + 1
    return ("x" + value[1:]) if value else "x"


def another_tenant() -> Tenant:
    customer = Customer.objects.create(name="Contoso", slug="contoso")
    return Tenant.objects.create(
        customer=customer, slug="contoso", tenant_id=uuid.uuid4(), cloud="custom", domain="contoso.example"
    )


def change(row: models.Model, column: str) -> None:
    before = getattr(row, column)
    type(row)._default_manager.filter(pk=row.pk).update(**{column: other(row, column)})
    row.refresh_from_db()
    assert getattr(row, column) != before


def assert_refused(box: Cloud, run: Run, what: str) -> None:
    before = writes(box)
    assert advance(run.pk) is None, what
    run.refresh_from_db()
    assert writes(box) == before == 0, what
    assert run.ended == "failed", what
    reasons = set(run.steps.values_list("state", "reason"))
    assert reasons and reasons <= {("failed", "plan_changed"), ("failed", "agreement_mismatch")}, (
        what,
        reasons,
    )


def test_what_nobody_touched_is_not_refused(run: Run) -> None:
    agreements.check(run)


def test_any_column_of_the_plan_changed_afterwards(portal: Cloud, run: Run) -> None:
    assert len(PLAN) >= 7
    for column in PLAN:
        with undone():
            change(Plan.objects.get(), column)
            assert_refused(portal, run, column)


def test_any_agreed_column_of_any_step_changed_afterwards(portal: Cloud, run: Run) -> None:
    assert len(AGREED) >= 9
    for at, column in enumerate(AGREED * 2):
        step = run.steps.all()[(at * 7) % run.steps.count()]
        with undone():
            change(step, column)
            assert_refused(portal, run, f"{step.address}: {column}")


def test_steps_in_another_order(portal: Cloud, run: Run) -> None:
    first, last = run.steps.order_by("position").first(), run.steps.order_by("position").last()
    assert first is not None and last is not None
    Step.objects.filter(pk=first.pk).update(position=last.position + 1)
    assert_refused(portal, run, "order")


def test_a_step_more(portal: Cloud, run: Run) -> None:
    step = run.steps.get(address="group/tier-1")
    step.pk, step.address, step.position = None, "group/tier-3", 99
    step.save()
    assert_refused(portal, run, "one more")


def test_a_step_less(portal: Cloud, run: Run) -> None:
    run.steps.get(address="assignment_policy/tier-1/analysts").delete()
    assert_refused(portal, run, "one less")


@pytest.mark.parametrize("column", ["digest", "ledger_number", "by"])
def test_an_agreement_changed_afterwards(portal: Cloud, run: Run, column: str) -> None:
    change(Agreement.objects.get(), column)
    assert_refused(portal, run, column)


def test_an_agreement_taken_away(portal: Cloud, run: Run) -> None:
    Agreement.objects.all().delete()
    assert advance(run.pk) is None
    run.refresh_from_db()
    assert (writes(portal), run.ended) == (0, "failed")
    assert set(run.steps.values_list("reason", flat=True)) == {"agreement_missing"}


def test_the_tenant_changed_under_the_plan(portal: Cloud, run: Run) -> None:
    change(run.tenant, "cloud")
    assert_refused(portal, run, "cloud")


def test_an_id_written_into_a_waiting_step_is_never_used(portal: Cloud, file: Callable[..., Path]) -> None:
    """Deleting what we own by the id that was agreed to, not by one slipped into the step's progress."""
    tid = "00420000-0000-4000-8000-000000000001"
    manage("onboard", file(), "--apply", "--inline")
    group: dict[str, Any] = {"id": str(uuid.uuid4()), "displayName": "Payroll", "members": [], "owners": []}
    portal.store.put(tid, "groups", {**group, "mailNickname": "payroll", "securityEnabled": True})
    draft = Onboarding.objects.get()

    plan = plans.save(draft, plans.look(draft, Plan.Purpose.OFFBOARD).plan, Plan.Purpose.OFFBOARD)
    agreements.record(plan, by="c", reference="r", asked_by="a", decided_by="d")
    run = runs.start(plan, "a test")
    Step.objects.filter(run=run, address="group/tier-1").update(remote_id=group["id"])
    for _ in range(20):
        if advance(run.pk) is None:
            break
    assert portal.store.get(tid, "groups", group["id"]) is not None


def test_a_plan_changed_before_the_start_is_not_started(portal: Cloud, file: Callable[..., Path]) -> None:
    manage("onboard", file())
    plan = Plan.objects.get()
    Plan.objects.update(changes=plan.changes[:-1])
    with pytest.raises(Refused, match="plan_changed"):
        runs.start(Plan.objects.get(), "a test")
    assert not Run.objects.exists() and writes(portal) == 0
