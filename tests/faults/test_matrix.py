"""The fault matrix: every write on every bad day, and the tenant ends as if nothing had happened.

`make test` takes one write of each kind; FAULTS=all takes every write, and every read as well.
A lost answer is played together with a replica that lags: what was written is not found at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest

from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.faults import progress
from tests.faults.conftest import Case, again, undone
from tests.faults.death import dying
from tests.faults.progress import ALL
from tests.faults.running import carried_to_its_end, let_time_pass
from tests.faults.state import final_state, restore
from tests.onboarding.conftest import manage, writes

FAULTS = ("cut before", "cut after", "late", "429", "503", "500 after", "hang")
DEATHS = ("killed before", "killed after")
HALF = ("malformed",) if ALL else ()
"""A write whose answer comes as half of itself."""
DAYS = FAULTS + DEATHS + HALF
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
Writes = dict[str, tuple[str, str, int]]


def cases(writes: Writes) -> Iterator[tuple[str, str, int]]:
    """(kind, what happens, at which write of the kind)"""
    for kind, (_, _, times) in writes.items():
        which = range(times) if ALL else range(1)
        yield from product([kind], DAYS, which)


def bad_day(case: Case, writes: Writes, kind: str, what: str, which: int) -> None:
    """Play the fault, carry the run to its end, and compare with a good day."""
    case.cloud.habits.lag = 3 if what in ("cut after", "malformed", "killed after") else 0
    if what in DEATHS:
        with dying(kind, what.removeprefix("killed "), which) as died:
            died.during(case.run)
        let_time_pass(case.run)
    else:
        method, path, _ = writes[kind]
        case.cloud.faults.append(Fault(what, method, path, skip=which, retry_after=None))  # type: ignore[arg-type]
    assert carried_to_its_end(case.run).ended == "verified", ending(case)
    assert all(fault.times == 0 for fault in case.cloud.faults), "the fault met no call"
    assert not case.cloud.late, "a late write is still on its way"
    assert final_state(case.cloud) == case.good


def ending(case: Case) -> list[str]:
    return [f"{step} {step.reason} {step.facts}" for step in case.run.steps.all()]


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


@pytest.mark.parametrize("what", (*FAULTS, "malformed") if ALL else ("503",))
def test_an_onboarding_survives_a_bad_read(onboarding: Case, what: str) -> None:
    """Four reads in `make test`; every one with FAULTS=all."""
    reads = sum(call.startswith("GET ") for call in onboarding.calls)
    done = progress.before()
    for which in range(0, reads, 1 if ALL else reads // 4):
        if f"{what} at read {which}" in done:
            continue
        with undone():
            case = again(onboarding)
            assert case.run.closed_at is None, "the case before was not taken back"
            case.cloud.faults.append(Fault(what, "GET", "^/v1.0/", skip=which, retry_after=None))  # type: ignore[arg-type]
            assert carried_to_its_end(case.run).ended == "verified", (which, ending(case))
            assert final_state(case.cloud) == case.good, which
        restore(case.cloud, case.before)
        progress.keep(f"{what} at read {which}")


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
