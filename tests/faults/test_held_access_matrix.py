"""The fault matrix for accesses that people hold: ended before the package goes, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from onboarding.models import Plan
from sandbox import seed
from sandbox.cloud import Cloud
from tests.faults.conftest import Case, prepared, undone
from tests.faults.progress import ALL
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import restore
from tests.faults.test_changes_matrix import WHAT
from tests.faults.test_matrix import DEATHS, bad_day
from tests.onboarding.drifting import hold_a_package

ENDED = {"package_assignments": ("POST", "/assignmentRequests$", 2)}


@pytest.fixture(scope="module")
def ending(cloud: Cloud, draft: Any) -> Iterator[Case]:
    """Northwind set up, and its end agreed to while two people hold a package."""
    empty = cloud.store.snapshot(seed.NORTHWIND)
    with undone():
        assert carried_to_its_end(started(draft)).ended == "verified"
        hold_a_package(cloud)
        yield prepared(cloud, started(draft, Plan.Purpose.OFFBOARD))
    restore(cloud, empty)


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_two_accesses_are_to_end(ending: Case) -> None:
    assert ending.run.steps.filter(kind="package_assignments").exists()
    assert len(ending.cloud.store.all(seed.NORTHWIND, "assignments")) == 2


@pytest.mark.parametrize(("what", "which"), [*product(WHAT, range(2) if ALL else (1,))])
def test_the_end_of_accesses_survives(
    ending: Case, fresh: Callable[[Case], Case], what: str, which: int
) -> None:
    case = fresh(ending)
    at = 0 if what in DEATHS else which
    try:
        bad_day(case, ENDED, "package_assignments", what, at)
    finally:
        restore(case.cloud, case.before)
