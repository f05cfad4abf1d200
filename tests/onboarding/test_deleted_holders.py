"""Somebody who held our package was deleted: its end waits for Microsoft, with its day, and then goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onboarding.models import Attempt, OwnedObject, Run, Step
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.graph import permissions
from tests.onboarding.conftest import manage
from tests.onboarding.test_attacks import offboarding, to_the_end

WAITED = timedelta(days=20)
POLICY, PACKAGE = "assignment_policy/tier-1/analysts", "access_package/tier-1"


def was_deleted(portal: Cloud, name: str, days_ago: int) -> None:
    """They held Tier 1's package, and were deleted so long ago."""
    ids = {address: OwnedObject.objects.get(address=address).remote_id for address in (POLICY, PACKAGE)}
    at = (datetime.now(UTC) - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    portal.store.put(seed.NORTHWIND, "deletedItems", {"id": name, "displayName": name, "deletedDateTime": at})
    ended = {"id": f"held by {name}", "state": "expired", "status": "Expired", "schedule": {}}
    links = {"accessPackage": {"id": ids[PACKAGE]}, "assignmentPolicy": {"id": ids[POLICY]}}
    target = {"id": name, "objectId": name}
    portal.store.put(seed.NORTHWIND, "assignments", {**ended, **links, "target": target})


@pytest.fixture
def waiting(portal: Cloud, file: Callable[..., Path]) -> Run:
    """The end of everything, begun when Ana had been deleted for ten days."""
    manage("onboard", file(), "--apply", "--inline")
    was_deleted(portal, "Ana", 10)
    run = offboarding()
    for _ in range(6):
        advance(run.pk)
    return run


def let_time_pass(run: Run) -> None:
    """As if twenty days had gone by since the run last looked."""
    for step in run.steps.filter(state=Step.State.MICROSOFT):
        earlier = {"waiting_since": step.waiting_since, "not_before": step.not_before}
        moved = {name: moment - WAITED for name, moment in earlier.items() if moment}
        Step.objects.filter(pk=step.pk).update(**moved)
        for attempt in step.attempts.exclude(ended_at=None):
            Attempt.objects.filter(pk=attempt.pk).update(ended_at=attempt.ended_at - WAITED)
    Run.objects.filter(pk=run.pk).update(not_before=datetime.now(UTC))


def test_it_waits_for_microsoft_and_says_until_when(waiting: Run) -> None:
    waiting.refresh_from_db()
    assert waiting.closed_at is None
    step = waiting.steps.get(address=POLICY)
    assert (step.state, waiting.steps.filter(state=Step.State.FAILED).exists()) == (
        Step.State.MICROSOFT,
        False,
    )
    assert step.not_before is not None
    assert abs(step.not_before - datetime.now(UTC) - WAITED) < timedelta(minutes=5)
    day = f"{datetime.now(UTC) + WAITED:%Y-%m-%d}"
    assert day in step.attempts.latest("number").note


def test_another_one_deleted_meanwhile_makes_it_wait_again_and_not_fail(portal: Cloud, waiting: Run) -> None:
    let_time_pass(waiting)
    was_deleted(portal, "Ana", 31)
    was_deleted(portal, "Ben", 5)
    advance(waiting.pk)
    assert waiting.steps.get(address=POLICY).state == Step.State.MICROSOFT


def test_on_that_day_it_goes_on_to_its_end(portal: Cloud, waiting: Run) -> None:
    let_time_pass(waiting)
    was_deleted(portal, "Ana", 31)
    assert to_the_end(waiting, 40).ended == "verified"


def test_only_for_this_the_set_up_app_reads_users(portal: Cloud, waiting: Run) -> None:
    assert permissions.idle(portal, seed.NORTHWIND, seed.SETUP, seed.SETUP_ROLES) == set()
