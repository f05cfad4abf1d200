"""A run that ends with an answer lost looks for what it may have made, owns it, or says it cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from onboarding import runs
from onboarding.models import Attempt, Onboarding, OwnedObject, Plan, Run, Step
from onboarding.running import outcomes
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import LedgerEntry
from tests.onboarding import already
from tests.onboarding.conftest import agreed_plan, manage
from tests.onboarding.test_a_person_must_act import BY_HAND, plant
from tests.onboarding.test_attacks import begin, offboarding, to_the_end
from tests.onboarding.test_waiting import deliver_everything, drop_role

File = Callable[..., Path]
CATALOG = "catalog/mssp"
ORGANISATION = "connected_organization/provider"


@pytest.fixture
def run(portal: Cloud, file: File) -> Run:
    """Agreed to and started, with nothing written yet."""
    agreed_plan(file())
    return runs.start(Plan.objects.get(), "a test")


def lose(portal: Cloud, run: Run, what: str, method: str, path: str) -> Step:
    """Carry the run on until one answer is lost; the step it belongs to. Nothing is tried again at once."""
    portal.faults.append(Fault(what, method, path, retry_after=None))  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tenants.microsoft.answers.LATER_SECONDS", 30)
        advance(run.pk)
    return run.steps.get(unclear=True)


def nothing_is_left_after_offboarding(portal: Cloud, before: dict[str, object]) -> None:
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert status == 0, said
    after = portal.store.snapshot(seed.NORTHWIND)
    assert {k: v for k, v in after.items() if k not in ("resourceRequests", "work") and v} == before


def test_cancelled_it_owns_what_the_lost_answer_had_made(portal: Cloud, run: Run) -> None:
    before = portal.store.snapshot(seed.NORTHWIND)
    step = lose(portal, run, "cut after", "POST", "/catalogs$")
    runs.cancel(run, "a test")
    assert to_the_end(run).ended == "cancelled"
    step.refresh_from_db()
    assert (step.state, step.unclear) == (Step.State.VERIFIED, False)
    assert OwnedObject.objects.get(address=CATALOG).origin == "created"
    assert step.attempts.filter(outcome="found").exists()
    assert LedgerEntry.objects.filter(verb="found what a lost answer had done", subject=CATALOG).exists()
    nothing_is_left_after_offboarding(portal, before)


def test_cancelled_it_waits_until_it_is_sure_that_nothing_was_made(portal: Cloud, run: Run) -> None:
    step = lose(portal, run, "cut before", "POST", "/catalogs$")
    runs.cancel(run, "a test")
    assert to_the_end(run).ended == "cancelled"
    step.refresh_from_db()
    assert (step.state, step.unclear) == (Step.State.CANCELLED, False)
    assert step.attempts.filter(outcome="not there").count() == 5
    assert not OwnedObject.objects.filter(address=CATALOG).exists()


def test_refused_it_owns_what_the_lost_answer_had_made(portal: Cloud, run: Run) -> None:
    drop_role(portal, "Group.ReadWrite.All")
    step = lose(portal, run, "cut after", "POST", "/catalogs$")
    plant(portal)
    assert to_the_end(run).ended == "failed"
    failed = run.steps.filter(state="failed")
    assert set(failed.values_list("reason", flat=True)) == {"lookalike"}
    assert {each.facts["id"] for each in failed} == {BY_HAND}
    step.refresh_from_db()
    assert step.state == Step.State.VERIFIED
    assert OwnedObject.objects.filter(address=CATALOG).exists()


def test_given_up_after_an_hour_it_owns_what_the_lost_answer_had_made(portal: Cloud, run: Run) -> None:
    step = lose(portal, run, "cut after", "POST", "/catalogs$")
    portal.faults.append(Fault("503", "GET", "/catalogs$", times=2, retry_after=None))
    run.steps.filter(pk=step.pk).update(waiting_since=now() - timedelta(hours=2))
    assert to_the_end(run).ended == "failed"
    step.refresh_from_db()
    assert step.attempts.filter(outcome="gave up").exists()
    assert step.state == Step.State.VERIFIED
    assert OwnedObject.objects.filter(address=CATALOG).exists()
    assert run.steps.filter(address="access_package/tier-1", state=Step.State.SKIPPED).exists()


def test_doomed_it_owns_what_the_lost_answer_had_made(portal: Cloud, run: Run) -> None:
    step = lose(portal, run, "cut after", "POST", r"/members/\$ref$")
    assert Run.objects.filter(pk=run.pk).update(owner="me", lease_until=now())
    outcomes.skip_doomed(run, "me")
    outcomes.let_go(run, "me", 0)
    assert to_the_end(run).ended == "verified", "it was the last that was open"
    step.refresh_from_db()
    assert step.state == Step.State.VERIFIED
    assert OwnedObject.objects.filter(address=step.address).exists()


def test_what_was_asked_for_and_comes_after_the_cancelling_is_owned(portal: Cloud, run: Run) -> None:
    portal.habits.slow_elm = 1000
    advance(run.pk)
    asked = list(run.steps.filter(kind="catalog_resource", state=Step.State.MICROSOFT))
    assert asked
    runs.cancel(run, "a test")
    advance(run.pk)
    deliver_everything(portal)
    assert to_the_end(run).ended == "cancelled"
    for step in asked:
        assert OwnedObject.objects.filter(address=step.address).exists(), step.address


def test_a_lost_deletion_is_read_before_the_run_ends(portal: Cloud, file: File) -> None:
    already.set_up(portal, file())
    run = offboarding()
    step = lose(portal, run, "cut after", "DELETE", "/connectedOrganizations/")
    assert step.address == ORGANISATION
    runs.cancel(run, "a test")
    to_the_end(run)
    step.refresh_from_db()
    assert step.state == Step.State.VERIFIED
    assert not OwnedObject.objects.filter(address=ORGANISATION).exists()


@pytest.mark.parametrize(("what", "ours"), [("cut after", True), ("cut before", False)])
def test_a_lost_taking_over_is_ours_only_where_it_happened(
    portal: Cloud, file: File, what: str, ours: bool
) -> None:
    planted = plant(portal)
    manage("onboard", file())
    manage("adopt", "northwind", "--tick", f"group/tier-1={BY_HAND}")
    agreed_plan(file())
    run = begin(Plan.objects.get())
    lose(portal, run, what, "PATCH", f"/groups/{BY_HAND}$")
    runs.cancel(run, "a test")
    assert to_the_end(run).ended == "cancelled"
    assert OwnedObject.objects.filter(address="group/tier-1", origin="adopted").exists() == ours
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    assert portal.store.get(seed.NORTHWIND, "groups", BY_HAND) == planted


def test_unreadable_it_waits_and_then_says_that_it_cannot_tell(portal: Cloud, run: Run) -> None:
    step = lose(portal, run, "cut after", "POST", "/catalogs$")
    runs.cancel(run, "a test")
    portal.faults.append(Fault("503", "GET", "/catalogs$", times=10_000, retry_after=None))
    for _ in range(10):
        Run.objects.update(not_before=now())
        run.steps.update(not_before=None)
        assert advance(run.pk) is not None
    step.refresh_from_db()
    assert (step.state, step.unclear) == (Step.State.CANCELLED, True)
    assert step.attempts.filter(outcome="unreadable").count() > 5
    run.steps.filter(pk=step.pk).update(waiting_since=now() - timedelta(hours=2))
    assert to_the_end(run).ended == "failed"
    step.refresh_from_db()
    assert (step.state, step.reason, step.unclear) == (Step.State.FAILED, "left_unclear", True)
    assert step.facts["id"] == step.marker != ""
    assert LedgerEntry.objects.filter(verb="could not tell what a lost answer had done").exists()


def test_rows_that_are_not_what_was_agreed_decide_nothing_about_what_is_ours(portal: Cloud, run: Run) -> None:
    step = lose(portal, run, "cut after", "POST", "/catalogs$")
    Plan.objects.update(changes=Plan.objects.get().changes[:-1])
    assert to_the_end(run, 1).ended == "failed"
    step.refresh_from_db()
    assert (step.state, step.reason) == (Step.State.FAILED, "left_unclear")
    assert not OwnedObject.objects.filter(address=CATALOG).exists()


def test_nothing_is_looked_for_where_every_answer_came(portal: Cloud, run: Run) -> None:
    assert to_the_end(run).ended == "verified"
    assert not Attempt.objects.filter(outcome__in=["found", "not there", "unreadable"]).exists()
    assert Onboarding.objects.get().ticked == {}
