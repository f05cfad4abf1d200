"""What a reviewer decides by signing, in words: rules, who stays without an end, and what is theirs to do."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding.agreeing import agreements
from onboarding.engine.digest import digest
from onboarding.models import Offer, OwnedObject, Plan, Run, Step
from portal import agreement_page
from sandbox.cloud import Cloud
from tenants import consent
from tests.cast import reviewer
from tests.onboarding import already, trusting
from tests.onboarding.clicking import (
    admin,
    as_far_as_a_plan,
    check_readiness,
    name_people,
    new,
    offer,
    on_paper,
    plan,
    text,
)
from tests.onboarding.conftest import NORTHWIND, ONE_TIER, manage
from tests.onboarding.delegating import NOW, file_for, sell, subscription
from tests.onboarding.wizarding import work
from tests.portal.test_agreement_shown import page


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    as_far_as_a_plan(client)
    return client


@pytest.fixture
def with_azure(portal: Cloud) -> Client:
    """Packages and Azure are sold; the plan is made."""
    client = admin("Alice")
    sell(planes=["access_packages", "lighthouse"])
    new(client)
    offer(client, **{"azure-managed-defender": subscription(portal)})
    work()
    check_readiness(client)
    name_people(client)
    plan(client)
    return client


def said() -> str:
    """What stands above the plan's JSON, as read."""
    words = re.sub(r"<[^>]+>", " ", text(reviewer(), page()).partition("<details>")[0])
    return re.sub(r"\s+", " ", unescape(words))


def test_each_policy_of_the_plan_says_its_end_its_silence_and_its_review(alice: Client) -> None:
    sold = Offer.objects.get()
    sold.document["policy"]["expires_after_days"] = 30
    sold.save()
    rules = said().partition("When access ends, and what silence does")[2]
    assert rules.count("Whoever needs access for longer than 365 days asks again before.") == 1
    assert "A request that nobody answers is denied after 14 days" in rules
    assert "After 3 days without an answer Microsoft also asks the second named approver by name" in rules
    assert "every 12 months; each review is open for 14 days" in rules
    assert "When nobody answers a review, the access goes on until its own end" in rules


def test_approvers_named_now_are_said_to_stay_without_an_end(alice: Client) -> None:
    words = said().partition("The approvers named now")[2][:400]
    assert (
        "Carla Ruiz, Deniz Yilmaz: without an end and without a review, until somebody takes them out"
        in words
    )
    assert "Who becomes an approver later, by the package, has its end." in words


def test_an_end_speaks_of_no_rules_and_no_approvers(alice: Client) -> None:
    ending = Plan.objects.get()
    ending.purpose = Plan.Purpose.OFFBOARD
    ending.digest = digest(agreements.document(ending, ending.changes))
    ending.save()
    assert "not what its number says" not in said()
    assert "When access ends" not in said() and "The approvers named now" not in said()


def test_with_trust_it_says_who_can_no_longer_sign_in_and_whose_tenant_is_changed(portal: Cloud) -> None:
    trusting.ready(portal)
    as_far_as_a_plan(admin("Alice"))
    words = said()
    assert "makes something new." in words and "nothing that is there is changed" not in words
    assert "other guests of that tenant keep their accounts here, and can no longer sign in." in words
    assert "The reviewer who agrees to the plan decides that." in words
    assert "tenant northwind.example and, by the change that says so, in its own tenant." in words


def test_with_trust_the_app_that_sets_it_is_among_those_that_are_let_in(portal: Cloud) -> None:
    trusting.ready(portal)
    as_far_as_a_plan(admin("Alice"))
    short = said().partition("In short")[2].partition("What the analysts")[0]
    assert "lets in three apps of Fabrikam Security: one only reads, and stays; one sets this up" in short
    assert "could change every group and package while it is let in; " in short
    assert "one sets the trust, and could change what is set for every other tenant while" in short


def test_of_trust_alone_no_app_is_said_to_reach_groups(portal: Cloud) -> None:
    trusting.sell(["cross_tenant_access"])
    as_far_as_a_plan(admin("Alice"))
    short = said().partition("In short")[2].partition("What the analysts")[0]
    assert "lets in two apps of Fabrikam Security: " in short and "one sets the trust" in short
    assert "every group" not in short


def test_without_trust_two_apps_are_let_in(alice: Client) -> None:
    short = said().partition("In short")[2].partition("What the analysts")[0]
    assert "lets in two apps of Fabrikam Security: " in short and "the trust" not in short


@pytest.mark.parametrize("purpose", ["offboard", "pause"])
def test_what_takes_away_is_not_said_to_be_set_up(alice: Client, purpose: str) -> None:
    ending = Plan.objects.get()
    ending.purpose = purpose
    ending.digest = digest(agreements.document(ending, ending.changes))
    ending.save()
    assert "everything that Fabrikam Security would do in your organisation's tenant" in said()
    assert "set up in" not in said()


def test_a_tier_that_is_taken_away_is_not_said_to_be_set_up(portal: Cloud, tmp_path: Path) -> None:
    path = tmp_path / "northwind.toml"
    path.write_text(NORTHWIND)
    already.set_up(portal, path)
    path.write_text(ONE_TIER)
    assert manage("onboard", path)[0] == 2
    assert {each["action"] for each in Plan.objects.latest("pk").changes} == {"delete"}
    assert "To be changed by Fabrikam Security: plan" in said()
    assert "everything that Fabrikam Security would do in your organisation's tenant" in said()


def test_with_azure_the_customers_own_part_is_no_doing_of_the_provider(with_azure: Client) -> None:
    assert "what your organisation is to do itself: deploy the template of each Azure delegation" in said()
    short = said().partition("In short")[2].partition("<h2>")[0]
    assert "by a package ends by itself" in short and "This holds for packages only" in short
    assert "stays delegated until somebody ends it." in short and "pause access by packages or" in short


def test_without_azure_nothing_is_said_of_it(alice: Client) -> None:
    words = said()
    assert "deploy the template" not in words and "for packages only" not in words
    assert "in its own tenant" not in words


def test_after_the_signature_deploying_the_template_is_among_what_is_next(
    with_azure: Client, portal: Cloud
) -> None:
    on_paper(with_azure, admin("Bea"))
    after = said().partition("What your organisation does next")[2]
    assert f"Delegate Azure: subscription {subscription(portal)}, once the plan is being carried out" in after
    assert "Give Tier 1 its role in Defender, once its group is there" in after
    assert "And later, where it will stand under Tasks for northwind.example" in after


def test_less_than_a_subscription_is_called_alike_before_and_while_it_is_a_task(
    portal: Cloud, tmp_path: Path
) -> None:
    sell()
    there = subscription(portal)
    title = f"Delegate Azure: resource group rg-security in subscription {there}"
    manage("onboard", file_for(tmp_path, f"{there}/rg-security"), *NOW)
    after = said().partition("What your organisation does next")[2]
    assert after.count("Delegate Azure:") == 1 and f"{title} " in after
    Run.objects.all().delete()
    after = said().partition("What your organisation does next")[2]
    assert after.count("Delegate Azure:") == 1
    assert f"{title}, once the plan is being carried out" in after


def test_what_stands_under_tasks_by_now_is_not_said_to_come_later(portal: Cloud, tmp_path: Path) -> None:
    sell()
    manage("onboard", file_for(tmp_path, subscription(portal)), *NOW)
    run = Run.objects.get()
    assert run.closed_at is None and run.steps.filter(state=Step.State.CUSTOMER).exists()
    after = said().partition("What your organisation does next")[2]
    assert f"Delegate Azure: subscription {subscription(portal)} " in after
    assert "Give Tier 1 its role in Defender " in after and "later:" not in after
    OwnedObject.objects.filter(address="group/tier-1").delete()
    assert "Give Tier 1 its role in Defender, once its group is there" in said()
    Run.objects.update(closed_at=now())
    assert "later:" not in said()


def test_each_app_that_a_customer_lets_in_to_write_has_its_words() -> None:
    assert set(agreement_page.WRITES) == set(consent.WRITERS)
