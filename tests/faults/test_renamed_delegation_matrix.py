"""The fault matrix for a delegation under a new name: the older one is ended, then the new one is awaited.

The customer deploys as soon as the older one is gone. Whatever day it is, both never stand at once: the end
of either would cut both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from onboarding.models import OwnedObject
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.faults.bad_days import DAYS, DEATHS, ending
from tests.faults.conftest import Case, undone
from tests.faults.death import dying
from tests.faults.progress import ALL
from tests.faults.running import MOST_CLAIMS, carried_to_its_end, drafted, let_time_pass, started
from tests.faults.state import restore
from tests.faults.test_azure_matrix import DELETED, PLACE, READS
from tests.onboarding.delegating import delegations, deploy, file_for, sell, subscription
from tests.onboarding.test_azure_endings import NEW, OLD, RENAMED, names

BAD_READS = [*product(READS, range(4))] if ALL else [("503", 0), ("malformed", 2)]


@pytest.fixture(scope="module")
def renaming(
    database: None, short_waits: None, cloud: Cloud, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Case]:
    """Delegated under the older name, and what is sold now is agreed to under the new one."""
    empty = cloud.store.snapshot(seed.NORTHWIND)
    file = file_for(tmp_path_factory.mktemp("customer"), subscription(cloud))
    with undone():
        sell(planes=["lighthouse"])
        run = started(drafted(file))
        deploy(cloud)
        assert carried_to_its_end(run).ended == "verified" and names(cloud) == [OLD]
        sell(RENAMED, planes=["lighthouse"])
        run = started(drafted(file))
        yield Case(cloud, run, cloud.store.snapshot(seed.NORTHWIND), {}, ())
    restore(cloud, empty)


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_the_older_one_ends_and_the_new_one_is_awaited(renaming: Case, fresh: Callable[[Case], Case]) -> None:
    case = fresh(renaming)
    try:
        assert sorted(case.run.steps.values_list("action", flat=True)) == ["create", "delete"]
        ends_well(case)
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize("what", DAYS)
def test_ending_the_older_one_survives(renaming: Case, fresh: Callable[[Case], Case], what: str) -> None:
    case = fresh(renaming)
    try:
        if what in DEATHS:
            with dying("delegation", what.removeprefix("killed "), 0) as died:
                died.during(case.run)
            let_time_pass(case.run)
        else:
            bad(case, what, *DELETED["delegation"][:2])
        ends_well(case)
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize(("what", "which"), BAD_READS)
def test_awaiting_the_new_one_survives_a_bad_read(
    renaming: Case, fresh: Callable[[Case], Case], what: str, which: int
) -> None:
    case = fresh(renaming)
    try:
        bad(case, what, "GET", f"{PLACE}$", which)
        ends_well(case)
    finally:
        restore(case.cloud, case.before)


def bad(case: Case, what: Any, method: str, path: str, skip: int = 0) -> None:
    case.cloud.faults.append(Fault(what, method, path, skip=skip, retry_after=None))


def ends_well(case: Case) -> None:
    deployed(case)
    assert case.run.ended == "verified", ending(case)
    assert all(fault.times == 0 for fault in case.cloud.faults), "the fault met no call"
    assert names(case.cloud) == [NEW]
    assert [row.spec["properties"]["registrationDefinitionName"] for row in OwnedObject.objects.all()] == [
        NEW
    ]


def deployed(case: Case) -> None:
    """Carried on as workers would; the customer deploys once nothing stands there, and not before."""
    for _ in range(MOST_CLAIMS):
        advance(case.run.pk)
        case.run.refresh_from_db()
        if case.run.closed_at is not None:
            return
        if not delegations(case.cloud):
            assert not case.cloud.late
            deploy(case.cloud)
        assert len(names(case.cloud)) == 1
        let_time_pass(case.run)
    raise AssertionError(f"not closed: {ending(case)}")
