"""What is sent to the customer, and a call with them: each of their own acts, with its link in reach."""

from __future__ import annotations

import pytest
from django.test import Client

from onboarding.models import ConsentRequest, Draft, Plan
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft import apps
from tenants.models import LedgerEntry, Provider
from tests.onboarding.clicking import HERE, admin, offer, on_paper, text
from tests.onboarding.delegating import sell, subscription
from tests.onboarding.wizarding import begun, offered, planned, take_out, work


@pytest.fixture
def alice(portal: Cloud) -> Client:
    return admin("Alice")


def test_where_the_reader_is_in_nobody_is_asked_to_let_it_in_again(alice: Client) -> None:
    planned()
    offer(alice, tiers=["tier-1"])
    assert Draft.objects.get().tiers == ["tier-1"]
    assert not ConsentRequest.objects.exists()
    assert not LedgerEntry.objects.filter(verb="asked for admin consent").exists()


def test_where_it_is_not_in_yet_its_link_is_made_with_the_offer(alice: Client) -> None:
    begun()
    offer(alice)
    assert ConsentRequest.objects.get().app == "reader"
    assert f'href="{HERE}reader/">permissions</a>' in text(alice, f"{HERE}call/")


def test_on_a_call_the_plans_link_can_be_copied_and_the_permissions_be_looked_up(alice: Client) -> None:
    planned()
    page, plan = text(alice, f"{HERE}call/"), Plan.objects.get()
    assert '<p class="step-number">At any step</p>' in page and "of 10" not in page
    assert f'data-copy="http://localhost:8000/tenants/northwind/agreement/{plan.digest}/"' in page
    assert f'href="{HERE}setup/">permissions</a>' in page


def test_what_the_customer_does_by_hand_is_on_the_call_too(alice: Client, portal: Cloud) -> None:
    offered(begun())
    page = text(alice, f"{HERE}call/")
    assert "role in Defender" in page and 'href="/tenants/northwind/tasks/"' in page
    assert "/tenants/northwind/azure/" not in page
    where = f"{subscription(portal)}/rg-security"
    offer(alice, offer="managed-sentinel", **{"azure-managed-sentinel": where})
    page = text(alice, f"{HERE}call/")
    assert 'href="/tenants/northwind/azure/"' in page and "Owner" in page


def test_of_azure_alone_nobody_is_asked_for_what_only_packages_need(alice: Client, portal: Cloud) -> None:
    sell(planes=["lighthouse"])
    begun()
    offer(alice, **{"azure-managed-defender": subscription(portal)})
    page = text(alice, f"{HERE}call/")
    for words in ("role in Defender", "approves", "lets the set-up app in", "remove the set-up app"):
        assert words not in page, words
    assert "Owner of each Azure subscription" in page and "who reviews</strong>" in page
    assert "Afterwards</strong> the reader app stays" in page


def test_each_mail_can_be_copied_whole(alice: Client) -> None:
    planned()
    assert 'data-copy-of="mail"' in text(alice, f"{HERE}agreement/")
    ConsentRequest.objects.all().delete()
    alice.post(f"{HERE}setup/")
    assert 'data-copy-of="mail"' in text(alice, f"{HERE}setup/")


@pytest.mark.parametrize("app", ["reader", "setup"])
def test_the_mail_to_an_administrator_says_who_asks_and_what_microsoft_shows(
    alice: Client, portal: Cloud, app: str
) -> None:
    planned()
    take_out(portal, seed.NORTHWIND, apps.client_id(app))
    ConsentRequest.objects.all().delete()
    alice.post(f"{HERE}readiness/")
    work()
    alice.post(f"{HERE}{app}/")
    mail = text(alice, f"{HERE}{app}/").partition('id="mail"')[2].partition("</textarea>")[0]
    assert "into northwind.example (Fabrikam Security)" in mail
    assert "of Fabrikam Security, your security provider, needs to be let into" in mail
    shown = portal.store.get("", "applications", apps.client_id(app)) or {}
    assert f"as a rule “{shown['displayName']}”; its application id is {shown['id']}" in mail


def test_the_first_mail_of_a_new_portal_names_the_app_where_the_provider_has_no_name_yet(
    alice: Client,
) -> None:
    begun()
    offer(alice)
    assert not Provider.objects.exists()
    mail = text(alice, f"{HERE}reader/").partition('id="mail"')[2].partition("</textarea>")[0]
    assert "our app “Gatehouse reader” needs to be let into your Microsoft tenant northwind.example" in mail


def test_the_receipt_can_be_had_where_it_was_agreed_to(alice: Client) -> None:
    planned()
    here = f"/tenants/northwind/agreement/{Plan.objects.get().digest}/receipt/"
    assert here not in text(alice, f"{HERE}agreement/")
    on_paper(alice, admin("Bea"))
    assert f'href="{here}"' in text(alice, f"{HERE}agreement/")
    assert alice.get(here).status_code == 200
