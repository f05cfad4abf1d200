"""An analyst who was given a customer before they ever signed in: from then on their access can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from kombu.exceptions import OperationalError

from access import tasks
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


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(tasks.read_newcomer, "delay", found.append)
    return found


def test_their_access_is_read_once_their_address_is_known(go: Go, window: Client, rung: list[int]) -> None:
    """One bell on their way in, however many customers they have; the worker asks for each."""
    tenant = given("amir")
    window.get(go("amir"))
    amir = Person.objects.get(oid=oid("amir"))
    assert rung == [amir.pk]
    window.get(go("amir"))
    assert rung == [amir.pk]
    tasks.read_newcomer(amir.pk)
    asked = Inquiry.objects.get()
    assert (asked.what, asked.tenant, asked.asked_by) == (Inquiry.What.ACCESS, tenant, amir.actor)


def test_a_queue_that_does_not_answer_keeps_nobody_out(
    go: Go, window: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(person: int) -> None:
        raise OperationalError

    given("amir")
    monkeypatch.setattr(tasks.read_newcomer, "delay", away)
    assert window.get(go("amir")).status_code == 302
    assert "Amir" in window.get("/help/").content.decode()


def test_who_is_given_nothing_or_not_let_in_has_nothing_read(go: Go, window: Client, rung: list[int]) -> None:
    given("emil")
    window.get(go("emil"))
    window.get(go("lena"))
    assert rung == []
