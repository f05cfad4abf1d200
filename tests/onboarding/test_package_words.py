"""What a package says of itself changes for a customer only by a plan of theirs that lists it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding import offers
from onboarding.models import Offer, OwnedObject, Plan
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding.conftest import manage

TIER_1, TIER_1_NAME = "access_package/tier-1", "Fabrikam Security Tier 1 Analyst"


@pytest.fixture
def before(portal: Cloud) -> Offer:
    """The version from before offers spoke of tiers' packages."""
    document = {**offers.current("managed-defender").document, "version": 90}
    del document["descriptions"]
    return Offer.objects.create(slug="managed-defender", version=90, name=document["name"], document=document)


def said(portal: Cloud) -> dict[str, str]:
    packages = portal.store.all(seed.NORTHWIND, "accessPackages")
    return {each["displayName"]: each["description"].partition("\n")[0] for each in packages}


def test_an_existing_customer_keeps_its_words_until_a_plan_that_lists_the_new_ones(
    portal: Cloud, before: Offer, file: Callable[..., Path]
) -> None:
    assert manage("onboard", file(), "--apply", "--inline")[0] == 0
    was = said(portal)
    assert was[TIER_1_NAME] == f"Membership of the group {TIER_1_NAME}."
    words = {"tier_package": "{can} It gives membership of the group {name}."}
    newer = {**before.document, "version": 91, "descriptions": words}
    Offer.objects.create(slug="managed-defender", version=91, name=newer["name"], document=newer)
    status, found = manage("verify", "northwind")
    assert status == 0, found
    assert said(portal) == was
    manage("onboard", file())
    planned = Plan.objects.latest("pk").changes
    assert {each["address"]: (each["action"], each["fields"]) for each in planned} == {
        f"access_package/{tier}": ("update", ["description"]) for tier in ("tier-1", "tier-2")
    }
    manage("onboard", file(), "--apply", "--inline")
    kept = said(portal)
    assert kept[TIER_1_NAME].startswith("Can read alerts, incidents")
    assert {name: words for name, words in kept.items() if "Tier" not in name} == {
        name: words for name, words in was.items() if "Tier" not in name
    }
    assert OwnedObject.objects.get(address=TIER_1).spec["description"] == kept[TIER_1_NAME]
    assert manage("verify", "northwind")[0] == 0
