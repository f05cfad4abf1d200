"""Pages and signed reviews speak of what was agreed to, whatever the wizard has kept since."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from access import hand_over
from access.reviewing import review_dates
from access.who_can import lines
from onboarding import offers
from onboarding.models import Onboarding
from sandbox.cloud import Cloud
from tenants.models import Contact, Person, Tenant
from tests.access import grants, world
from tests.cast import carla as person
from tests.onboarding import already
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, file, pki, portal

__all__ = ["box", "file", "pki", "portal"]


@pytest.fixture
def tenant(portal: Cloud, file: Callable[..., Path]) -> Tenant:
    """Northwind is set up."""
    already.set_up(portal, file())
    return Tenant.objects.get()


def answer_anew() -> None:
    """As the wizard's step People keeps it: another version of the offer, without a plan or an agreement."""
    old = offers.current("managed-defender")
    tiers = [{**tier, "can": "Only look."} for tier in old.document["tiers"]]
    policy = {**old.document["policy"], "first_review_after_days": 3650, "review_every_months": 36}
    new = offers.edit("managed-defender", old.version, {"tiers": tiers, "policy": policy}, "person 1")
    Onboarding.objects.update(offer=new)


def test_what_a_tier_can_and_when_a_review_is_due_follow_the_plan_that_was_carried_out(
    tenant: Tenant,
) -> None:
    said = lines.words_of(tenant).can["tier-1"], review_dates.due(tenant)
    grants.granted(tenant, "assignment", tier="tier-1")
    answer_anew()
    assert (lines.words_of(tenant).can["tier-1"], review_dates.due(tenant)) == said
    review = grants.reviewed(tenant, person(), "keep")
    assert review.document["grants"][0]["can"].startswith(said[0]) and "Only look" not in str(review.document)
    assert review_dates.due(tenant) == review_dates.months_after(world.now().date(), 12)


def test_the_first_review_is_due_when_the_first_package_is_reviewed(tenant: Tenant) -> None:
    days = [rule.first_review for rule in hand_over.rules_of(tenant)]
    assert review_dates.due(tenant) == min(days) and len(set(days)) == 3


def test_the_hand_over_names_the_approvers_that_were_put_into_their_group(tenant: Tenant) -> None:
    before = hand_over.about(tenant)["approvers"]
    assert len(before) == 2
    theirs = tenant.contacts.filter(role=Contact.Role.APPROVER)
    theirs.filter(person__name__startswith="Deniz").delete()
    ada = Person.objects.create(tid=tenant.tenant_id, oid="0d000000-0000-4000-8000-000000000003", name="Ada")
    Contact.objects.create(tenant=tenant, person=ada, role=Contact.Role.APPROVER)
    assert hand_over.about(tenant)["approvers"] == before
    page = admin("Alice").get("/tenants/northwind/hand-over/").content.decode()
    first = re.sub(r"\s+", " ", page).partition("<dt>First approvers</dt><dd>")[2].partition("</dd>")[0]
    assert first == ", ".join(before) and "Deniz" in first


def test_an_approver_whose_name_was_erased_is_named_by_id(tenant: Tenant) -> None:
    deniz = Person.objects.get(name__startswith="Deniz")
    deniz.contact_set.all().delete()
    deniz.delete()
    assert str(deniz.oid) in hand_over.about(tenant)["approvers"]
