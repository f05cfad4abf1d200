"""Trust between the tenants in the wizard: chosen in the offer, asked for, and shown when it is done."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from access import trust
from onboarding import nightly, offers
from onboarding.agreeing import agreements
from onboarding.engine.digest import digest
from onboarding.grants import granted
from onboarding.models import Onboarding, Plan
from onboarding.planes import PLANES
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tests.onboarding.clicking import (
    HERE,
    admin,
    as_far_as_a_plan,
    carry_out,
    come_back,
    on_paper,
    post,
    text,
)
from tests.onboarding.test_offer_pages import PAGE, form
from tests.onboarding.trusting import set_up
from tests.onboarding.wizarding import take_out, work

SETUP, CUSTOMER = f"{HERE}setup/", "/tenants/northwind/"


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def section(client: Client) -> str:
    return plain(text(client, CUSTOMER).partition('id="trust"')[2].partition("<h2")[0])


def test_the_offer_page_sells_it_with_a_group_or_not_at_all(portal: Cloud) -> None:
    alice = admin("Alice")
    assert alice.post(f"{PAGE}edit/", form(trust="on")).status_code == 400
    post(alice, f"{PAGE}edit/", form(trust="on", analysts_group=seed.ANALYSTS))
    newest = offers.current("managed-defender").document
    assert (newest["planes"], newest["analysts_group"]) == (list(PLANES)[:2], seed.ANALYSTS)
    assert offers.versions("managed-defender")[4]["planes"] == ["access_packages"]
    assert seed.ANALYSTS in text(alice, PAGE) and "checked" in text(alice, PAGE)
    customers = form(seen=5, trust="on", analysts_group="{customer} Analysts")
    assert alice.post(f"{PAGE}edit/", customers).status_code == 400
    post(alice, f"{PAGE}edit/", form(seen=5, trust=None))
    assert offers.current("managed-defender").document["planes"] == ["access_packages"]


def test_from_the_offer_to_the_customers_page_and_to_its_end(portal: Cloud) -> None:
    alice = admin("Alice")
    post(alice, f"{PAGE}edit/", form(trust="on", analysts_group=seed.ANALYSTS))
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    as_far_as_a_plan(alice)
    assert "the analysts&#x27; group" in text(alice, f"{HERE}readiness/").lower()
    said = plain(text(alice, f"{HERE}plan/"))
    assert "21 changes" in said
    words = "Create the entry for the tenant northwind.example under cross-tenant access in the provider"
    assert words in said
    [group] = (g for g in portal.store.all(seed.FABRIKAM, "groups") if g["displayName"] == seed.ANALYSTS)
    whom = f"“{seed.ANALYSTS}” ({group['id']})"
    assert f"The group that is let in: {whom}." in said
    on_paper(alice, admin("Bea"))
    post(alice, SETUP)
    page = text(alice, SETUP)
    assert (
        page.count('<pre class="link">') == 2
        and "What the set-up app for cross-tenant access asks for" in page
    )
    assert seed.HOME not in page
    assert "Send each link below to an administrator of the customer." in page
    come_back(page, portal, seed.SETUP)
    assert "Watching" in text(alice, SETUP)
    come_back(page, portal, seed.TRUST)
    assert "Our apps for the set-up are let in." in text(alice, SETUP)
    post(alice, f"{HERE}progress/start/")
    carry_out()
    assert "Both halves stand." in section(alice) and "Read back by its run" in section(alice)
    assert section(alice).count("Copied from the tenant&#x27;s default when this was set") == 2
    assert f"only the group {whom} may come as guests." in section(alice)
    granted.read(Tenant.objects.get().pk)
    assert f"Who of it may be a guest: {whom} (allowed)." in plain(text(alice, f"{CUSTOMER}who/"))
    assert "Trust between the two tenants" in text(alice, f"{CUSTOMER}hand-over/")
    take_out(portal, seed.NORTHWIND, seed.TRUST)
    post(alice, f"{CUSTOMER}end/look/")
    work()
    assert "Let the set-up app for cross-tenant access in again" in text(alice, f"{CUSTOMER}end/")


HALVES = {
    "customer": (seed.NORTHWIND, seed.FABRIKAM, "One-sided. Without the customer's half"),
    "provider": (seed.FABRIKAM, seed.NORTHWIND, "One-sided. Without the provider's half"),
}


@pytest.fixture
def live(portal: Cloud, file: Any) -> Tenant:
    set_up(portal, file())
    return Tenant.objects.get()


@pytest.mark.parametrize("half", HALVES)
def test_one_half_that_went_is_said_and_which(portal: Cloud, live: Tenant, half: str) -> None:
    where, other, words = HALVES[half]
    portal.store.remove(where, "partners", other)
    nightly.verify(Onboarding.objects.get().pk)
    found = trust.of(live)
    assert found is not None and found.words.startswith(words)


def test_a_half_that_cannot_be_read_is_not_known_and_not_missing(portal: Cloud, live: Tenant) -> None:
    take_out(portal, seed.FABRIKAM, seed.HOME)
    nightly.verify(Onboarding.objects.get().pk)
    found = trust.of(live)
    assert found is not None and found.words.startswith("Not known")
    assert [each.now for each in found.halves] == ["As agreed", "Could not be read"]


def test_no_plan_may_write_where_its_kind_does_not_belong(portal: Cloud, live: Tenant) -> None:
    """With a right number, too: who makes the rows may make the number."""
    plan = Plan.objects.get()
    agreements.check_plan(plan)
    good = plan.changes
    for kind, tid in (
        ("partner_outbound", seed.NORTHWIND),
        ("partner_outbound", seed.CONTOSO),
        ("partner_inbound", seed.FABRIKAM),
        ("group", seed.FABRIKAM),
    ):
        plan.changes = [{**each, "tenant": tid} if each["kind"] == kind else each for each in good]
        plan.digest = digest(agreements.document(plan, plan.changes))
        with pytest.raises(Refused, match="plan_changed"):
            agreements.check_plan(plan)
