"""Giving an analyst to a customer, and taking them away again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from tenants import ledger, members
from tenants.models import Membership, Person, SignIn, Tier
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def form(cast: Cast, who: str = "bob", **changes: Any) -> dict[str, Any]:
    customer = cast.contoso.customer
    return {"person": cast.people[who].pk, "customer": customer.pk, "tier": "tier-2", **changes}


def sees(cast: Cast, name: str, what: str) -> bool:
    return what in cast.client(name).get("/customers/").content.decode()


def test_an_analyst_sees_a_customer_from_the_moment_it_is_given(cast: Cast) -> None:
    assert not sees(cast, "bob", "contoso.example")
    answer = cast.client("alice").post("/people/give/", form(cast), follow=True)
    assert "Bob, Tier 2 for Contoso" in answer.content.decode()
    assert sees(cast, "bob", "contoso.example") and not sees(cast, "bob", "northwind.example")


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
    answer = cast.client("alice").post("/people/give/", form(cast, **changes))
    assert (answer.status_code, Membership.objects.count()) == (400, 1)
    assert Tier.objects.count() == 1


def test_a_customers_person_cannot_be_made_an_analyst(cast: Cast) -> None:
    assert cast.client("alice").post("/people/give/", form(cast, "mallory")).status_code == 400
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


def test_nobody_is_said_to_have_signed_in_who_never_did(cast: Cast) -> None:
    """Bob was named on the command line alone."""
    page = cast.client("alice").get("/people/").content.decode()
    assert "These people of the provider have signed in" not in page
    shown = dict(
        re.findall(r'<section aria-label="(\w+)">.*?(Signed in, last seen|Not signed in now)', page, re.S)
    )
    assert (shown["Alice"], shown["Bob"]) == ("Signed in, last seen", "Not signed in now")
