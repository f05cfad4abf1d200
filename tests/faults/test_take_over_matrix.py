"""The fault matrix for what was made by hand and is taken over: much is to be read, and little written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from onboarding import plans
from onboarding.engine.plan import Action
from onboarding.models import Onboarding
from onboarding.wizard import drafts
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.store import Object
from tests.faults.bad_days import READ, every_bad_read
from tests.faults.conftest import Case, prepared, undone
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import restore

Store = dict[str, dict[str, Object]]


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_a_take_over_is_of_every_kind(taking_over: Case) -> None:
    taken = taking_over.run.steps.filter(action=Action.ADOPT)
    assert {step.kind for step in taken} >= {"group", "catalog", "access_package", "assignment_policy"}


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


@pytest.mark.parametrize("what", READ)
def test_a_take_over_survives_bad_reads(taking_over: Case, what: str) -> None:
    every_bad_read(taking_over, what, "a take-over")
