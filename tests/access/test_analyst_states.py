"""How an analyst stands with each package: said in words, found by it, and in time to be renewed."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest

from access.models import Confirmation
from onboarding.models import Holding, OwnedObject
from tenants.models import Contact, Membership, Person, Tier
from tests.access import desk, world
from tests.access.desk import HERE, get, give, held, order, states_that_list_it
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return desk.sold()


def test_what_nobody_has_read_is_unknown_and_says_why(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    page = get(cast)
    assert "Unknown</span>" in page and "Nobody has read it yet" in page
    assert not re.search(r"</span>(Request|Expired|Open)", page)


FAR = {"until": dt.datetime(2099, 3, 1, 9, tzinfo=dt.UTC)}


@pytest.mark.parametrize(
    ("state", "more", "said", "listed"),
    [
        ("nothing", {}, "Request", "request"),
        ("waiting", {}, "Waiting for an approver", "waiting"),
        ("delivering", {}, "Waiting for Microsoft", "delivering"),
        ("open", FAR, "Open until 1 March 2099, 09:00 UTC", "open"),
        ("open", {}, "Open", "open"),
        ("expired", {}, "Expired", "expired"),
        ("failed", {}, "Not delivered", "failed"),
        ("unknown", {"why": "No answer."}, "Unknown", "unknown"),
        ("nothing", {"read_at": world.now() - 37 * world.HOUR}, "Unknown", "unknown"),
        ("open", {"until": world.now() - world.HOUR}, "Unknown", "unknown"),
        ("open", {"package": "one that was there before"}, "Unknown", "unknown"),
    ],
)
def test_it_says_how_the_analyst_stands_and_is_found_by_it(
    cast: Cast, state: str, more: dict[str, Any], said: str, listed: str
) -> None:
    row = held(cast, state, **more)
    page = get(cast)
    assert re.findall(r'status-dot" aria-hidden="true"></span>([^<]+)</span>', page) == [said]
    told = "Last tried <time" if state == "unknown" else "Read <time"
    assert (told in page) == (row.package == OwnedObject.objects.get().remote_id)
    assert states_that_list_it(cast) == {listed}


@pytest.mark.parametrize(
    ("days", "colour", "note"),
    [
        (31, "green", ""),
        (30, "yellow", "It ends in 29 days. Ask in good time in My Access for more time"),
        (14, "orange", "It ends in 13 days. Ask now in My Access"),
        (7, "red", "It ends in 6 days. Ask today in My Access"),
        (2, "red", "It ends in 1 day. Ask today"),
        (1, "red", "It ends within a day. Ask today"),
    ],
)
def test_what_ends_soon_is_to_be_renewed_and_says_how_soon(
    cast: Cast, days: int, colour: str, note: str
) -> None:
    until = world.now() + dt.timedelta(days=days, minutes=-5 if days < 31 else 0)
    held(cast, "open", until=until)
    page, end = get(cast), f"{until:%-d %B %Y, %H:%M} UTC"
    said = f"Renew: open until {end}" if note else f"Open until {end}"
    assert f'status-{colour}"><span class="status-dot" aria-hidden="true"></span>{said}</span>' in page
    assert note in page
    assert states_that_list_it(cast) == ({"open", "renew"} if note else {"open"})


@pytest.mark.parametrize(
    ("days", "said", "colour"), [(40, "Let in until", "yellow"), (10, "Renew: open until", "orange")]
)
def test_until_somebody_confirms_the_tiers_role_it_is_let_in_and_not_green(
    cast: Cast, days: int, said: str, colour: str
) -> None:
    """The door is open, and behind it there may be nothing to see."""
    group = world.owned(cast.northwind, "group/tier-1")
    held(cast, "open", until=world.now() + dt.timedelta(days=days), package=package(cast).remote_id)
    page = get(cast)
    assert f'status-{colour}"><span class="status-dot" aria-hidden="true"></span>{said}' in page
    assert "Nobody has confirmed yet that this tier has its role in Defender" in page
    assert "open" in states_that_list_it(cast)
    Confirmation.objects.create(tenant=cast.contoso, act="defender-tier-1", about=group.remote_id, by="x")
    assert "Nobody has confirmed yet" in get(cast), "what another customer said counts for nobody else"
    Confirmation.objects.create(tenant=cast.northwind, act="defender-tier-1", about=group.remote_id, by="x")
    assert "Nobody has confirmed yet" not in get(cast)


@pytest.mark.parametrize("state", ["nothing", "waiting", "expired", "unknown"])
def test_of_a_role_nothing_is_said_to_who_is_not_let_in(cast: Cast, state: str) -> None:
    world.owned(cast.northwind, "group/tier-1")
    held(cast, state, package=package(cast).remote_id)
    assert "Nobody has confirmed yet" not in get(cast)


def package(cast: Cast) -> OwnedObject:
    return world.owned(cast.northwind, "access_package/tier-1")


def test_of_a_tier_that_is_not_theirs_nothing_is_found(cast: Cast) -> None:
    """What they held as a tier they no longer have, and the package of a tier they never had."""
    row = held(cast, "open")
    other = world.owned(cast.northwind, "access_package/tier-2")
    assert states_that_list_it(cast) == {"open"}
    Holding.objects.filter(pk=row.pk).update(package=other.remote_id)
    assert states_that_list_it(cast) == {"unknown"}
    Membership.objects.all().delete()
    give(cast, cast.northwind.customer, "tier-3")
    assert states_that_list_it(cast) == set()
    assert "Nothing fits" in get(cast, address=f"{HERE}?state=open")


def test_waiting_says_for_whom(cast: Cast) -> None:
    carla = Person.objects.create(tid=cast.northwind.tenant_id, oid=uuid.uuid4(), name="Carla Ruiz")
    Contact.objects.create(tenant=cast.northwind, person=carla, role=Contact.Role.APPROVER)
    held(cast, "waiting")
    assert "Approvers named first: Carla Ruiz." in get(cast)


def test_how_one_analyst_stands_is_not_shown_to_another(cast: Cast) -> None:
    held(cast, "open")
    world.owned(cast.northwind, "access_package/tier-2")
    for tier in (Tier.objects.get(slug="tier-1"), Tier.objects.create(slug="tier-2", name="Tier 2")):
        Membership.objects.create(person=cast.people["bob"], customer=cast.northwind.customer, tier=tier)
    assert "Nobody has read it yet" in get(cast, "bob") and "Nobody has read it yet" not in get(cast)
    assert (states_that_list_it(cast), states_that_list_it(cast, "bob")) == ({"open"}, {"unknown"})


def test_what_is_to_be_renewed_stands_before_the_rest(cast: Cast) -> None:
    give(cast, cast.contoso.customer)
    held(cast, "open", until=world.now() + dt.timedelta(days=31))
    assert order(get(cast)) == ["contoso", "northwind"]
    held(cast, "open", until=world.now() + dt.timedelta(days=29))
    assert order(get(cast)) == ["northwind", "contoso"]
    cast.client("ann").post("/tenants/contoso/favourite/", {"keep": "yes"})
    assert order(get(cast)) == ["contoso", "northwind"]
