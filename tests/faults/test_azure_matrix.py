"""The fault matrix for delegations alone. Nothing of ours makes one; it is read, and ended, on every bad day.

An offer with nothing else, so that a case is short. No marker tells a delegation: its own id does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding.models import OwnedObject, Plan, Run
from onboarding.running import hours
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from sandbox.store import Object
from tests.faults.bad_days import DAYS, bad_day, ending
from tests.faults.conftest import Case, prepared, undone
from tests.faults.running import carried_to_its_end, drafted, started
from tests.faults.state import final_state, restore
from tests.onboarding.delegating import delegations, deploy, deploy_older, file_for, sell, subscription

PLACE = "/registrationAssignments"
DELETED = {"delegation": ("DELETE", f"{PLACE}/[^/]+$", 1)}
Store = dict[str, dict[str, Object]]
READS = ("cut before", "429", "503", "hang", "malformed")


@pytest.fixture(scope="module")
def draft(database: None, short_waits: None, cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Any:
    sell(planes=["lighthouse"])
    place = f"{subscription(cloud)}/rg-security"
    yield drafted(file_for(tmp_path_factory.mktemp("customer"), place))


@pytest.fixture(scope="module")
def empty(cloud: Cloud, draft: Any) -> Store:
    """Northwind before anything was deployed."""
    return cloud.store.snapshot(seed.NORTHWIND)


@pytest.fixture(scope="module")
def setting_up(cloud: Cloud, draft: Any, empty: Store) -> Iterator[Case]:
    """Agreed to and deployed; what is left is to see it."""
    with undone():
        run = started(draft)
        deploy(cloud, "rg-security")
        yield prepared(cloud, run)
    restore(cloud, empty)


@pytest.fixture(scope="module")
def ending_it(cloud: Cloud, draft: Any, empty: Store) -> Iterator[Case]:
    restore(cloud, empty)
    with undone():
        Run.objects.open().update(closed_at=now())
        run = started(draft)
        deploy(cloud, "rg-security")
        assert carried_to_its_end(run).ended == "verified"
        yield prepared(cloud, started(draft, Plan.Purpose.OFFBOARD))
    restore(cloud, empty)


@pytest.mark.django_db
def test_a_good_day_name_every_write() -> None:
    """So that pytest-django makes a database, and a word to select it by."""
    assert set(DELETED) == {"delegation"}


@pytest.mark.parametrize(("what", "which"), product(READS, (0, 1)))
def test_seeing_it_survives(setting_up: Case, fresh: Callable[[Case], Case], what: str, which: int) -> None:
    bad_read(fresh(setting_up), what, which)


@pytest.mark.parametrize("what", DAYS)
def test_ending_it_survives(ending_it: Case, fresh: Callable[[Case], Case], what: str) -> None:
    case = fresh(ending_it)
    try:
        bad_day(case, DELETED, "delegation", what, 0)
        assert delegations(case.cloud) == [] and not OwnedObject.objects.exists()
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize("what", READS)
def test_ending_it_survives_a_bad_read(ending_it: Case, fresh: Callable[[Case], Case], what: str) -> None:
    bad_read(fresh(ending_it), what, 0)


def bad_read(case: Case, what: str, which: int) -> None:
    fault = Fault(what, "GET", f"{PLACE}$", skip=which, retry_after=None)  # type: ignore[arg-type]
    try:
        case.cloud.faults.append(fault)
        assert carried_to_its_end(case.run).ended == "verified", ending(case)
        assert all(fault.times == 0 for fault in case.cloud.faults), "the fault met no call"
        assert final_state(case.cloud) == case.good
    finally:
        restore(case.cloud, case.before)


def test_where_a_lost_answer_took_the_right_to_look_nobody_can_tell_and_it_is_said(
    ending_it: Case, fresh: Callable[[Case], Case], monkeypatch: Any
) -> None:
    """Beside one by hand, Azure does not say "not delegated". No accepted DELETE: it is not called gone."""
    case = fresh(ending_it)
    monkeypatch.setattr(hours, "READING_HAS", timedelta(0))
    try:
        deploy_older(case.cloud, "rg-workloads")
        case.cloud.faults.append(Fault("cut after", *DELETED["delegation"][:2], retry_after=None))
        assert carried_to_its_end(case.run).ended == "failed", ending(case)
        assert case.run.steps.get().reason == "left_unclear" and OwnedObject.objects.count() == 1
    finally:
        restore(case.cloud, case.before)
