"""What was agreed to is what is carried out: a row changed afterwards stops the run before its first write.

The columns are taken from the models, so that a new column is looked at without anybody thinking of it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction

from access.standing import Standing, with_standing
from onboarding import offers, plans, runs
from onboarding.agreeing import agreements
from onboarding.models import Agreement, Onboarding, OwnedObject, Plan, Run, Step
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft import clouds
from tenants.microsoft.errors import Refused
from tenants.models import Customer, Tenant
from tests.onboarding import already
from tests.onboarding.conftest import NORTHWIND, agreed_plan, entered, manage, writes
from tests.onboarding.delegating import SENTINEL, file_for, subscription
from tests.onboarding.wizarding import let_in

# How a step goes is not what was agreed; everything else of a step is.
GOES = {"id", "run", "position", "state", "marker", "remote_id", "unclear", "looks", "not_before"}
GOES |= {"waiting_since", "reason", "facts"}
AGREED = [f.attname for f in Step._meta.concrete_fields if f.name not in GOES]
PLAN = [f.attname for f in Plan._meta.concrete_fields if f.name != "id"]
NOW = ("--apply", "--inline")
OWNED = [f.attname for f in OwnedObject._meta.concrete_fields if f.name != "id"]


@pytest.fixture
def run(portal: Cloud, file: Callable[..., Path]) -> Run:
    """Agreed to and started, with nothing written yet."""
    agreed_plan(file())
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
    assert writes(box) == before, what
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


def test_any_agreed_column_of_what_is_written_and_awaited_at_home(portal: Cloud, tmp_path: Path) -> None:
    """Trust in both tenants and a delegation: a row of theirs is held to what was agreed to likewise."""
    sold = {"planes": ["cross_tenant_access", "lighthouse"], "analysts_group": seed.ANALYSTS}
    seen = offers.current("managed-defender").version
    offers.edit("managed-defender", seen, {**sold, "lighthouse": SENTINEL}, "person 1")
    let_in(portal, seed.NORTHWIND, seed.TRUST)
    agreed_plan(file_for(tmp_path, subscription(portal)))
    run = runs.start(Plan.objects.get(), "a test")
    assert {step.kind for step in run.steps.all()} == {"partner_inbound", "partner_outbound", "delegation"}
    for step in run.steps.all():
        for column in AGREED:
            with undone():
                change(step, column)
                assert_refused(portal, run, f"{step.address}: {column}")


def test_any_column_of_anything_we_own_changed_after_an_ending_was_agreed_to(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """What we own decides what is deleted, what is given back, and how it was before."""
    already.set_up(portal, file())
    run = agreed(Plan.Purpose.OFFBOARD)
    assert len(OWNED) >= 9
    for at, column in enumerate(OWNED * 2):
        owned = OwnedObject.objects.order_by("address")[(at * 7) % OwnedObject.objects.count()]
        with undone():
            change(owned, column)
            assert_refused(portal, run, f"{owned.address}: {column}")
    with undone():
        OwnedObject.objects.all()[0].delete()
        assert_refused(portal, run, "one less")


@pytest.mark.parametrize("address", ["catalog/mssp", "group/approvers"])
def test_what_we_own_and_a_plan_only_refers_to_changed_afterwards(
    portal: Cloud, file: Callable[..., Path], address: str
) -> None:
    """A package goes into the catalog that we own: another id there would be another catalog."""
    assert manage("onboard", file(NORTHWIND.replace("[app", 'tiers = ["tier-1"]\n[app', 1)), *NOW)[0] == 0
    agreed_plan(file())
    run = runs.start(Plan.objects.latest("pk"), "a test")
    assert not run.steps.filter(address=address).exists()
    change(OwnedObject.objects.get(address=address), "remote_id")
    assert_refused(portal, run, address)


def agreed(purpose: str) -> Run:
    draft = Onboarding.objects.get()
    plan = plans.save(draft, plans.look(draft, purpose).plan, purpose)
    agreements.record(plan, by="c", reference="r", asked_by="a", decided_by="d")
    return runs.start(plan, "a test")


def test_a_plan_for_another_tenant_is_not_even_agreed_to(portal: Cloud, file: Callable[..., Path]) -> None:
    already.set_up(portal, file())
    before = writes(portal)
    OwnedObject.objects.filter(address="connected_organization/provider").update(target=seed.CONTOSO)
    entered()
    with pytest.raises(Refused, match="plan_changed"):
        agreed(Plan.Purpose.OFFBOARD)
    assert manage("offboard", "northwind", *NOW)[1]["refused"] == "plan_changed"
    assert writes(portal) == before


def test_nothing_is_carried_out_in_another_cloud_than_was_agreed_to(
    portal: Cloud, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same addresses under another name, as after a change of settings."""
    other_name = replace(clouds.current(), name="usgov")
    monkeypatch.setattr("tenants.microsoft.clouds.current", lambda: other_name)
    assert_refused(portal, run, "cloud")


@pytest.mark.parametrize("form", ["withdrawal", "recorded"])
def test_an_agreement_put_there_by_hand_in_a_form_that_does_not_do(
    portal: Cloud, file: Callable[..., Path], form: str, settings: Any
) -> None:
    """With its entry in the ledger, but neither signed nor allowed here nor a mere taking away."""
    assert manage("onboard", file(NORTHWIND.partition("[agreement]")[0]))[0] == 3
    draft = Onboarding.objects.get()
    plan = plans.save(draft, plans.look(draft).plan)
    said = {"by": "x", "reference": "y", "asked_by": "a", "decided_by": "a" if form == "withdrawal" else "b"}
    agreements._enter(plan, "x", Agreement.Form(form), said)
    settings.ALLOW_RECORDED_AGREEMENT = False
    with pytest.raises(Refused, match="agreement_missing"):
        runs.start(plan, "a test")
    run = Run.objects.create(tenant=plan.tenant, plan=plan, started_by="a test")
    Step.objects.bulk_create(runs._step(run, at, each) for at, each in enumerate(plan.changes))
    assert advance(run.pk) is None
    run.refresh_from_db()
    assert (writes(portal), run.ended) == (0, "failed")


@pytest.mark.parametrize("left", [0, 1])
def test_a_run_whose_steps_were_taken_away_is_not_green(portal: Cloud, run: Run, left: int) -> None:
    """Neither where none is left nor where those that are left were verified."""
    kept = run.steps.order_by("position")[:left]
    run.steps.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    run.steps.update(state=Step.State.VERIFIED)
    assert advance(run.pk) is None
    run.refresh_from_db()
    assert (run.closed_at is None, run.ended, writes(portal)) == (False, "failed", 0)
    assert with_standing(Tenant.objects.all()).get().standing == Standing.STOPPED


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


@pytest.mark.parametrize("column", ["digest", "ledger_number", "by", "form", "decided_by"])
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
    already.set_up(portal, file())
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
    agreed_plan(file())
    plan = Plan.objects.get()
    Plan.objects.update(changes=plan.changes[:-1])
    with pytest.raises(Refused, match="plan_changed"):
        runs.start(Plan.objects.get(), "a test")
    assert not Run.objects.exists() and writes(portal) == 0
