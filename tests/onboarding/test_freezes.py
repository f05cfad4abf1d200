"""Freeze windows: in one no set-up begins or writes on, and everybody sees until when. An end never waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils.timezone import now

from onboarding import plans, runs
from onboarding.agreeing import agreements
from onboarding.models import Onboarding, Plan, Run, Step
from onboarding.running.advance import advance
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants import freezes
from tenants.microsoft.errors import Refused
from tenants.models import Customer, Freeze, LedgerEntry, Tenant
from tests.access import world
from tests.cast import Cast, assemble, customer
from tests.onboarding import already
from tests.onboarding.conftest import agreed_plan, writes

PAGE = "/tenants/northwind/freezes/"
File = Callable[..., Path]
DAY = timedelta(days=1)


def window(begins: float = -1, ends: float = 1, tenant: Tenant | None = None) -> Freeze:
    """In days from now."""
    times = {"begins": now() + begins * DAY, "ends": now() + ends * DAY}
    return Freeze.objects.create(
        tenant=tenant or Tenant.objects.get(slug="northwind"), why="end of year", by_customer=False, **times
    )


def push(run: Run) -> None:
    """As a worker that is rung for again and again, without the waits between."""
    for _ in range(60):
        Run.objects.update(not_before=now())
        run.steps.filter(state__in=runs.OPEN_STATES).update(not_before=None)
        advance(run.pk)
    run.refresh_from_db()


def test_a_run_does_not_begin_in_one_and_says_until_when(portal: Cloud, file: File) -> None:
    agreed_plan(file())
    held = window()
    with pytest.raises(Refused, match="frozen") as refused:
        runs.start(Plan.objects.get(), "a test")
    assert refused.value.facts["until"] == f"{held.ends:%F %H:%M} UTC" and not Run.objects.exists()
    held.delete()
    window(1, 2)
    window(-2, -1)
    assert runs.start(Plan.objects.get(), "a test")


def test_a_run_under_way_begins_no_further_write_and_goes_on_afterwards(portal: Cloud, file: File) -> None:
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "a test")
    window()
    before = writes(portal)
    pause = advance(run.pk)
    run.refresh_from_db()
    assert pause is not None and pause > 80000 and run.not_before > now() + 0.9 * DAY
    assert writes(portal) == before and run.ended == "open"
    assert {step.state for step in run.steps.all()} == {Step.State.WAITING}
    with time_machine.travel(now() + 1.1 * DAY, tick=True):
        push(run)
    assert run.ended == "verified"


def test_one_that_begins_half_way_stops_the_next_steps(portal: Cloud, file: File) -> None:
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "a test")
    portal.faults.append(Fault("503", "POST", "/accessPackages$", times=1000))
    advance(run.pk)
    portal.faults.clear()
    states = set(run.steps.values_list("state", flat=True))
    assert Step.State.WAITING in states and states & {Step.State.WRITTEN, Step.State.VERIFIED}
    window()
    before = writes(portal)
    push(run)
    assert writes(portal) == before


def test_the_hour_that_microsoft_has_does_not_run_in_it(portal: Cloud, file: File) -> None:
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "a test")
    window()
    first = run.steps.earliest("position")
    run.steps.filter(pk=first.pk).update(state=Step.State.MICROSOFT, waiting_since=now() - 2 * DAY)
    advance(run.pk)
    first.refresh_from_db()
    assert first.waiting_since is None


def test_an_end_is_never_held_back(portal: Cloud, file: File) -> None:
    already.set_up(portal, file())
    window()
    Tenant.objects.update(not_before=now() + DAY)
    draft = Onboarding.objects.get()
    plan = plans.save(draft, plans.look(draft, Plan.Purpose.OFFBOARD).plan, Plan.Purpose.OFFBOARD)
    agreements.withdraw(plan, "a test")
    run = runs.start(plan, "a test")
    push(run)
    assert run.ended == "verified"


@pytest.mark.django_db
def test_windows_that_touch_are_one_and_another_tenants_is_none() -> None:
    here, other = (
        customer("Northwind", "00420000-0000-4000-8000-000000000001"),
        customer("Contoso", "c0000000-0000-4000-8000-000000000001"),
    )
    last = window(0.5, 3)
    window(-1, 1)
    window(4, 5)
    assert freezes.until(here) == last.ends and freezes.until(other) is None
    assert freezes.of_all([here.pk, other.pk]) == {here.pk: last.ends}


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def typed(begins: datetime, ends: datetime, why: str = "end of year") -> dict[str, str]:
    return {"begins": f"{begins:%Y-%m-%dT%H:%M}", "ends": f"{ends:%Y-%m-%dT%H:%M}", "why": why}


def test_what_the_customer_set_only_the_customer_removes(cast: Cast) -> None:
    alice, rita = cast.client("alice"), cast.client("rita")
    for client in (alice, rita):
        assert client.post(f"{PAGE}add/", typed(now() - DAY, now() + DAY)).status_code == 302
    ours, theirs = Freeze.objects.order_by("pk")
    assert (ours.by_customer, theirs.by_customer) == (False, True)
    page = alice.get(PAGE).content.decode()
    assert "Only a reviewer of the customer removes it." in page and "One holds now" in page
    assert alice.post(f"{PAGE}{theirs.pk}/remove/").status_code == 404
    assert rita.post(f"{PAGE}{ours.pk}/remove/").status_code == 302
    assert rita.post(f"{PAGE}{theirs.pk}/remove/").status_code == 302
    verbs = LedgerEntry.objects.filter(verb__contains="freeze").order_by("number")
    assert [(v.verb.split()[0], v.actor) for v in verbs] == [
        ("set", cast.people["alice"].actor),
        ("set", cast.people["rita"].actor),
        ("removed", cast.people["rita"].actor),
        ("removed", cast.people["rita"].actor),
    ]


@pytest.mark.parametrize(
    ("begins", "ends", "why"), [(1, 0.5, "x"), (-2, -1, "x"), (1, 2, ""), (1, 2, "line\x00two")]
)
def test_a_window_that_cannot_be_is_told_at_its_field(
    cast: Cast, begins: float, ends: float, why: str
) -> None:
    answer = cast.client("alice").post(f"{PAGE}add/", typed(now() + begins * DAY, now() + ends * DAY, why))
    assert answer.status_code == 400 and "field-error" in answer.content.decode()
    assert not Freeze.objects.exists() and Customer.objects.count() == 2


def test_removing_one_lets_the_run_go_on_at_once(cast: Cast) -> None:
    run = world.ran(cast.northwind, "waiting", closed=False)
    Run.objects.update(not_before=now() + DAY)
    held = window()
    page = cast.client("ann").get(f"/tenants/northwind/runs/{run.pk}/").content.decode()
    assert f"A freeze window holds until {held.ends:%-d %B %Y, %H:%M} UTC." in page
    assert "Freeze window until" in cast.client("ann").get("/runs/").content.decode()
    assert cast.client("alice").post(f"{PAGE}{held.pk}/remove/").status_code == 302
    run.refresh_from_db()
    assert run.not_before <= now()
