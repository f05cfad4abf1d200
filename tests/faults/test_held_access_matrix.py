"""The fault matrix for accesses that people hold: ended with their package or by a pause, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding import plans, runs
from onboarding.agreeing import agreements
from onboarding.ending import pausing
from onboarding.models import Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.store import Object
from tests.faults.bad_days import DAYS, DEATHS, READ, bad_day, every_bad_read
from tests.faults.conftest import Case, prepared, undone
from tests.faults.progress import ALL
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import restore
from tests.onboarding.drifting import hold_a_package

ENDED = {"package_assignments": ("POST", "/assignmentRequests$", 2)}
PAUSED = {"assignment_policy": ("PUT", "/assignmentPolicies/[^/]+$", 2), **ENDED}


@pytest.fixture(scope="module")
def held(cloud: Cloud, draft: Any) -> Iterator[dict[str, dict[str, Object]]]:
    """Northwind set up, and two people hold a package."""
    empty = cloud.store.snapshot(seed.NORTHWIND)
    with undone():
        assert carried_to_its_end(started(draft)).ended == "verified"
        hold_a_package(cloud)
        yield cloud.store.snapshot(seed.NORTHWIND)
    restore(cloud, empty)


@pytest.fixture(scope="module")
def ending(cloud: Cloud, draft: Any, held: Any) -> Iterator[Case]:
    """The end is agreed to."""
    with undone():
        yield prepared(cloud, started(draft, Plan.Purpose.OFFBOARD))


@pytest.fixture(scope="module")
def pause(cloud: Cloud, draft: Any, held: Any) -> Iterator[Case]:
    """A pause is agreed to."""
    restore(cloud, held)
    with undone():
        Run.objects.open().update(closed_at=now())  # the end's, where it stands beside
        plan = plans.save(draft, pausing.plan(pausing.look(draft)), Plan.Purpose.PAUSE)
        agreements.withdraw(plan, "person 1")
        yield prepared(cloud, runs.start(plan, "person 1"))


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_two_accesses_are_to_end(ending: Case) -> None:
    assert ending.run.steps.filter(kind="package_assignments").exists()
    assert len(ending.cloud.store.all(seed.NORTHWIND, "assignments")) == 2


@pytest.mark.parametrize(("what", "which"), [*product(DAYS, range(2) if ALL else (1,))])
def test_the_end_of_accesses_survives(
    ending: Case, fresh: Callable[[Case], Case], what: str, which: int
) -> None:
    case = fresh(ending)
    at = 0 if what in DEATHS else which
    try:
        bad_day(case, ENDED, "package_assignments", what, at)
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize("what", READ)
def test_the_end_of_accesses_survives_bad_reads(ending: Case, what: str) -> None:
    every_bad_read(ending, what, "the end of accesses")


# After the ends: the pause's fixture closes their run.
@pytest.mark.parametrize(("kind", "what"), [*product(PAUSED, DAYS)])
def test_a_pause_survives(pause: Case, fresh: Callable[[Case], Case], kind: str, what: str) -> None:
    case = fresh(pause)
    assert {*case.run.steps.values_list("action", "kind")} == {
        ("update", "assignment_policy"),
        ("delete", "package_assignments"),
    }
    try:
        bad_day(case, PAUSED, kind, what, 0)
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize("what", READ)
def test_a_pause_survives_bad_reads(pause: Case, what: str) -> None:
    every_bad_read(pause, what, "a pause")
