"""The fault matrix for two bad things in one run: pairs chosen by chance, the same ones each time.

`make test` plays a few of each sort of run, FAULTS=all many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from onboarding import plans, runs
from onboarding.agreeing import agreements
from onboarding.ending import pausing
from onboarding.models import Onboarding, OwnedObject, Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tests.faults.conftest import Case, prepared, undone
from tests.faults.pairs import two_bad_things
from tests.faults.progress import ALL
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import restore
from tests.faults.test_take_over_matrix import all_ticked, by_hand
from tests.onboarding.conftest import ONE_TIER
from tests.onboarding.drifting import change_one_of_each, hold_a_package

PAIRS = 60 if ALL else 2
MISSING = ("assignment_policy/tier-1/analysts", "access_package/tier-1", "group/tier-1")
DELETED = ("group/tier-1", "group/approvers")


@pytest.fixture(scope="module")
def sold() -> str:
    return ONE_TIER


def set_up(draft: Onboarding) -> dict[str, str]:
    """The ids of what is there then, by address."""
    assert carried_to_its_end(started(draft)).ended == "verified"
    return dict(OwnedObject.objects.values_list("address", "remote_id"))


def made_by_hand(cloud: Cloud, draft: Onboarding) -> dict[str, str]:
    with undone():
        ids = set_up(draft)
    restore(cloud, by_hand(cloud.store.snapshot(seed.NORTHWIND)))
    return ids


def remove(cloud: Cloud, *ids: str) -> None:
    for collection in cloud.store.snapshot(seed.NORTHWIND):
        for id in ids:
            cloud.store.remove(seed.NORTHWIND, collection, id)


def an_onboarding(cloud: Cloud, draft: Onboarding) -> Run:
    return started(draft)


def an_offboarding(cloud: Cloud, draft: Onboarding) -> Run:
    set_up(draft)
    hold_a_package(cloud)
    return started(draft, Plan.Purpose.OFFBOARD)


def a_take_over(cloud: Cloud, draft: Onboarding) -> Run:
    made_by_hand(cloud, draft)
    return started(all_ticked(draft))


def a_take_over_of_half(cloud: Cloud, draft: Onboarding) -> Run:
    ids = made_by_hand(cloud, draft)
    remove(cloud, *(ids[address] for address in MISSING))
    return started(all_ticked(draft))


def giving_back(cloud: Cloud, draft: Onboarding) -> Run:
    made_by_hand(cloud, draft)
    assert carried_to_its_end(started(all_ticked(draft))).ended == "verified"
    return started(draft, Plan.Purpose.OFFBOARD)


def putting_right(cloud: Cloud, draft: Onboarding) -> Run:
    set_up(draft)
    change_one_of_each(cloud)
    return started(draft)


def making_anew(cloud: Cloud, draft: Onboarding) -> Run:
    """Somebody deleted groups: what hangs on them goes and is made again."""
    ids = set_up(draft)
    remove(cloud, *(ids[address] for address in DELETED))
    return started(draft)


def a_pause(cloud: Cloud, draft: Onboarding) -> Run:
    set_up(draft)
    hold_a_package(cloud)
    plan = plans.save(draft, pausing.plan(pausing.look(draft)), Plan.Purpose.PAUSE)
    agreements.withdraw(plan, "person 1")
    return runs.start(plan, "person 1")


SORTS = (
    an_onboarding, an_offboarding, a_take_over, a_take_over_of_half,
    giving_back, putting_right, making_anew, a_pause,
)  # fmt: skip


@pytest.fixture(scope="module", params=SORTS, ids=lambda sort: sort.__name__)
def agreed(request: pytest.FixtureRequest, cloud: Cloud, draft: Onboarding) -> Iterator[Case]:
    empty, ticked = cloud.store.snapshot(seed.NORTHWIND), dict(draft.ticked)
    with undone():
        yield prepared(cloud, request.param(cloud, draft))
    restore(cloud, empty)
    draft.ticked = ticked


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
@pytest.mark.parametrize("number", range(PAIRS))
def test_a_run_survives(agreed: Case, fresh: Callable[[Case], Case], number: int) -> None:
    case = fresh(agreed)
    try:
        two_bad_things(case, number)
    finally:
        restore(case.cloud, case.before)
