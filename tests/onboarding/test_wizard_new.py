"""The first page: which tenant, of which company; nothing is saved before a person has said that it is so."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from onboarding.wizard import owners
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Customer, Provider, ProviderTenant, Tenant
from tests.access import world
from tests.onboarding.clicking import admin, new


@pytest.fixture
def alice(portal: Cloud) -> Client:
    return admin("Alice")


def test_an_id_that_is_no_longer_the_domains_is_not_begun_with(alice: Client) -> None:
    seen = {"customer": "Northwind", "place": "northwind.example", "seen": seed.CONTOSO}
    assert seed.NORTHWIND in alice.post("/tenants/new/", seen).content.decode()
    assert not Tenant.objects.exists()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nobody.example", "Microsoft knows no tenant"),
        ("not a domain", "neither a domain nor a tenant id"),
        ("fabrikam-security.example", "the provider&#x27;s own tenant"),
    ],
)
def test_what_is_no_customers_tenant_is_said_and_kept_in_its_field(
    alice: Client, place: str, said: str
) -> None:
    page = alice.post("/tenants/new/", {"customer": "Northwind", "place": place}).content.decode()
    assert said in page and f'value="{place}"' in page
    assert not Tenant.objects.exists()


def test_no_tenant_of_the_providers_becomes_a_customer(alice: Client) -> None:
    """A provider may have several; in a tenant of its own it would agree to its own plans."""
    ours = Provider.objects.create(name="Fabrikam", brand="Fabrikam")
    ProviderTenant.objects.create(provider=ours, purpose="gdap", tenant_id=seed.CONTOSO, name="Partners")
    typed = {"customer": "Contoso", "place": "contoso.example", "seen": seed.CONTOSO, "owner": "new"}
    page = alice.post("/tenants/new/", typed)
    assert "the provider&#x27;s own tenant" in page.content.decode()
    assert not Tenant.objects.exists()


def test_another_company_of_the_same_name_is_not_taken_for_the_first(alice: Client) -> None:
    """Its analysts would see the new tenant, and both would share one record."""
    first = Customer.objects.create(name="Northwind", slug="northwind-hq")
    typed = {"customer": "northwind ", "place": "northwind.example", "seen": seed.NORTHWIND, "owner": "new"}
    page = alice.post("/tenants/new/", typed).content.decode()
    assert "a company of this name is here already" in page and 'value="northwind' in page
    assert not first.tenants.exists() and not Tenant.objects.exists()


@pytest.mark.parametrize(
    ("place", "name"),
    [("northwind.example", "Northwind"), ("Northwind-Traders.example", "Northwind Traders")],
)
def test_without_a_name_the_domain_proposes_one_that_is_shown_before_it_counts(
    alice: Client, place: str, name: str
) -> None:
    page = alice.post("/tenants/new/", {"customer": " ", "place": place}).content.decode()
    assert f"<dd>{name}. If it is called otherwise" in page
    assert (
        page.count(f'name="customer" value="{name}"') == 1
        and shown_in_its_field(page) == ""
        and not Customer.objects.exists()
    )
    typed = {"customer": name, "place": place, "seen": seed.CONTOSO, "owner": "new"}
    alice.post("/tenants/new/", typed)
    assert not Customer.objects.exists(), "another tenant than the one that was shown"


def shown_in_its_field(page: str) -> str:
    found = re.search(r'<input class="form-control" id="customer"[^>]*? value="([^"]*)"', page)
    assert found
    return found[1].strip()


@pytest.mark.parametrize(
    ("place", "name"), [("xn--mnchen-3ya.example", "München"), ("www.contoso.example", "Contoso")]
)
def test_an_odd_domain_proposes_a_name_all_the_same(place: str, name: str) -> None:
    assert owners.proposed(place) == name


def test_an_empty_form_has_one_mistake(alice: Client) -> None:
    assert (
        alice.post("/tenants/new/", {"customer": "", "place": ""}).content.decode().count("field-error") == 1
    )


@pytest.mark.parametrize(
    "place", ["a" * 250 + ".example", "北京.example", "new.example", "%00.example", "xn--.x"]
)
def test_no_odd_domain_breaks_the_page(alice: Client, place: str) -> None:
    answer = alice.post("/tenants/new/", {"customer": "", "place": place})
    assert answer.status_code == 200
    typed = {"customer": "", "place": place, "seen": seed.CONTOSO, "owner": "new"}
    assert alice.post("/tenants/new/", typed).status_code == 200


def test_an_id_proposes_no_name_and_is_kept(alice: Client) -> None:
    page = alice.post("/tenants/new/", {"customer": "", "place": seed.NORTHWIND}).content.decode()
    assert "Type the company&#x27;s name" in page and f'value="{seed.NORTHWIND}"' in page


def test_a_tenant_that_is_here_already_leads_to_its_onboarding(alice: Client) -> None:
    new(alice)
    page = alice.post("/tenants/new/", {"customer": "Again", "place": "northwind.example"})
    assert "go on with Northwind" in page.content.decode() and Tenant.objects.count() == 1


@pytest.mark.parametrize("place", ["northwind.example", seed.NORTHWIND])
def test_a_tenant_that_has_ended_is_said_to_have_been_here_and_leads_to_its_set_up_anew(
    alice: Client, place: str
) -> None:
    """Whatever its company is called now: it is the same tenant, with the same record."""
    new(alice)
    run = world.ran(Tenant.objects.get(), "verified", purpose="offboard")
    page = alice.post("/tenants/new/", {"customer": "Northwind Traders", "place": place}).content.decode()
    assert run.closed_at is not None
    assert f"was here before, as Northwind: access was ended on {run.closed_at:%-d %B %Y}" in page
    assert "go on with" not in page and "Yes, begin with this tenant" not in page
    assert 'href="/tenants/northwind/">' in page and 'href="/tenants/northwind/onboard/change/"' in page
    there = alice.get("/tenants/northwind/onboard/change/", follow=True).content.decode()
    assert "<h1>Set Northwind up anew</h1>" in there and "was ended on" in there
    begun = {"customer": "Northwind Traders", "place": place, "seen": seed.NORTHWIND, "owner": "new"}
    assert alice.post("/tenants/new/", begun)["Location"].startswith("/tenants/northwind/onboard/")
    assert Tenant.objects.get().customer == Customer.objects.get()
