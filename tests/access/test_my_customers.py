"""The analyst's page: their customers and no others, the link to ask with for each tier, and the doors."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from access.models import Shortcut
from onboarding import heartbeat
from onboarding.models import Holding, Inquiry, Onboarding, OwnedObject
from onboarding.offers import current
from tenants.members import tier as level
from tenants.models import Customer, Membership, Tenant, Tier
from tests.access import desk, world
from tests.access.desk import HERE, get, give, held, order
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return desk.sold()


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


def test_that_a_window_is_for_one_customer_is_said_in_plain_sight(cast: Cast) -> None:
    assert "One customer a browser window" in get(cast).partition('<details class="measure')[0]


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
    assert str(cast.contoso.tenant_id) not in page


def test_approvals_stands_only_where_people_of_the_provider_may_become_approvers(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    door = escape("https://myaccess.microsoft.com/@northwind.onmicrosoft.example#/") + '"'
    assert door not in get(cast)
    world.owned(cast.contoso, "assignment_policy/approvers/lead")
    assert door not in get(cast)
    world.owned(cast.northwind, "assignment_policy/approvers/lead")
    assert door in get(cast)


@pytest.mark.parametrize(("state", "is_next"), [("nothing", True), ("expired", True), ("waiting", False)])
def test_to_ask_stands_out_where_that_is_what_to_do_next(cast: Cast, state: str, is_next: bool) -> None:
    held(cast, state)
    assert ('btn-primary" href="https://myaccess' in get(cast)) is is_next


def test_there_is_no_door_of_a_way_in_that_was_not_sold(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    assert "Microsoft_Azure_PIMCommon" not in get(cast)


def test_a_door_into_azure_is_for_tiers_that_hold_a_role_there(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    Onboarding.objects.filter(tenant=cast.northwind).update(offer=current("managed-sentinel"))
    assert "MyCustomersBladeV2" not in get(cast)
    world.delegated(cast.northwind)
    assert "MyCustomersBladeV2" in get(cast) and "azurerbac" not in get(cast)
    give(cast, cast.northwind.customer, "tier-2")
    assert "azurerbac" in get(cast)
    Membership.objects.filter(person=cast.people["ann"], tier__slug="tier-1").update(tier=level("tier-3"))
    Membership.objects.filter(person=cast.people["ann"], tier__slug="tier-2").delete()
    world.owned(cast.northwind, "access_package/tier-3")
    assert "MyCustomersBladeV2" not in get(cast) and "security.microsoft.com" in get(cast)


def test_an_offer_of_azure_alone_has_doors_without_any_package(cast: Cast) -> None:
    Onboarding.objects.filter(tenant=cast.northwind).update(offer=current("managed-sentinel"))
    assert "Works through Azure" not in get(cast)
    world.delegated(cast.northwind)
    page = get(cast)
    assert "Works through Azure" in page and "WorkspaceSelectorBlade" in page
    assert "security.microsoft.com" not in page and "read-access" not in page


def test_each_workspace_that_is_delegated_has_its_doors(cast: Cast) -> None:
    Onboarding.objects.filter(tenant=cast.northwind).update(offer=current("managed-sentinel"))
    world.delegated(cast.northwind)
    for page in (get(cast), get(cast, address="/tenants/northwind/")):
        assert "Sentinel incidents, northwind-soc" in page and "Sentinel workspace, northwind-soc" in page
        assert "rg-elsewhere" not in page and "choose them in the list, then View incidents" in page
    Membership.objects.filter(person=cast.people["ann"]).update(tier=level("tier-3"))
    for page in (get(cast), get(cast, address="/tenants/northwind/")):
        assert "Security_Insights" not in page
    assert "Security_Insights" in get(cast, "alice", "/tenants/northwind/")
    OwnedObject.objects.all().delete()
    assert "Security_Insights" not in get(cast, "alice", "/tenants/northwind/")


def test_what_a_door_needs_besides_is_said(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    assert "(needs a role in Intune, which the customer gives there; not documented by Microsoft)" in get(
        cast
    )


def test_where_nothing_was_made_it_says_so_and_who_acts(cast: Cast) -> None:
    page = get(cast)
    assert "No access package stands there for this tier" in page
    assert "security.microsoft.com" not in page


def test_without_the_first_domain_there_is_no_half_a_link(cast: Cast) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    Tenant.objects.update(initial_domain="")
    page = get(cast)
    assert "The link is not known yet" in page and "myaccess" not in page


def test_asked_to_read_again_the_page_watches_until_it_is_done(cast: Cast) -> None:
    held(cast, "nothing")
    heartbeat.beat()
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
    opened(cast, "defender")
    assert "Northwind (northwind.example), Defender" in get(cast)
    Membership.objects.all().delete()
    assert Shortcut.objects.exists() and "Northwind" not in get(cast)


@pytest.mark.parametrize(
    ("door", "said"),
    [
        ("ask/tier-1", ", Ask in My Access, Tier 1</a>"),
        ("defender", ", Defender</a>"),
        ("hunting", ", Advanced hunting</a>"),
        ("ask/tier-2", "</a>"),
        ("no such \0 door", "</a>"),
        ("", "</a>"),
    ],
)
def test_the_door_that_was_opened_is_the_one_that_is_named(cast: Cast, door: str, said: str) -> None:
    world.owned(cast.northwind, "access_package/tier-1")
    opened(cast, door)
    assert f"Northwind (northwind.example){said}" in get(cast)


def opened(cast: Cast, door: str) -> None:
    assert cast.client("ann").post("/tenants/northwind/opened/", {"door": door}).status_code == 204


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


def queries(cast: Cast) -> int:
    client = cast.client("ann")
    client.get(HERE)
    with CaptureQueriesContext(connection) as seen:
        client.get(HERE)
    return len(seen)
