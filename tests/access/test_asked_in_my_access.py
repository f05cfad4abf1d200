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
from onboarding.models import Holding, Inquiry
from onboarding.wizard import inquiries
from tenants.microsoft.errors import Later
from tenants.models import Membership, Tenant
from tests.access import desk, world
from tests.access.desk import HERE, get, held
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
DOOR = "/tenants/northwind/opened/"
ASKED = "You opened My Access to ask here: how it stands is read again by itself"


@pytest.fixture
def cast() -> Cast:
    found = desk.sold()
    world.owned(found.northwind, "access_package/tier-1")
    return found


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Inquiry]:
    """The questions to tenants for which it is rung."""
    found: list[Inquiry] = []
    monkeypatch.setattr(tasks, "ring_for", found.append)
    return found


def opens(cast: Cast, door: str = "ask/tier-1") -> None:
    assert cast.client("ann").post(DOOR, {"door": door}).status_code == 204


def sweeps(rung: list[Inquiry]) -> int:
    before = len(rung)
    tasks.sweep()
    return len(rung) - before


def read(state: str) -> None:
    """The worker answers."""
    Holding.objects.update(state=state, read_at=now())
    Inquiry.objects.update(answered_at=now())


def test_it_is_read_soon_then_less_and_less_often_and_no_more_once_nothing_was_asked(
    cast: Cast, rung: list[Inquiry]
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
    assert at[:3] == [10, 20, 30] and 8 <= len(at) <= 18 and max(at) <= 900
    assert all(later - sooner >= 10 for sooner, later in pairwise(at))
    assert {each.tenant for each in rung} == {cast.northwind} and rung[0].what == Inquiry.What.ACCESS


@pytest.mark.parametrize(("state", "is_read"), [("waiting", True), ("delivering", True), ("open", False)])
def test_where_a_request_waits_it_is_read_for_a_day(
    cast: Cast, rung: list[Inquiry], state: str, is_read: bool
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
    cast: Cast, rung: list[Inquiry]
) -> None:
    opens(cast)
    with time_machine.travel(now() + MINUTE, tick=False):
        assert sweeps(rung) == 1
        Inquiry.objects.update(answered_at=now())
        Membership.objects.all().delete()
        assert sweeps(rung) == 0


@pytest.mark.parametrize("change", [{"cloud": "china"}, None])
def test_no_other_door_and_no_tenant_of_another_cloud_is_read(
    cast: Cast, rung: list[Inquiry], change: Any
) -> None:
    opens(cast, "ask/tier-1" if change else "defender")
    Tenant.objects.filter(pk=cast.northwind.pk).update(**(change or {"domain": "northwind.example"}))
    with time_machine.travel(now() + MINUTE, tick=False):
        assert sweeps(rung) == 0


def test_it_is_asked_once_while_it_is_being_read_or_wants_to_be_asked_later(
    cast: Cast, rung: list[Inquiry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading may take longer than a sweep, and a tenant that throttles says for how long."""
    held(cast, "waiting")

    def throttled(inquiry: Inquiry) -> None:
        raise Later(600, "throttled")

    monkeypatch.setitem(inquiries.FINDERS, Inquiry.What.ACCESS, throttled)
    with time_machine.travel(now(), tick=False) as clock:
        opens(cast)
        clock.shift(MINUTE)
        assert sweeps(rung) == 1 and inquiries.look_into(rung[0].pk) == 600
        for _ in range(5):
            clock.shift(MINUTE)
            assert sweeps(rung) == 0
        assert Holding.objects.get().state == "waiting", "what was known is known still"
        clock.shift(15 * MINUTE)
        read("waiting")
        clock.shift(15 * MINUTE)
        assert sweeps(rung) == 1, "one reading that failed ends no wait"


@pytest.mark.parametrize("minutes", [5, 14, 16, 30, 59, 61])
@pytest.mark.parametrize("state", ["nothing", "open", "waiting"])
def test_the_page_says_that_it_is_read_again_only_while_it_is(
    cast: Cast, rung: list[Inquiry], minutes: int, state: str
) -> None:
    held(cast, state)
    with time_machine.travel(now(), tick=False) as clock:
        opens(cast)
        clock.shift(minutes * MINUTE)
        heartbeat.beat()
        says = ASKED in get(cast)
        assert says is (minutes < 15 or (state == "waiting" and minutes < 60))
        assert not says or sweeps(rung) == 1


def test_the_page_shows_each_reading_by_itself_for_an_hour(cast: Cast) -> None:
    heartbeat.beat()
    held(cast, "nothing")
    opens(cast)
    page = get(cast)
    assert ASKED in page and "If you have just asked, that shows here in a moment." in page
    [address] = re.findall(rf'hx-get="({re.escape(HERE)}\?seen=[^"]+)"', page)
    polls, headers = cast.client("ann"), {"HX-Request": "true"}
    assert polls.get(address, headers=headers).status_code == 204
    read("waiting")
    answer = polls.get(address, headers=headers)
    assert answer.status_code == 200 and "Waiting for an approver" in answer.content.decode()
    Shortcut.objects.update(asked_at=now() - 61 * MINUTE)
    assert ASKED not in get(cast)
