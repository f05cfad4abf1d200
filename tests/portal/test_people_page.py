"""Giving an analyst to a customer, and taking them away again."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import now

from onboarding.models import Inquiry, Onboarding, OwnedObject
from tenants import ledger, members
from tenants.models import Membership, Person, SignIn, Tier
from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Contoso was sold both tiers and is set up."""
    found = assemble()
    world.offered(found.contoso)
    world.owned(found.contoso, "group/tier-1")
    return found


def form(cast: Cast, who: str = "bob", **changes: Any) -> dict[str, Any]:
    customer = cast.contoso.customer
    return {"person": cast.people[who].pk, "customer": customer.pk, "tier": "tier-2", **changes}


def refused(client: Client, said: dict[str, Any]) -> str:
    """The mistake beside its field, on the page it was made on."""
    answer = client.post("/people/give/", said, follow=True)
    assert answer.status_code == 200 and "checked=1" in answer.redirect_chain[-1][0]
    found = re.findall(r'class="field-error"[^>]*>([^<]+)', answer.content.decode())
    return " ".join(found)


def way_back(page: str) -> str:
    """Where the sign-in that a page asks for leads afterwards."""
    link = re.search(r'href="(/signin/\?[^"]+)"', page)
    assert link
    return parse_qs(urlsplit(link[1].replace("&amp;", "&")).query)["next"][0]


def sees(cast: Cast, name: str, what: str) -> bool:
    return what in cast.client(name).get("/customers/").content.decode()


@pytest.mark.parametrize("customer", ["9" * 30, "9" * 5000])
def test_a_number_too_long_for_any_customer_is_a_mistake_in_its_field(cast: Cast, customer: str) -> None:
    assert refused(cast.client("alice"), form(cast, customer=customer, hand_over="contoso"))


def test_an_analyst_sees_a_customer_from_the_moment_it_is_given(cast: Cast) -> None:
    assert not sees(cast, "bob", "contoso.example")
    answer = cast.client("alice").post("/people/give/", form(cast), follow=True)
    assert "Bob, Tier 2 for Contoso" in answer.content.decode()
    assert sees(cast, "bob", "contoso.example") and not sees(cast, "bob", "northwind.example")


def test_who_is_signed_in_and_no_analyst_is_not_offered_as_one(cast: Cast) -> None:
    alice = cast.client("alice")
    cast.client("bob")
    listed = alice.get("/people/").content.decode().partition('name="person"')[2].partition("</select>")[0]
    assert "Bob" in listed and "Alice" not in listed
    SignIn.objects.filter(person=cast.people["bob"]).delete()
    assert "Bob" in alice.get("/people/").content.decode().partition("</select>")[0]
    assert refused(alice, form(cast, "alice"))


@pytest.mark.parametrize(("package", "asks"), [(False, ""), (True, " and asks for access")])
def test_what_the_analyst_does_next_is_said(cast: Cast, package: bool, asks: str) -> None:
    if package:
        world.owned(cast.contoso, "access_package/tier-2")
    answer = cast.client("alice").post("/people/give/", form(cast), follow=True)
    assert f"Next: Bob opens My customers{asks}." in answer.content.decode()


def test_what_the_analyst_holds_there_is_read_at_once_where_a_package_stands(cast: Cast) -> None:
    give = partial(cast.client("alice").post, "/people/give/")
    give(form(cast))
    assert not Inquiry.objects.exists()
    world.owned(cast.contoso, "access_package/tier-2")
    give(form(cast))
    asked = Inquiry.objects.get()
    assert (asked.what, asked.tenant, asked.asked_by) == ("access", cast.contoso, cast.people["alice"].actor)


def test_taken_away_it_is_gone_at_once_also_in_an_open_window(cast: Cast) -> None:
    ann = cast.client("ann")
    assert "northwind.example" in ann.get("/customers/").content.decode()
    cast.client("alice").post(f"/people/take/{Membership.objects.get().pk}/")
    assert "northwind.example" not in ann.get("/customers/").content.decode()


def test_both_are_in_the_customers_record_by_number_and_not_by_name(cast: Cast) -> None:
    alice = cast.client("alice")
    alice.post("/people/give/", form(cast))
    alice.post("/people/give/", form(cast))
    alice.post(f"/people/take/{Membership.objects.get(person=cast.people['bob']).pk}/")
    customer = cast.contoso.customer
    said = [
        (entry.verb, entry.actor, entry.subject, entry.facts) for entry in customer.ledger.order_by("number")
    ]
    who, whom = cast.people["alice"].actor, cast.people["bob"].actor
    assert said == [
        ("gave an analyst", who, whom, {"tier": "tier-2"}),
        ("took an analyst away", who, whom, {"tier": "tier-2"}),
    ]
    assert ledger.verify(customer) is None


@pytest.mark.parametrize("changes", [{"tier": "tier-9"}, {"customer": 0}, {"person": ""}])
def test_what_is_not_on_the_lists_is_not_given(cast: Cast, changes: dict[str, Any]) -> None:
    assert refused(cast.client("alice"), form(cast, **changes))
    assert Membership.objects.count() == 1
    assert Tier.objects.count() == 1


def test_a_customers_person_cannot_be_made_an_analyst(cast: Cast) -> None:
    assert refused(cast.client("alice"), form(cast, "mallory"))
    assert not Membership.objects.filter(person=cast.people["mallory"]).exists()
    assert "Mallory" not in cast.client("alice").get("/people/").content.decode()


def test_nor_past_the_page(cast: Cast) -> None:
    with pytest.raises(members.NotStaff):
        members.give(cast.people["mallory"], cast.contoso.customer, members.tier("tier-1"), "command line")


def test_it_needs_a_fresh_sign_in(cast: Cast) -> None:
    alice = cast.client("alice")
    SignIn.objects.update(auth_time=now() - timedelta(minutes=11))
    assert alice.get("/people/").status_code == 200
    assert alice.post("/people/give/", form(cast)).status_code == 403
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("here", ["/people/", "/tenants/contoso/hand-over/"])
def test_after_a_fresh_sign_in_what_was_chosen_is_chosen_still(cast: Cast, here: str) -> None:
    alice = cast.client("alice")
    SignIn.objects.update(auth_time=now() - timedelta(minutes=11))
    referer = {"Referer": f"http://testserver{here}?person=1&x=2"}
    page = alice.post("/people/give/", form(cast, reason="never kept"), headers=referer).content.decode()
    assert "Nothing was done" in page and "with what you had chosen" in page and "never" not in page
    back = way_back(page)
    assert urlsplit(back).path == here and parse_qs(urlsplit(back).query)["x"] == ["2"]
    again = alice.get(back).content.decode()
    assert f'<option value="{cast.people["bob"].pk}" selected>' in again
    assert '<option value="tier-2" selected>' in again and Membership.objects.count() == 1


@pytest.mark.parametrize("checked", ["", "&checked=1"])
@pytest.mark.parametrize("odd", ["x", "²", "-1", "99999999999999999999", "", "%00"])
def test_an_odd_number_in_the_address_chooses_nothing(cast: Cast, odd: str, checked: str) -> None:
    for here in ("/people/", "/tenants/contoso/hand-over/"):
        answer = cast.client("alice").get(f"{here}?person={odd}&customer={odd}&tier={odd}{checked}")
        assert answer.status_code == 200 and "Choose an analyst</option>" in answer.content.decode()


def test_an_auditor_looks_and_gives_nothing(cast: Cast) -> None:
    audrey = cast.client("audrey")
    assert "Take away" not in audrey.get("/people/").content.decode()
    assert audrey.post("/people/give/", form(cast)).status_code == 404


def test_the_command_line_does_the_same_before_anybody_signed_in(cast: Cast, capsys: Any) -> None:
    oid = "fab10000-0000-4000-8000-00000000a002"
    call_command("member", oid, "contoso", "tier-1", "--name", "Amir Rahimi")
    assert "Amir Rahimi, Tier 1 for Contoso" in capsys.readouterr().out
    call_command("member", oid, "contoso", "tier-1", "--remove")
    assert not Person.objects.get(oid=oid).memberships.exists()
    with pytest.raises(CommandError, match="no customer 'nobody'"):
        call_command("member", oid, "nobody", "tier-1")


def not_sold(cast: Cast) -> None:
    Onboarding.objects.update(tiers=["tier-1"])


def not_set_up(cast: Cast) -> None:
    OwnedObject.objects.all().delete()


def never_begun(cast: Cast) -> None:
    Onboarding.objects.all().delete()


NOT_THERE = [
    (not_sold, "has no Tier 2"),
    (not_set_up, "Nothing is set up"),
    (never_begun, "Nothing is set up"),
]
OID = "fab10000-0000-4000-8000-00000000a009"


@pytest.mark.parametrize(("make", "said"), NOT_THERE)
def test_nobody_is_given_a_tier_that_the_customer_does_not_have(cast: Cast, make: Any, said: str) -> None:
    make(cast)
    assert said in unescape(refused(cast.client("alice"), form(cast)))
    with pytest.raises(CommandError, match=said):
        call_command("member", OID, "contoso", "tier-2")
    assert Membership.objects.count() == 1 and not Person.objects.filter(oid=OID).exists()


def test_the_command_line_gives_no_tier_that_no_offer_has(cast: Cast) -> None:
    with pytest.raises(CommandError, match="No offer has a tier 'tier-7'"):
        call_command("member", OID, "contoso", "tier-7")
    assert not Person.objects.filter(oid=OID).exists() and not Tier.objects.filter(slug="tier-7").exists()


def test_whom_nobody_knows_is_not_made_by_taking_them_away(cast: Cast) -> None:
    with pytest.raises(CommandError, match="Nobody with the object id"):
        call_command("member", OID, "contoso", "tier-1", "--remove")
    assert not Person.objects.filter(oid=OID).exists()


def test_what_somebody_never_had_is_not_said_to_be_taken_away(cast: Cast) -> None:
    bob = str(cast.people["bob"].oid)
    with pytest.raises(CommandError, match="Bob has no tier 'tier-1' for Contoso"):
        call_command("member", bob, "contoso", "tier-1", "--remove")


def test_a_tier_that_was_sold_once_can_still_be_taken_away(cast: Cast) -> None:
    Onboarding.objects.all().delete()
    call_command("member", str(cast.people["ann"].oid), "northwind", "tier-1", "--remove")
    assert not Membership.objects.exists()


def test_nobody_is_said_to_have_signed_in_who_never_did(cast: Cast) -> None:
    """Bob was named on the command line alone."""
    page = cast.client("alice").get("/people/").content.decode()
    assert "These people of the provider have signed in" not in page
    shown = dict(
        re.findall(r'<section aria-label="(\w+)">.*?(Signed in, last seen|Not signed in now)', page, re.S)
    )
    assert (shown["Alice"], shown["Bob"]) == ("Signed in, last seen", "Not signed in now")
