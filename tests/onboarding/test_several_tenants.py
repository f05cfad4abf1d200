"""A customer with several tenants: a person chooses whose a tenant is, and lists tell them apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from onboarding.models import Draft
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Customer, LedgerEntry, Membership, Person, Tenant, Tier
from tenants.people import Role
from tests.cast import sign_in
from tests.onboarding.clicking import admin, new, post

CONTOSO = {"place": "contoso.example", "seen": seed.CONTOSO}


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    new(client)
    return client


def asked(client: Client, **typed: Any) -> str:
    return client.post("/tenants/new/", CONTOSO | typed).content.decode()


@pytest.mark.parametrize("typed", ["northwind", "Northwind UK", "wind"])
def test_who_might_be_meant_is_listed_and_nobody_is_chosen_beforehand(alice: Client, typed: str) -> None:
    page = asked(alice, customer=typed, seen="")
    assert 'name="owner" value="northwind"' in page and "northwind.example" in page and "checked" not in page
    assert ('value="new"' in page) == (typed != "northwind")


def test_without_a_choice_nothing_is_saved_and_nothing_typed_is_lost(alice: Client) -> None:
    page = asked(alice, customer="Northwind UK")
    assert "Say whose tenant this is." in page.partition('id="owner-error"')[2]
    assert 'value="Northwind UK"' in page and Tenant.objects.count() == 1


def test_a_second_tenant_joins_the_customer_that_was_chosen(alice: Client) -> None:
    where = post(alice, "/tenants/new/", CONTOSO | {"customer": "Northwind", "owner": "northwind"})
    first, second = Tenant.objects.order_by("pk")
    assert first.customer == second.customer and Customer.objects.count() == 1
    assert where == f"/tenants/{second.slug}/onboard/offer/" and second.slug == "northwind-contoso"
    assert Draft.objects.count() == 2
    entry = LedgerEntry.objects.get(verb="named another tenant")
    assert entry.customer == first.customer and entry.facts["domain"] == "contoso.example"


def test_a_new_customer_stays_one_of_its_own_beside_a_similar_name(alice: Client) -> None:
    post(alice, "/tenants/new/", CONTOSO | {"customer": "Northwind UK", "owner": "new"})
    assert sorted(Customer.objects.values_list("slug", flat=True)) == ["northwind", "northwind-uk"]


def test_a_choice_of_nobody_who_is_here_is_refused(alice: Client) -> None:
    assert "choose again" in asked(alice, customer="Northwind", owner="gone")
    assert Tenant.objects.count() == 1


def test_lists_tell_the_tenants_of_one_customer_apart(alice: Client) -> None:
    post(alice, "/tenants/new/", CONTOSO | {"customer": "Northwind", "owner": "northwind"})
    ann = Person.objects.create(tid=seed.FABRIKAM, oid=seed._id("99", 1), name="Ann")
    tier = Tier.objects.create(slug="tier-1", name="Tier 1")
    Membership.objects.create(person=ann, customer=Customer.objects.get(), tier=tier)
    analyst = Client()
    sign_in(analyst, ann, Role.ANALYST)
    for tenant in Tenant.objects.all():
        analyst.post(f"/tenants/{tenant.slug}/opened/")
    for client, path in (
        (alice, "/customers/"),
        (alice, "/tenants/northwind/"),
        (alice, "/tenants/northwind-contoso/"),
        (alice, "/record/"),
        (alice, "/tenants/northwind/record/"),
        (alice, "/people/"),
        (analyst, "/my-customers/"),
    ):
        page = client.get(path).content.decode()
        assert "northwind.example" in page and "contoso.example" in page, path
    lately = (
        analyst.get("/my-customers/").content.decode().partition('class="lately')[2].partition("</nav>")[0]
    )
    assert "northwind.example" in lately and "contoso.example" in lately
