"""An analyst who was given a customer before they ever signed in: from then on their access can be read."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from onboarding.models import Inquiry
from sandbox import seed
from tenants.models import Customer, Membership, Person, Tenant, Tier
from tests.access import world
from tests.portal.conftest import oid

Go = Callable[..., str]


def given(name: str, email: str = "") -> Tenant:
    """Northwind, with a package of ours, to somebody of whom no more is known than who they are."""
    whose = Customer.objects.create(name="Northwind", slug="northwind")
    tenant = Tenant.objects.create(
        customer=whose, slug="northwind", tenant_id=seed.NORTHWIND, cloud="custom", domain="northwind.example"
    )
    world.owned(tenant, "access_package/tier-1")
    person = Person.objects.create(tid=seed.FABRIKAM, oid=oid(name), email=email)
    level = Tier.objects.create(slug="tier-1", name="Tier 1")
    Membership.objects.create(person=person, customer=whose, tier=level)
    return tenant


def test_their_access_is_read_once_their_address_is_known(go: Go, window: Client) -> None:
    tenant = given("amir")
    window.get(go("amir"))
    asked = Inquiry.objects.get()
    assert (asked.what, asked.tenant) == (Inquiry.What.ACCESS, tenant)
    asked.delete()
    window.get(go("amir"))
    assert not Inquiry.objects.exists()


def test_who_is_given_nothing_or_not_let_in_has_nothing_read(go: Go, window: Client) -> None:
    given("emil")
    window.get(go("emil"))
    window.get(go("lena"))
    assert not Inquiry.objects.exists()
