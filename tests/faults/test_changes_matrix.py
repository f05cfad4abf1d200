"""The fault matrix for what is changed and not made: drift of each kind, put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from sandbox import seed
from sandbox.cloud import Cloud
from tests.faults.bad_days import DAYS, READ, bad_day, every_bad_read
from tests.faults.conftest import Case, prepared, undone
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import restore
from tests.onboarding.drifting import change_one_of_each

UPDATED = {
    "group": ("PATCH", r"/groups/[^/(]+$", 1),
    "connected_organization": ("PATCH", "/connectedOrganizations/[^/]+$", 1),
    "catalog": ("PATCH", "/catalogs/[^/]+$", 1),
    "access_package": ("PATCH", "/accessPackages/[^/]+$", 1),
    "assignment_policy": ("PUT", "/assignmentPolicies/[^/]+$", 1),
}


@pytest.fixture(scope="module")
def putting_right(cloud: Cloud, draft: Any) -> Iterator[Case]:
    """Northwind set up, and then one object of each kind changed by somebody."""
    empty = cloud.store.snapshot(seed.NORTHWIND)
    with undone():
        assert carried_to_its_end(started(draft)).ended == "verified"
        change_one_of_each(cloud)
        yield prepared(cloud, started(draft))
    restore(cloud, empty)


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_the_table_names_every_change(putting_right: Case) -> None:
    planned = putting_right.run.steps.values_list("action", "kind")
    assert sorted(planned) == sorted(("update", kind) for kind in UPDATED)


@pytest.mark.parametrize(("kind", "what"), [*product(UPDATED, DAYS)])
def test_a_change_survives(putting_right: Case, fresh: Callable[[Case], Case], kind: str, what: str) -> None:
    case = fresh(putting_right)
    try:
        bad_day(case, UPDATED, kind, what, 0)
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize("what", READ)
def test_a_change_survives_bad_reads(putting_right: Case, what: str) -> None:
    every_bad_read(putting_right, what, "a change")
