"""An analyst opens My Access to ask, and finds on their page how it stands without pressing anything."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.utils.timezone import now

from access import tasks
from access.models import Shortcut
from onboarding import heartbeat
from onboarding.models import Holding
from tenants.models import Membership, Tenant
from tests.access import desk, world
from tests.access.desk import HERE, get, held
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
DOOR = "/tenants/northwind/opened/"
ASKED = "Whether you have asked in My Access, and how that stands, is read again"


@pytest.fixture
def cast() -> Cast:
    found = desk.sold()
    world.owned(found.northwind, "access_package/tier-1")
    return found


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tenants for whose reading it is rung."""
    found: list[int] = []
    monkeypatch.setattr(tasks.read_access, "delay", found.append)
    return found


def opens(cast: Cast, door: str = "ask/tier-1") -> None:
    assert cast.client("ann").post(DOOR, {"door": door}).status_code == 204


def sweeps(rung: list[int]) -> int:
    before = len(rung)
    tasks.sweep()
    return len(rung) - before


def read(state: str) -> None:
    Holding.objects.update(state=state, read_at=now())


def test_it_is_read_soon_then_less_and_less_often_and_no_more_once_nothing_was_asked(
    cast: Cast, rung: list[int]
) -> None:
    held(cast, "nothing")
    assert sweeps(rung) == 0, "nobody has asked"
    at = []
    with time_machine.travel(now(), tick=False) as clock:
        opens(cast)
        for second in range(0, 3600, 10):
            if sweeps(rung):
                read("nothing")
                at.append(second)
            clock.shift(10)
    assert at[:3] == [30, 60, 90] and 15 < len(at) < 25 and max(at) <= 900
    assert all(later - sooner >= 30 for sooner, later in pairwise(at))
    assert set(rung) == {cast.northwind.pk}


@pytest.mark.parametrize(("state", "is_read"), [("waiting", True), ("delivering", True), ("open", False)])
def test_where_a_request_waits_it_is_read_for_a_day(
    cast: Cast, rung: list[int], state: str, is_read: bool
) -> None:
    held(cast, state)
    with time_machine.travel(now(), tick=False) as clock:
        opens(cast)
        clock.shift(dt.timedelta(hours=8))
        assert bool(sweeps(rung)) is is_read
        read(state)
        clock.shift(30 * MINUTE)
        assert not sweeps(rung)
        clock.shift(dt.timedelta(hours=17))
        assert not sweeps(rung), "after a day the nights are enough"


def test_who_was_never_read_is_read_and_who_is_no_analyst_any_more_is_not(
    cast: Cast, rung: list[int]
) -> None:
    opens(cast)
    with time_machine.travel(now() + MINUTE, tick=False):
        assert sweeps(rung) == 1
        Membership.objects.all().delete()
        assert sweeps(rung) == 0


@pytest.mark.parametrize("change", [{"cloud": "china"}, None])
def test_no_other_door_and_no_tenant_of_another_cloud_is_read(
    cast: Cast, rung: list[int], change: Any
) -> None:
    opens(cast, "ask/tier-1" if change else "defender")
    Tenant.objects.filter(pk=cast.northwind.pk).update(**(change or {"domain": "northwind.example"}))
    with time_machine.travel(now() + MINUTE, tick=False):
        assert sweeps(rung) == 0


def test_the_page_shows_each_reading_by_itself_for_an_hour(cast: Cast) -> None:
    heartbeat.beat()
    held(cast, "nothing")
    opens(cast)
    page = get(cast)
    assert ASKED in page
    [address] = re.findall(rf'hx-get="({re.escape(HERE)}\?seen=[^"]+)"', page)
    polls, headers = cast.client("ann"), {"HX-Request": "true"}
    assert polls.get(address, headers=headers).status_code == 204
    read("waiting")
    answer = polls.get(address, headers=headers)
    assert answer.status_code == 200 and "Waiting for an approver" in answer.content.decode()
    Shortcut.objects.update(asked_at=now() - 61 * MINUTE)
    assert ASKED not in get(cast)
