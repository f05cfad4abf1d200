"""The hand-over says what was really carried out, and never passes for one before its time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from access import rules
from onboarding.models import Offer, OwnedObject
from sandbox import seed
from sandbox.cloud import Cloud
from tenants import ledger, members
from tenants.models import Membership, Person, Tenant
from tests.access import world
from tests.cast import Cast, assemble
from tests.onboarding import already
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, file, manage, pki, portal
from tests.onboarding.delegating import NOW, onboarded, sell

__all__ = ["box", "file", "pki", "portal"]
PAGE = "/tenants/northwind/hand-over/"


@pytest.fixture
def done(portal: Cloud, file: Callable[..., Path]) -> Client:
    """Northwind is set up; somebody of ours looks."""
    already.set_up(portal, file())
    return admin("Alice")


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def text(client: Client) -> str:
    """As read: without tags and line breaks."""
    answer = client.get(PAGE, headers={"Host": "localhost:8000"})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_it_says_the_links_the_people_and_the_ends_of_what_was_set_up(done: Client) -> None:
    said = text(done)
    package = OwnedObject.objects.get(address="access_package/tier-1").remote_id
    assert f"#/access-packages/{package}" in said
    assert "People of the customer approve every request" in said
    assert "Carla" in said and "Deniz" in said
    assert "Each access ends by itself 365 days after it was given" in said
    assert "denied after 14 days" in said and "After 3 days without an answer Microsoft also asks" in said
    assert "Everybody in the approvers' group can answer from the start" in said
    assert "stay in it until somebody takes them out: no end and no review of a package touches them" in said
    assert "every 12 months; each review is open for 14 days" in said
    assert "When nobody answers a review, the access goes on until its own end" in said


def told_to_assign(cast: Cast) -> list[str]:
    words = "opens nothing in the tenant: it shows the analyst"
    return [who for who in ("alice", "audrey", "rita") if words in text(cast.client(who))]


def test_an_administrator_is_told_to_give_the_customer_to_analysts(cast: Cast) -> None:
    world.offered(cast.northwind)
    world.owned(cast.northwind, "group/tier-1")
    world.STORIES["in-order"](cast.northwind)
    assert told_to_assign(cast) == ["alice"]
    cast.northwind.owned.all().delete()
    world.STORIES["ended"](cast.northwind)
    assert told_to_assign(cast) == []


def test_analysts_are_not_sent_to_ask_for_the_approvers_package(done: Client) -> None:
    said = text(done)
    approving = OwnedObject.objects.get(address="access_package/approvers").remote_id
    assert approving not in said[: said.index("For approvers")]
    assert "To become one https:" in said and approving in said


def test_it_says_what_is_there_and_not_what_the_offer_says_today(done: Client) -> None:
    offer = Offer.objects.get()
    offer.document["policy"]["expires_after_days"] = 30
    offer.save()
    assert "365 days after it was given" in text(done)


def test_it_carries_the_records_last_fingerprint(done: Client) -> None:
    head = ledger.head(Tenant.objects.get().customer)
    assert head != ledger.START and head in text(done)


def test_roles_by_hand_stay_open_on_it_until_somebody_confirms_them(done: Client) -> None:
    assert "Still to be done by hand: Give Tier 1 its role in Defender" in text(done)
    assert "This hand-over is not final" not in text(done)


@pytest.mark.parametrize("unready", ["running", "stopped", "changed", "unreadable"])
def test_before_everything_was_read_back_it_says_so_at_the_top(cast: Cast, unready: str) -> None:
    world.STORIES[unready](cast.northwind)
    assert "This hand-over is not final." in text(cast.client("rita"))


def test_after_the_end_it_speaks_of_nothing_that_is_still_to_come(cast: Cast) -> None:
    world.STORIES["ended"](cast.northwind)
    said = text(cast.client("rita"))
    assert "What was set up here is gone" in said
    assert not [each for each in ("not final", "made yet", "stay until somebody") if each in said]


def test_a_live_delegation_of_azure_stays_and_it_says_how_to_end_that_oneself(cast: Cast) -> None:
    before = text(cast.client("rita"))
    assert "The Azure delegation to the provider" not in before and "Delegations" not in before
    world.delegated(cast.northwind)
    said = text(cast.client("rita"))
    stays = said.partition("What stays without an end")[2].partition("How to end it")[0]
    ends = said.partition("How to end it")[2].partition("The record up to here")[0]
    scope = f"/subscriptions/{world.SUBSCRIPTION}/resourceGroups/rg-security"
    assert "The Azure delegation to the provider" in stays and scope in stays
    assert scope in ends and "in the Azure portal under Service providers, Delegations" in ends


def test_of_azure_alone_it_speaks_of_no_package(portal: Cloud, tmp_path: Path) -> None:
    """Neither as set up nor once it has ended, nor of an app that nobody was asked to let in."""
    sell(planes=["lighthouse"])
    onboarded(portal, tmp_path, "rg-security")
    said = text(admin("Alice"))
    assert "The Azure delegation to the provider" in said
    assert "removes the delegation in the Azure portal under Service providers, Delegations" in said
    assert "deletes the reader app under Enterprise applications" in said
    assert "groups of the provider hold roles in Azure, so nobody asks for access here" in said
    assert "Who can do what" in said
    assert manage("offboard", "northwind", *NOW)[1]["ended"] == "verified"
    for page in (said, text(admin("Alice"))):
        told = page.lower().replace("the ends and reviews of packages do not touch them", "")
        for word in ("package", "catalog", "connected organisation", "approver", "set-up app", "my access"):
            assert word not in told, (word, told)


@pytest.mark.parametrize("duration", ["P1M", "PT24H", "", "P-1D"])
def test_a_duration_of_another_kind_is_not_guessed_at(duration: str) -> None:
    with pytest.raises(ValueError, match="not a number of days"):
        rules.days(duration)


@pytest.mark.parametrize(
    ("ways", "words"),
    [
        (["members"], "People of the customer approve every request"),
        (["lead"], "the customer sees and reviews it, but is not asked each time"),
        (["members", "lead"], "Either of them alone can let an analyst in"),
    ],
)
def test_who_approves_follows_the_policies_that_are_there(done: Client, ways: list[str], words: str) -> None:
    kept = OwnedObject.objects.get(address="assignment_policy/approvers/members")
    copy: dict[str, Any] = {
        field: getattr(kept, field) for field in ("tenant", "target", "kind", "spec", "needs", "origin")
    }
    kept.delete()
    for way in ways:
        OwnedObject.objects.create(address=f"assignment_policy/approvers/{way}", remote_id=way, **copy)
    assert words in text(done)


def test_an_administrator_is_told_to_assign_an_analyst_until_one_is(done: Client) -> None:
    assert "Step 10 of 10" not in text(done), "it was set up from a file"
    assert "Next: assign an analyst, who then opens My customers and asks for access." in text(done)
    customer = Tenant.objects.get(slug="northwind").customer
    person = Person.objects.create(tid=seed.FABRIKAM, oid=customer.tenants.get().tenant_id, name="Ann")
    Membership.objects.create(person=person, customer=customer, tier=members.tier("tier-1"))
    assert "Next:" not in text(done)
