"""The list of customers: how each stands in words, who must act next, what is found, and as a file."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from access.standing import Standing, with_standing
from tenants.models import Membership, Tenant, Tier
from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
LIST = "/customers/"


@pytest.fixture
def cast() -> Cast:
    return assemble()


def get(cast: Cast, who: str, address: str = LIST, **headers: str) -> str:
    answer = cast.client(who).get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", world.STORIES)
def test_a_tenant_stands_as_its_rows_say(name: str) -> None:
    whose = world.tenant("Contoso Retail")
    world.STORIES[name](whose)
    assert with_standing(Tenant.objects.filter(pk=whose.pk)).get().standing == name


def test_every_standing_has_a_story_and_says_who_is_next() -> None:
    assert set(world.STORIES) == set(Standing.values)
    assert all(each.next.endswith(".") for each in Standing)


def test_a_reading_from_before_the_last_run_says_nothing_about_it() -> None:
    whose = world.tenant("Contoso Retail")
    world.read(whose, False, hours_ago=48)
    world.ran(whose, "verified", hours_ago=4)
    assert with_standing(Tenant.objects.filter(pk=whose.pk)).get().standing == Standing.IN_ORDER


def test_a_plan_from_before_the_last_run_waits_for_nobody() -> None:
    whose = world.tenant("Contoso Retail")
    world.planned(whose, hours_ago=9, agreed=True)
    world.ran(whose, "verified", hours_ago=4)
    assert with_standing(Tenant.objects.filter(pk=whose.pk)).get().standing == Standing.IN_ORDER


def test_while_something_of_ours_is_left_a_customer_has_not_ended() -> None:
    whose = world.tenant("Contoso Retail")
    world.ran(whose, "verified", hours_ago=4, purpose="offboard")
    world.read(whose, True)
    world.apps_gone(whose)
    standing = with_standing(Tenant.objects.filter(pk=whose.pk)).values_list("standing", flat=True)
    assert standing.get() == Standing.ENDED
    world.owned(whose, "catalog/mssp")
    assert standing.all().get() == Standing.IN_ORDER


NOT_GREEN = {
    Standing.STOPPED: lambda t: world.ran(t, "verified", "failed", "skipped", hours_ago=9),
    Standing.CHANGED: lambda t: world.read(t, False, hours_ago=8, strange={"group/tier-1": ["member x"]}),
    Standing.UNREADABLE: lambda t: world.read(t, False, hours_ago=8, unknown={"tenant": "no answer"}),
    Standing.AGREEMENT: lambda t: world.planned(t, hours_ago=6),
    Standing.APPS: lambda t: world.ran(t, "verified", hours_ago=9, purpose="offboard"),
}


@pytest.mark.parametrize("standing", NOT_GREEN)
def test_to_end_single_accesses_puts_nothing_in_order(standing: Standing) -> None:
    whose = world.tenant("Contoso Retail")
    world.ran(whose, "verified", hours_ago=20)
    NOT_GREEN[standing](whose)
    world.ran(whose, "verified", hours_ago=4, purpose="access")
    found = with_standing(Tenant.objects.filter(pk=whose.pk)).get()
    assert found.standing == standing
    assert found.read_back_at < now() - 5 * world.HOUR


def test_an_access_whose_end_stopped_is_said_to_have_stopped() -> None:
    whose = world.tenant("Contoso Retail")
    world.ran(whose, "verified", hours_ago=20)
    world.read(whose, True, hours_ago=8)
    world.ran(whose, "failed", hours_ago=4, purpose="access")
    assert with_standing(Tenant.objects.filter(pk=whose.pk)).get().standing == Standing.STOPPED


def test_in_order_is_only_what_was_read_back() -> None:
    """A run that wrote everything but read nothing back is no green."""
    whose = world.tenant("Contoso Retail")
    world.ran(whose, "verified", "written")
    found = with_standing(Tenant.objects.filter(pk=whose.pk)).get()
    assert (found.standing, found.read_back_at) == (Standing.STOPPED, None)


def test_the_list_says_state_and_who_is_next_in_words(cast: Cast) -> None:
    world.ran(cast.northwind, "customer", closed=False)
    text = get(cast, "alice")
    assert "Waiting for the customer" in text and "the run says what and where" in text


def test_an_analyst_sees_only_customers_given_to_them(cast: Cast) -> None:
    assert "Northwind" in get(cast, "ann") and "Contoso" not in get(cast, "ann")
    assert "There is no customer here yet" in get(cast, "bob")


def test_the_file_holds_only_what_its_reader_may_see(cast: Cast) -> None:
    rows = list(csv.reader(io.StringIO(get(cast, "ann", "/customers.csv"))))
    assert [row[0] for row in rows] == ["Customer", "Northwind"]


@pytest.mark.parametrize("words", ["north", "NORTHWIND.example", "00420000-0000-4000-8000-000000000001"])
def test_it_finds_by_name_domain_and_tenant_id(cast: Cast, words: str) -> None:
    text = get(cast, "alice", f"{LIST}?q={words}")
    assert "northwind.example" in text and "contoso.example" not in text


@pytest.mark.parametrize("address", [LIST, "/customers.csv"])
def test_it_filters_by_state(cast: Cast, address: str) -> None:
    world.ran(cast.northwind, "verified")
    text = get(cast, "alice", f"{address}?state=in-order")
    assert "northwind.example" in text and "contoso.example" not in text


def test_the_pages_hold_every_customer_once_and_by_name(cast: Cast) -> None:
    world.many(70)
    names = [
        name
        for page in (1, 2)
        for name in re.findall(
            r'<th scope="row"><a href="/tenants/[a-z0-9-]+/">([^<]+)</a>',
            get(cast, "alice", f"{LIST}?page={page}"),
        )
    ]
    assert names == sorted(names) and len(set(names)) == len(names) == Tenant.objects.count() == 72


def test_nothing_found_says_what_to_try(cast: Cast) -> None:
    assert "Nothing fits." in get(cast, "alice", f"{LIST}?q=nobody")


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=999", "state=nonsense", "q=%00", "q=%27%22%3Cscript%3E"]
)
def test_a_strange_address_is_borne(cast: Cast, query: str) -> None:
    assert "<script>" not in get(cast, "alice", f"{LIST}?{query}").replace('<script src="', "")


def test_htmx_gets_the_rows_alone_and_back_gets_the_page(cast: Cast) -> None:
    fragment = get(cast, "alice", LIST, **{"HX-Request": "true"})
    assert "<html" not in fragment and "northwind.example" in fragment
    back = get(cast, "alice", LIST, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back


def test_a_name_from_a_tenant_becomes_no_formula(cast: Cast) -> None:
    cast.northwind.customer.name = '=HYPERLINK("http://elsewhere.example")'
    cast.northwind.customer.save()
    rows = list(csv.reader(io.StringIO(get(cast, "alice", "/customers.csv"))))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert any("HYPERLINK" in cell for row in rows for cell in row)


@pytest.mark.parametrize("address", [LIST, "/customers.csv"])
def test_a_list_needs_no_more_queries_for_more_customers(cast: Cast, address: str) -> None:
    world.every_standing()
    few = queries(cast, address)
    world.many(300)
    assert queries(cast, address) == few <= 10


def test_nor_for_more_that_wait_until_an_app_is_let_in(cast: Cast) -> None:
    """Of each what the wizard waits for is worked out."""
    said = "An administrator of the customer: let the set-up app in."

    def wait(*names: str) -> int:
        for name in names:
            world.waits_for_an_app(world.tenant(name))
        assert get(cast, "alice").count(said) == Tenant.objects.exclude(draft=None).count()
        return queries(cast, LIST)

    few = wait("Contoso-Retail")
    assert wait("Contoso-Bikes", "Contoso-Boats", "Contoso-Trains") == few


def queries(cast: Cast, address: str) -> int:
    client = cast.client("alice")
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        client.get(address)
    return len(seen)


def test_an_analyst_of_two_tiers_sees_the_customer_once(cast: Cast) -> None:
    tier = Tier.objects.create(slug="tier-2", name="Tier 2")
    Membership.objects.create(person=cast.people["ann"], customer=cast.northwind.customer, tier=tier)
    assert get(cast, "ann").count("northwind.example") == 1


def test_only_an_admin_is_offered_a_new_customer(cast: Cast) -> None:
    assert "/tenants/new/" in get(cast, "alice")
    assert not any("/tenants/new/" in get(cast, who) for who in ("audrey", "ann", "bob"))


@pytest.mark.parametrize(
    "path",
    [
        "/customers/?q=%00&state=%00&page=%00",
        "/my-customers/?q=%00&state=%00&show=%00&page=%00",
        "/record/?q=%00&page=%00",
        "/tenants/northwind/record/?q=%00&check=1&anchor=%00",
        "/runs/?q=%00&state=%00&page=%00",
        "/tenants/northwind/agreement/%00/",
        "/tenants/northwind/agreement/%00/receipt/",
        "/tenants/northwind/agreement/%00/paper/",
        "/signin/?next=%00",
        "/signin/refused/%00/",
        "/consent/return/?state=%00&tenant=%00&error=%00",
        "/tenants/new/?customer=%00",
    ],
)
def test_what_cannot_be_stored_is_never_asked_for(cast: Cast, path: str) -> None:
    """PostgreSQL knows no NUL, and refuses a question that holds one."""
    for who in ("alice", "ann", "rita"):
        assert cast.client(who).get(path).status_code in (200, 404)
