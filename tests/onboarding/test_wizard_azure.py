"""Azure in the wizard: where it is to be is typed beside the offer, and the plan says who will hold what."""

from __future__ import annotations

import pytest
from django.test import Client

from onboarding import guarding
from onboarding.models import ConsentRequest, Draft, Onboarding, OwnedObject, Plan, Run
from onboarding.wizard.steps import Way
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding.clicking import (
    HERE,
    admin,
    carry_out,
    check_readiness,
    name_people,
    new,
    offer,
    on_paper,
    people,
    plan,
    post,
    text,
)
from tests.onboarding.delegating import deploy, sell, subscription
from tests.onboarding.wizarding import take_out, work

SENTINEL = "managed-sentinel"


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    new(client)
    return client


def refusal(client: Client, typed: str) -> str:
    data = {"version": Draft.objects.get().version, "offer": SENTINEL, "approval": "customer"}
    answer = client.post(f"{HERE}offer/", data | {"tiers": ["tier-1", "tier-2"], f"azure-{SENTINEL}": typed})
    assert answer.status_code == 200 and not Draft.objects.get().azure
    return str(answer.content.decode())


def test_from_the_offer_to_verified_with_the_customer_deploying(alice: Client, portal: Cloud) -> None:
    typed = f"{subscription(portal)}/rg-security\n{subscription(portal)}/rg-workloads\n"
    offer(alice, offer=SENTINEL, **{f"azure-{SENTINEL}": typed})
    work()
    check_readiness(alice)
    assert guarding.NOT_YET.found in text(alice, f"{HERE}readiness/")
    name_people(alice)
    plan(alice)
    said = text(alice, f"{HERE}plan/")
    assert said.count("Create the Azure delegation of /subscriptions/") == 2
    assert "Sentinel Responder, Northwind: Microsoft Sentinel Responder, always on" in said
    assert "Sentinel Contributor, Northwind: Microsoft Sentinel Contributor, on demand for 8 hours" in said
    on_paper(alice, admin("Bob"))
    post(alice, f"{HERE}setup/")
    work()
    post(alice, f"{HERE}progress/start/")
    with pytest.raises(AssertionError):
        carry_out()
    waits = text(alice, f"{HERE}progress/")
    assert (
        "Deploy the template that the portal hands out" in waits
        and 'href="/tenants/northwind/azure/"' in waits
    )
    assert "Waiting for the customer or Azure to have the delegation seen from our side" in waits
    deploy(portal, "rg-security", "rg-workloads")
    carry_out()
    assert Run.objects.get().ended == "verified"
    assert OwnedObject.objects.filter(kind="delegation").count() == 2


def test_nobody_is_named_to_approve_where_azure_alone_is_sold(alice: Client, portal: Cloud) -> None:
    """Whoever was named for packages before stays named until somebody takes them out."""
    sell(planes=["lighthouse"])
    offer(alice, **{"azure-managed-defender": subscription(portal)})
    work()
    page = text(alice, f"{HERE}people/")
    assert "Approver" not in page and "Reviewers" in page
    people(alice, approvers=[])
    work()
    assert Way(Draft.objects.get()).people_are_known() and Onboarding.objects.get().approvers == []
    answer = alice.post(f"{HERE}people/", {"version": Draft.objects.get().version}).content.decode()
    assert "Name at least one person who may agree and review." in answer and "who approves" not in answer
    people(alice)
    assert "Approvers" in text(alice, f"{HERE}people/")


def test_for_a_plan_that_only_changes_a_delegation_nobody_lets_an_app_in(
    alice: Client, portal: Cloud
) -> None:
    offer(alice, offer=SENTINEL, **{f"azure-{SENTINEL}": subscription(portal)})
    work()
    check_readiness(alice)
    name_people(alice)
    plan(alice)
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    only = Plan.objects.get()
    only.changes = [each for each in only.changes if each["kind"] == "delegation"]
    only.save()
    assert Way(Draft.objects.get()).setup_is_in() and len(only.changes) == 1
    said = text(alice, f"{HERE}setup/")
    assert "nobody has to let anything in here" in said and "for the customer</button>" not in said
    post(alice, f"{HERE}setup/")
    assert not ConsentRequest.objects.filter(app="setup").exists()


def test_it_is_there_again_when_the_page_is_opened_again(alice: Client, portal: Cloud) -> None:
    offer(alice, offer=SENTINEL, **{f"azure-{SENTINEL}": subscription(portal)})
    assert f">/subscriptions/{subscription(portal)}</textarea>" in text(alice, f"{HERE}offer/")
    offer(alice)
    assert Draft.objects.get().azure == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Name at least one subscription"),
        ("northwind", "neither a subscription"),
        ("42a00000-0000-4000-8000-00000000a001/", "neither a subscription"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_what_was_typed_stays(
    alice: Client, typed: str, said: str
) -> None:
    page = refusal(alice, typed)
    assert f'id="azure-{SENTINEL}-error">' in page and said in page
    assert f">{typed}</textarea>" in page


def test_a_group_that_is_not_there_is_said_when_people_are_looked_up(alice: Client, portal: Cloud) -> None:
    [group] = [
        g
        for g in portal.store.all("fab00000-0000-4000-8000-000000000001", "groups")
        if g["displayName"] == "Sentinel Contributor, Northwind"
    ]
    portal.store.remove("fab00000-0000-4000-8000-000000000001", "groups", group["id"])
    offer(alice, offer=SENTINEL, **{f"azure-{SENTINEL}": subscription(portal)})
    work()
    check_readiness(alice)
    name_people(alice)
    assert "Sentinel Contributor, Northwind" in text(alice, f"{HERE}people/")
    assert not Onboarding.objects.exists()
