"""Runs lose nothing and do nothing twice: starts, claims, stops, cancels, bad answers and waits."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from onboarding import runs, tasks
from onboarding.models import OwnedObject, Plan, Run, Step
from onboarding.running import outcomes
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.microsoft import apps, credentials
from tenants.models import WriteStop
from tests.onboarding.conftest import agreed_plan, manage, writes

File = Callable[..., Path]


@pytest.fixture
def plan(portal: Cloud, file: File) -> Plan:
    """Agreed to, not started."""
    agreed_plan(file())
    return Plan.objects.get()


def to_the_end(run: Run, turns: int = 200) -> str:
    """Carry it on until nobody needs to look any more; waits are skipped, not slept through."""
    for _ in range(turns):
        Run.objects.filter(pk=run.pk).update(not_before=now())
        run.steps.update(not_before=None)
        if advance(run.pk) is None:
            break
    run.refresh_from_db()
    return run.ended


def at_once(work: Callable[[], Any], times: int) -> list[Any]:
    """The same work in that many threads, all let go together."""
    gate, results = threading.Barrier(times), []

    def one() -> None:
        gate.wait()
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_starts_at_once_are_one_run(plan: Plan, portal: Cloud) -> None:
    found = at_once(lambda: runs.start(Plan.objects.get(pk=plan.pk), "a test").pk, 8)
    assert len(found) == 8 and len(set(found)) == 1
    assert Run.objects.count() == 1 and Step.objects.count() == len(plan.changes)


def test_a_start_that_another_one_overtakes_finds_its_run(plan: Plan, portal: Cloud) -> None:
    """The other start happens right after each of this one's first looks at the runs, one after the other."""
    for overtaken in (1, 2):
        looks = itertools.count(1)

        def look(execute: Any, sql: str, *rest: Any, at: int = overtaken, seen: Any = looks) -> Any:
            found = execute(sql, *rest)
            if sql.startswith("SELECT") and 'FROM "onboarding_run"' in sql and next(seen) == at:
                runs._open(plan, "somebody faster")
            return found

        with transaction.atomic(), connection.execute_wrapper(look):
            assert runs.start(plan, "a test").plan == plan
            assert Run.objects.count() == 1
            transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_one_of_many_workers_claims_a_run(plan: Plan) -> None:
    run = runs.start(plan, "a test")
    found = at_once(lambda: Run.objects.claim(run.pk, threading.current_thread().name), 16)
    assert sorted(found) == [False] * 15 + [True]
    run.refresh_from_db()
    assert run.claims == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_everything_once(plan: Plan, portal: Cloud) -> None:
    run = runs.start(plan, "a test")
    at_once(lambda: advance(run.pk), 2)
    assert to_the_end(run) == "verified"
    assert not Step.objects.filter(attempts__number__gt=1).exists()
    names = [group["displayName"] for group in portal.store.all(seed.NORTHWIND, "groups")]
    assert len(names) == len(set(names)) == 3


def test_planning_and_looking_start_nothing(plan: Plan, portal: Cloud, file: File) -> None:
    for _ in range(3):
        agreed_plan(file())
        manage("verify", "northwind")
        manage("offboard", "northwind")
    tasks.sweep()
    assert Run.objects.count() == 0 and writes(portal) == 0


def test_the_write_stop_holds_everything(plan: Plan, portal: Cloud) -> None:
    run = runs.start(plan, "a test")
    stop = WriteStop.objects.create(by="lead", reason="a test")
    assert advance(run.pk)
    assert writes(portal) == 0 and not run.steps.exclude(state=Step.State.WAITING).exists()
    stop.delete()
    assert to_the_end(run) == "verified"


def test_cancelling_before_anything_was_written(plan: Plan, portal: Cloud) -> None:
    run = runs.start(plan, "a test")
    runs.cancel(run, "a test")
    assert to_the_end(run) == "cancelled"
    assert writes(portal) == 0 and run.closed_at is not None


def test_cancelling_keeps_what_was_written(plan: Plan, portal: Cloud, file: File) -> None:
    run = runs.start(plan, "a test")
    portal.faults.append(Fault("503", "POST", "/catalogs$", times=1000))
    assert advance(run.pk) is not None
    done = (Step.State.WRITTEN, Step.State.VERIFIED)
    kept = list(run.steps.filter(state__in=done).values_list("address", flat=True))
    assert "group/tier-1" in kept and "catalog/mssp" not in kept
    runs.cancel(run, "a test")
    portal.faults.clear()
    assert to_the_end(run) == "cancelled"
    assert set(run.steps.values_list("state", flat=True)) == {"verified", "cancelled"}
    assert set(OwnedObject.objects.values_list("address", flat=True)) == set(kept)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["ended"]) == (0, "verified"), said
    assert len(portal.store.all(seed.NORTHWIND, "groups")) == 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/catalogs$"),
        ("PATCH", "/groups"),
        ("POST", "/accessPackages$"),
        ("POST", "/assignmentPolicies$"),
    ],
)
@pytest.mark.parametrize("what", ["malformed", "cut after", "500 after"])
def test_an_answer_that_says_nothing_is_no_success(
    plan: Plan, portal: Cloud, method: str, path: str, what: Any
) -> None:
    run = runs.start(plan, "a test")
    portal.faults.append(Fault(what, method, path))
    assert to_the_end(run) == "verified"
    assert portal.faults[0].times == 0
    for collection, expected in (
        ("catalogs", 1),
        ("groups", 3),
        ("accessPackages", 3),
        ("assignmentPolicies", 3),
    ):
        assert len(portal.store.all(seed.NORTHWIND, collection)) == expected, collection
    assert set(OwnedObject.objects.values_list("address", flat=True)) == {c["address"] for c in plan.changes}


def test_what_is_written_but_never_read_back_is_no_success(plan: Plan, portal: Cloud) -> None:
    run = runs.start(plan, "a test")
    assert advance(run.pk) is None
    Run.objects.update(closed_at=None)
    run.steps.filter(address="catalog/mssp").update(state=Step.State.WRITTEN)
    catalog = portal.store.all(seed.NORTHWIND, "catalogs")[0]
    portal.store.put(seed.NORTHWIND, "catalogs", {**catalog, "isExternallyVisible": False})
    for _ in range(3):
        Run.objects.update(not_before=now())
        assert advance(run.pk) is not None
    assert Run.objects.get().ended == "open"
    for attempt in run.steps.get(address="catalog/mssp").attempts.all():
        assert attempt.outcome == "written"


def test_a_failed_step_takes_its_dependents_with_it(plan: Plan, portal: Cloud, file: File) -> None:
    """The catalog cannot be made for hours; what stands in no catalog is made, all else is given up."""
    run = runs.start(plan, "a test")
    portal.faults.append(Fault("503", "POST", "/catalogs$", times=1000))
    assert advance(run.pk) is not None
    run.steps.filter(address="catalog/mssp").update(waiting_since=now() - timedelta(hours=2), not_before=None)
    Run.objects.update(not_before=now())
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["ended"], said["refused"]) == (3, "failed", "waited_too_long"), said
    assert "waiting for Microsoft since 20" in said["what"], said
    states = dict(run.steps.values_list("address", "state"))
    assert states["catalog/mssp"] == "failed" and states["group/tier-1"] == "verified"
    for change in plan.changes:
        if any(states[need] in ("failed", "skipped") for need in change["needs"]):
            assert states[change["address"]] == "skipped", change["address"]
    assert list(states.values()).count("skipped") > 5
    portal.faults.clear()
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["ended"], Run.objects.count()) == (0, "verified", 2), said


def setup_principal(box: Cloud) -> dict[str, Any]:
    found = box.store.all(seed.NORTHWIND, "servicePrincipals")
    return next(each for each in found if each["appId"] == seed.SETUP)


def test_a_run_without_consent_waits_for_the_customer_and_goes_on(
    plan: Plan, portal: Cloud, file: File
) -> None:
    principal = setup_principal(portal)
    portal.store.put(seed.NORTHWIND, "servicePrincipals", {**principal, "roles": ["User.Read.All"]})
    credentials.forget(apps.setup(), seed.NORTHWIND)
    run = runs.start(plan, "command line")
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["refused"], said["ended"]) == (3, "missing_permission", "open"), said
    waits = run.steps.filter(state=Step.State.CUSTOMER).first()
    assert waits is not None and "is not allowed this in" in waits.attempts.latest("number").note
    assert run.ended == "open" and portal.store.all(seed.NORTHWIND, "groups") == []
    portal.store.put(seed.NORTHWIND, "servicePrincipals", principal)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["ended"]) == (0, "verified"), said
    assert Run.objects.count() == 1


def test_the_sweep_rings_for_a_run_whose_message_was_lost(
    plan: Plan, portal: Cloud, monkeypatch: Any, settings: Any
) -> None:
    run = runs.start(plan, "a test")
    assert runs.forgotten() == []
    Run.objects.update(not_before=now() - timedelta(seconds=settings.RUN_LEASE_SECONDS))
    assert runs.forgotten() == [run.pk]
    rung: list[int] = []
    monkeypatch.setattr(tasks.advance, "delay", rung.append)
    tasks.sweep()
    assert rung == [run.pk]
    assert Run.objects.claim(run.pk, "a worker")
    assert runs.forgotten() == []


def test_who_lost_the_lease_saves_nothing_more(plan: Plan) -> None:
    run = runs.start(plan, "a test")
    assert Run.objects.claim(run.pk, "slow")
    step = run.steps.get(address="group/tier-1")
    attempt = outcomes.begin(run, "slow", step)
    Run.objects.update(lease_until=now() - timedelta(seconds=1))
    assert Run.objects.claim(run.pk, "quick")
    step.remote_id = "slipped in"
    with pytest.raises(outcomes.Lost):
        outcomes._written(run, "slow", step, attempt, "slipped in")
    with pytest.raises(outcomes.Lost):
        outcomes.close(run, "slow")
    outcomes.let_go(run, "slow", 5)
    run.refresh_from_db()
    assert (run.owner, run.closed_at, run.lease_until is not None) == ("quick", None, True)
    assert not OwnedObject.objects.exists()
    assert run.steps.get(address="group/tier-1").remote_id == ""
