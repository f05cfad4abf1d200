"""The fault matrix for trust alone: two writes in two tenants, each on every bad day.

An offer with nothing else, so that a case is short. No marker tells these objects: the pair of tenants does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding.models import Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tests.faults.bad_days import DEATHS, FAULTS, HALF, bad_day, ending
from tests.faults.conftest import Case, prepared, undone
from tests.faults.running import carried_to_its_end, drafted, started
from tests.faults.state import State, final_state, restore
from tests.onboarding.conftest import NORTHWIND
from tests.onboarding.trusting import sell
from tests.onboarding.wizarding import let_in

KINDS = ("partner_inbound", "partner_outbound")
CREATED = dict.fromkeys(KINDS, ("POST", "/partners$", 2))
DELETED = dict.fromkeys(KINDS, ("DELETE", "/partners/[^/]+$", 2))
TENANTS = (seed.NORTHWIND, seed.FABRIKAM)
CASES = [*product(KINDS[:1], FAULTS + HALF, (0, 1)), *product(KINDS, DEATHS, (0,))]
"""By path the two cannot be told apart: the first and the second write."""
Both = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def draft(database: None, short_waits: None, cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Any:
    toml = tmp_path_factory.mktemp("customer") / "northwind.toml"
    toml.write_text(NORTHWIND)
    sell(["cross_tenant_access"])
    let_in(cloud, seed.NORTHWIND, seed.TRUST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onboarding.kinds.partner.SOON", 0.01)
        yield drafted(toml)


@pytest.fixture(scope="module")
def setting_up(cloud: Cloud, draft: Any) -> Iterator[tuple[Case, Both, State]]:
    with undone():
        yield played(cloud, started(draft))


@pytest.fixture(scope="module")
def ending_it(cloud: Cloud, draft: Any) -> Iterator[tuple[Case, Both, State]]:
    empty = kept(cloud)
    with undone():
        Run.objects.open().update(closed_at=now())
        assert carried_to_its_end(started(draft)).ended == "verified"
        yield played(cloud, started(draft, Plan.Purpose.OFFBOARD))
    put_back(cloud, empty)


def played(cloud: Cloud, run: Run) -> tuple[Case, Both, State]:
    """As `prepared`, and how the provider's own tenant looks on a good day."""
    before = kept(cloud)
    with undone():
        assert carried_to_its_end(run).ended == "verified"
        home = final_state(cloud, seed.FABRIKAM)
    put_back(cloud, before)
    case = prepared(cloud, Run.objects.get(pk=run.pk))
    put_back(cloud, before)
    return case, before, home


def kept(cloud: Cloud) -> Both:
    return {tid: cloud.store.snapshot(tid) for tid in TENANTS}


def put_back(cloud: Cloud, before: Both) -> None:
    for tid in TENANTS:
        restore(cloud, before[tid], tid)


Played = tuple[Case, Both, State]


def survives(
    played: Played, writes: dict[str, tuple[str, str, int]], kind: str, what: str, which: int
) -> None:
    good, before, home = played
    case = replace(good, run=Run.objects.get(pk=good.run.pk))
    try:
        bad_day(case, writes, kind, what, which)
        assert final_state(case.cloud, seed.FABRIKAM) == home, ending(case)
    finally:
        put_back(case.cloud, before)


@pytest.mark.django_db
def test_a_good_day_name_every_write() -> None:
    """So that pytest-django makes a database, and a word to select it by."""
    assert set(CREATED) == set(DELETED) == set(KINDS)


@pytest.mark.parametrize(("kind", "what", "which"), CASES)
def test_setting_it_up_survives(
    setting_up: Played, fresh: Callable[[Case], Case], kind: str, what: str, which: int
) -> None:
    survives(setting_up, CREATED, kind, what, which)


@pytest.mark.parametrize(("kind", "what", "which"), CASES)
def test_ending_it_survives(
    ending_it: Played, fresh: Callable[[Case], Case], kind: str, what: str, which: int
) -> None:
    survives(ending_it, DELETED, kind, what, which)
