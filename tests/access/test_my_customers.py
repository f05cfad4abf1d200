"""The analyst's page: their customers and no others, the link to ask with for each tier, and the doors."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from access.grants import How
from access.models import Shortcut
from onboarding.models import Holding, Inquiry, OwnedObject
from tenants.models import Contact, Customer, Membership, Person, Tenant, Tier
from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
HERE = "/my-customers/"


@pytest.fixture
def cast() -> Cast:
    cast = assemble()
    for tenant in (cast.northwind, cast.contoso):
        Tenant.objects.filter(pk=tenant.pk).update(initial_domain=f"{tenant.slug}.onmicrosoft.example")
        world.offered(tenant)
    return cast


def get(cast: Cast, who: str = "ann", address: str = HERE, **headers: str) -> str:
    answer = cast.client(who).get(address, headers=headers)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def give(cast: Cast, customer: Customer, tier: str = "tier-1") -> None:
    level, _ = Tier.objects.get_or_create(slug=tier, defaults={"name": tier.title()})
    Membership.objects.create(person=cast.people["ann"], customer=customer, tier=level)


def test_an_analyst_begins_at_their_own_customers(cast: Cast) -> None:
    assert cast.client("ann").get("/").headers["Location"] == HERE
    assert cast.client("alice").get("/").headers["Location"] == "/customers/"
    assert HERE in get(cast) and HERE not in cast.client("alice").get("/customers/").content.decode()


def test_only_customers_that_were_given_are_there(cast: Cast) -> None:
    assert order(get(cast)) == ["northwind"] and order(get(cast, "bob")) == []
    assert order(get(cast, address=f"{HERE}?q=contoso")) == []


def test_a_page_that_loaded_itself_anew_does_not_hand_that_on_to_its_forms(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    page = get(cast, address=f"{HERE}?q=north&again=1")
    assert 'action="/tenants/northwind/favourite/?q=north"' in page
    assert 'action="/tenants/northwind/read-access/?q=north"' in page


def test_each_tier_has_the_whole_link_to_its_own_package(cast: Cast) -> None:
    package = world.owned(cast.northwind, "access_package/tier-1").remote_id
    other = world.owned(cast.northwind, "access_package/tier-2").remote_id
    link = f"https://myaccess.microsoft.com/@northwind.onmicrosoft.example#/access-packages/{package}"
    page = get(cast)
    assert f'href="{link}"' in page and f'data-copy="{link}"' in page
    assert other not in page


def test_a_package_of_another_tenant_is_never_linked(cast: Cast) -> None:
    foreign = world.owned(cast.contoso, "access_package/tier-1").remote_id
    assert foreign not in get(cast)
    give(cast, cast.contoso.customer)
    assert get(cast).count(f"access-packages/{foreign}") == 3  # as link, as words, to copy


def test_the_doors_are_those_of_this_tenant(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    page = get(cast)
    assert f"https://security.microsoft.com/?tid={cast.northwind.tenant_id}" in page
    assert escape("https://myaccess.microsoft.com/@northwind.onmicrosoft.example#/") + '"' in page
    assert str(cast.contoso.tenant_id) not in page


def test_there_is_no_door_of_a_way_in_that_was_not_sold(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    assert "Microsoft_Azure_PIMCommon" not in get(cast)


def test_where_nothing_was_made_it_says_so_and_who_acts(cast: Cast) -> None:
    page = get(cast)
    assert "No access package has been made for this tier yet" in page
    assert "security.microsoft.com" not in page


def test_without_the_first_domain_there_is_no_half_a_link(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    Tenant.objects.update(initial_domain="")
    page = get(cast)
    assert "The link is not known yet" in page and "myaccess" not in page


def test_what_nobody_has_read_is_unknown_and_says_why(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    page = get(cast)
    assert "Unknown</span>" in page and "Nobody has read it yet" in page
    assert not re.search(r"</span>(Request|Expired|Open)", page)


def held(cast: Cast, state: str, **more: Any) -> Holding:
    package = OwnedObject.objects.filter(tenant=cast.northwind).first()
    package = package or world.owned(cast.northwind, "access_package/tier-1")
    row = {"package": package.remote_id, "state": state, "read_at": world.now() - world.HOUR, **more}
    whose = {"tenant": cast.northwind, "membership": Membership.objects.get(person=cast.people["ann"])}
    return Holding.objects.update_or_create(**whose, defaults=row)[0]


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
    assert ("Read <time" in page) == (row.package == OwnedObject.objects.get().remote_id)
    assert states_that_list_it(cast) == {listed}


def states_that_list_it(cast: Cast, who: str = "ann") -> set[str]:
    return {how for how in How.values if "northwind" in order(get(cast, who, f"{HERE}?state={how}"))}


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


def test_asked_to_read_again_the_page_watches_until_it_is_done(cast: Cast) -> None:
    held(cast, "nothing")
    assert 'http-equiv="refresh"' not in get(cast)
    answer = cast.client("ann").post("/tenants/northwind/read-access/?q=north")
    assert answer.headers["Location"] == f"{HERE}?q=north#northwind"
    assert Inquiry.objects.get().what == "access"
    assert 'http-equiv="refresh"' in get(cast) and "Being read now" in get(cast)
    Inquiry.objects.update(answered_at=world.now())
    assert 'http-equiv="refresh"' not in get(cast)


def test_an_admin_is_no_analyst_and_a_membership_alone_is_none(cast: Cast) -> None:
    Membership.objects.create(
        person=cast.people["alice"], customer=cast.northwind.customer, tier=Tier.objects.get()
    )
    assert cast.client("alice").get(HERE).status_code == 404


def test_two_tiers_of_one_customer_stand_on_one_card(cast: Cast) -> None:
    give(cast, cast.northwind.customer, "tier-2")
    page = get(cast)
    assert order(page) == ["northwind"] and "Tier 1" in page and "Tier-2" in page


def test_search_and_favourites_are_in_the_address(cast: Cast) -> None:
    give(cast, cast.contoso.customer)
    assert "contoso.example" not in get(cast, address=f"{HERE}?q=north")
    assert "Nothing fits" in get(cast, address=f"{HERE}?show=favourites")
    fragment = get(cast, address=f"{HERE}?q=north", **{"HX-Request": "true"})
    assert "<html" not in fragment and "1 found" in fragment


def test_a_favourite_stands_first_and_leads_back_to_the_same_list(cast: Cast) -> None:
    give(cast, cast.contoso.customer)
    assert order(get(cast)) == ["contoso", "northwind"]
    answer = cast.client("ann").post("/tenants/northwind/favourite/?q=example", {"keep": "yes"})
    assert answer.headers["Location"] == f"{HERE}?q=example#northwind"
    assert order(get(cast)) == ["northwind", "contoso"]
    assert order(get(cast, address=f"{HERE}?show=favourites")) == ["northwind"]
    cast.client("ann").post("/tenants/northwind/favourite/", {"keep": "no"})
    assert order(get(cast)) == ["contoso", "northwind"]


def test_one_analysts_favourites_are_not_anothers(cast: Cast) -> None:
    cast.client("ann").post("/tenants/northwind/favourite/", {"keep": "yes"})
    Membership.objects.update(person=cast.people["bob"])
    assert "Nothing fits" in get(cast, "bob", f"{HERE}?show=favourites")
    assert "Opened last" not in get(cast, "bob")


def test_what_was_opened_is_within_reach_until_it_is_theirs_no_more(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    assert "Opened last" not in get(cast)
    assert cast.client("ann").post("/tenants/northwind/opened/").status_code == 204
    assert "Northwind (northwind.example), Defender" in get(cast)
    Membership.objects.all().delete()
    assert Shortcut.objects.exists() and "Northwind" not in get(cast)


def test_who_has_no_customer_is_told_how_to_get_one(cast: Cast) -> None:
    page = get(cast, "bob")
    assert "No customer has been given to you yet" in page and "People" in page


def test_it_needs_no_more_queries_for_more_customers(cast: Cast) -> None:
    few = queries(cast)
    give(cast, cast.contoso.customer)
    world.many(40)
    for customer in Customer.objects.filter(slug__startswith="firm"):
        give(cast, customer)
    for tenant in Tenant.objects.all():
        world.owned(tenant, "access_package/tier-1")
        membership = Membership.objects.filter(customer=tenant.customer, person=cast.people["ann"]).get()
        row = {"package": "x", "state": "waiting", "read_at": world.now()}
        Holding.objects.create(tenant=tenant, membership=membership, **row)
        Shortcut.objects.create(person=cast.people["ann"], tenant=tenant, opened_at=tenant_time(tenant))
    assert OwnedObject.objects.count() > 40 and queries(cast) == few <= 10


def tenant_time(tenant: Tenant) -> Any:
    return world.now() - tenant.pk * world.HOUR


def order(page: str) -> list[str]:
    return re.findall(r'<section class="card desk" id="([^"]+)"', page)


def queries(cast: Cast) -> int:
    client = cast.client("ann")
    client.get(HERE)
    with CaptureQueriesContext(connection) as seen:
        client.get(HERE)
    return len(seen)
