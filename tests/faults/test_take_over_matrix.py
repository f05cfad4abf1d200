"""The fault matrix for what was made by hand and is taken over: much is read, and our words are written.

`make test` takes one write of each kind; FAULTS=all takes every write, and every read as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from onboarding import plans
from onboarding.engine.plan import Action
from onboarding.models import Onboarding
from onboarding.wizard import drafts
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.store import Object
from tests.faults.bad_days import READ, bad_day, every_bad_read
from tests.faults.conftest import Case, prepared, undone
from tests.faults.progress import ALL
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import restore
from tests.faults.test_matrix import cases
from tests.onboarding.conftest import NORTHWIND, ONE_TIER

Store = dict[str, dict[str, Object]]
EACH = 3 if ALL else 2
"""Of groups, packages and policies: one a tier that is sold, and the approvers'."""
TAKEN = {
    "group": ("PATCH", r"/groups/[^/(]+$", EACH),
    "connected_organization": ("PATCH", "/connectedOrganizations/[^/]+$", 1),
    "catalog": ("PATCH", "/catalogs/[^/]+$", 1),
    "access_package": ("PATCH", "/accessPackages/[^/]+$", EACH),
    "assignment_policy": ("PUT", "/assignmentPolicies/[^/]+$", EACH),
}


@pytest.fixture(scope="module")
def sold() -> str:
    return NORTHWIND if ALL else ONE_TIER


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_a_take_over_is_of_every_kind(taking_over: Case) -> None:
    taken = taking_over.run.steps.filter(action=Action.ADOPT)
    assert {step.kind for step in taken} >= TAKEN.keys()
    writes = [call for call in taking_over.calls if not call.startswith("GET ")]
    assert len(writes) == sum(times for _, _, times in TAKEN.values()), writes


@pytest.fixture(scope="module")
def taking_over(cloud: Cloud, draft: Any) -> Iterator[Case]:
    """Somebody made it all by hand, as an onboarding would have; each object was ticked."""
    empty = cloud.store.snapshot(seed.NORTHWIND)
    with undone():
        assert carried_to_its_end(started(draft)).ended == "verified"
    restore(cloud, by_hand(cloud.store.snapshot(seed.NORTHWIND)))
    with undone():
        yield prepared(cloud, started(all_ticked(draft)))
    restore(cloud, empty)


def by_hand(made: Store) -> Store:
    """Without our marks and words."""
    return {
        collection: {id: _unmarked(body) for id, body in objects.items()}
        for collection, objects in made.items()
    }


def _unmarked(body: Object) -> Object:
    changed = {"uniqueName": None, "description": "since 2019"}
    return {**body, **{key: value for key, value in changed.items() if key in body}}


def all_ticked(draft: Onboarding) -> Onboarding:
    """Asked about group by group, since what is in one is looked for once that is known."""
    while questions := plans.look(draft).plan.questions:
        offered = {f"{each.address}={one.remote_id}" for each in questions for one in each.candidates}
        drafts.take_over(draft, sorted(offered), offered, "tests", "{}")
    return draft


@pytest.mark.parametrize(("kind", "what", "which"), cases(TAKEN))
def test_a_take_over_survives(
    taking_over: Case, fresh: Callable[[Case], Case], kind: str, what: str, which: int
) -> None:
    case = fresh(taking_over)
    try:
        bad_day(case, TAKEN, kind, what, which)
    finally:
        restore(case.cloud, case.before)


@pytest.mark.parametrize("what", READ)
def test_a_take_over_survives_bad_reads(taking_over: Case, what: str) -> None:
    every_bad_read(taking_over, what, "a take-over")
