"""A customer who is set up keeps the days of its reviews, whatever a newer version of the offer says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from onboarding import offers, plans
from onboarding.models import Offer, Onboarding, Plan
from onboarding.planes import review_days
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding.conftest import NORTHWIND, manage

NIGHT = {"slug": "night-shift", "label": "Night shift", "can": "Look at incidents at night."}


def without_spread() -> Offer:
    """A version from before: it says nothing of a spread."""
    old = offers.current("managed-defender")
    old.document["policy"].pop(review_days.SPREAD)
    old.save()
    return old


def first_reviews(box: Cloud) -> dict[str, str]:
    """As they stand in the tenant."""
    policies = box.store.all(seed.NORTHWIND, "assignmentPolicies")
    return {each["displayName"]: each["reviewSettings"]["schedule"]["startDateTime"] for each in policies}


def wanted() -> dict[str, str]:
    """As a plan made now would have them."""
    kept = Onboarding.objects.get()
    found = plans.wanted(kept, plans.owned_by(kept.tenant))
    policies = [each.spec for each in found if each.kind == "assignment_policy"]
    return {each["displayName"]: each["reviewSettings"]["schedule"]["startDateTime"] for each in policies}


def test_an_older_customer_is_planned_no_change_and_only_what_is_new_gets_a_day_of_its_own(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    old = without_spread()
    toml = file(NORTHWIND.replace('tiers = ["tier-1", "tier-2"]\n', ""))
    assert manage("onboard", toml, "--apply", "--inline")[0] == 0
    before = first_reviews(portal)
    assert len(before) == 3 and len(set(before.values())) == 1
    spread = {"policy": {**old.document["policy"], review_days.SPREAD: 90}}
    newer = offers.edit(old.slug, old.version, spread, "person 1")
    assert manage("onboard", toml)[0] == 0
    assert wanted() == before
    offers.edit(newer.slug, newer.version, {"tiers": [*newer.document["tiers"], NIGHT]}, "person 1")
    assert manage("onboard", toml, "--apply", "--inline")[0] == 0
    planned = {(each["action"], each["address"]) for each in Plan.objects.latest("pk").changes}
    assert {action for action, _ in planned} == {"create"}, planned
    after = first_reviews(portal)
    assert before.items() <= after.items() and len(after) == 4
    assert len(set(after.values())) == 2 and wanted() == after


def test_a_plan_made_again_has_the_same_days_and_the_same_number(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    assert [manage("onboard", file())[0] for _ in range(2)] == [2, 2]
    assert Plan.objects.count() == 1
