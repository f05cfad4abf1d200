"""The fault matrix: every write on every bad day, and the tenant ends as if nothing had happened.

`make test` takes one write of each kind, where one tier is sold: that is enough for every kind.
FAULTS=all takes every write, and every read as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest

from sandbox.cloud import Cloud
from tests.faults.bad_days import DAYS, READ, Writes, bad_day, every_bad_read
from tests.faults.conftest import Case
from tests.faults.progress import ALL
from tests.faults.state import restore
from tests.onboarding.conftest import NORTHWIND, ONE_TIER, manage, writes

CREATED = {
    "group": ("PATCH", r"/groups\(uniqueName=", 3),
    "group_membership": ("POST", r"/members/\$ref$", 2),
    "connected_organization": ("POST", "/connectedOrganizations$", 1),
    "catalog": ("POST", "/catalogs$", 1),
    "catalog_resource": ("POST", "/resourceRequests$", 3),
    "access_package": ("POST", "/accessPackages$", 3),
    "package_resource_role": ("POST", "/resourceRoleScopes$", 3),
    "assignment_policy": ("POST", "/assignmentPolicies$", 3),
}
DELETED = {
    "group": ("DELETE", r"/groups/[^/]+$", 3),
    "group_membership": ("DELETE", r"/members/[^/]+/\$ref$", 2),
    "connected_organization": ("DELETE", "/connectedOrganizations/[^/]+$", 1),
    "catalog": ("DELETE", "/catalogs/[^/]+$", 1),
    "catalog_resource": ("POST", "/resourceRequests$", 3),
    "access_package": ("DELETE", "/accessPackages/[^/]+$", 3),
    "package_resource_role": ("DELETE", "/resourceRoleScopes/[^/]+$", 3),
    "assignment_policy": ("DELETE", "/assignmentPolicies/[^/]+$", 3),
}


@pytest.fixture(scope="module")
def sold() -> str:
    return NORTHWIND if ALL else ONE_TIER


def cases(writes: Writes) -> Iterator[tuple[str, str, int]]:
    """(kind, what happens, at which write of the kind)"""
    for kind, (_, _, times) in writes.items():
        which = range(times) if ALL else range(1)
        yield from product([kind], DAYS, which)


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_the_tables_name_every_write(portal: Cloud, file: Callable[..., Path]) -> None:
    manage("onboard", file(), "--apply", "--inline")
    assert counted(portal, CREATED) == {kind: times for kind, (_, _, times) in CREATED.items()}
    made = writes(portal)
    assert made == sum(times for _, _, times in CREATED.values())
    portal.calls.clear()
    manage("offboard", "northwind", "--apply", "--inline")
    assert counted(portal, DELETED) == {kind: times for kind, (_, _, times) in DELETED.items()}


def counted(cloud: Cloud, writes: Writes) -> dict[str, int]:
    return {
        kind: sum(call.method == method and re.search(path, call.path) is not None for call in cloud.calls)
        for kind, (method, path, _) in writes.items()
    }


@pytest.mark.parametrize(("kind", "what", "which"), cases(CREATED))
def test_an_onboarding_survives(
    onboarding: Case, fresh: Callable[[Case], Case], kind: str, what: str, which: int
) -> None:
    case = fresh(onboarding)
    try:
        bad_day(case, CREATED, kind, what, which)
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize("what", READ)
def test_an_onboarding_survives_bad_reads(onboarding: Case, what: str) -> None:
    every_bad_read(onboarding, what, "an onboarding", few=4)


# After the onboardings: the offboarding's fixture carries their run out.
@pytest.mark.parametrize(("kind", "what", "which"), cases(DELETED))
def test_an_offboarding_survives(
    offboarding: Case, fresh: Callable[[Case], Case], kind: str, what: str, which: int
) -> None:
    case = fresh(offboarding)
    try:
        bad_day(case, DELETED, kind, what, which)
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize("what", READ)
def test_an_offboarding_survives_bad_reads(offboarding: Case, what: str) -> None:
    every_bad_read(offboarding, what, "an offboarding")
