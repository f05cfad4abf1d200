"""One tenant begun by several at the same instant is one draft; a file joins a company only by saying so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding.models import Draft
from onboarding.wizard import drafts
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import Customer, LedgerEntry, Tenant
from tests.onboarding.conftest import NORTHWIND, manage
from tests.onboarding.test_runs import at_once


@pytest.mark.django_db(transaction=True)
def test_admins_who_begin_one_tenant_at_the_same_instant_land_on_one_draft(portal: Cloud) -> None:
    def begin() -> int | str:
        try:
            place = "northwind.example"
            return drafts.begin(place, seed.NORTHWIND, "Northwind", "northwind", "person 1").pk
        except Refused as refused:
            return refused.reason

    found = at_once(begin, 6)
    assert found == [Draft.objects.get().pk] * 6
    assert (Tenant.objects.count(), Customer.objects.count()) == (1, 1)
    assert LedgerEntry.objects.filter(verb="began in the wizard").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_tenants_that_take_one_name_at_the_same_instant_the_second_is_told(portal: Cloud) -> None:
    tenants = iter([("northwind.example", seed.NORTHWIND), ("contoso-retail.example", seed.CONTOSO_RETAIL)])

    def begin() -> str:
        place, tid = next(tenants)
        try:
            return str(drafts.begin(place, tid, "Northwind", "northwind", "person 1").pk)
        except Refused as refused:
            return refused.reason

    found = at_once(begin, 2)
    assert sorted(found) == sorted([str(Draft.objects.get().pk), "wrong_input"])


@pytest.mark.parametrize("name", ["Northwind", "northwind"])
def test_a_file_does_not_join_a_company_by_having_its_name(
    portal: Cloud, file: Callable[..., Path], name: str
) -> None:
    Customer.objects.create(name="Northwind", slug="the-other-northwind")
    status, said = manage("onboard", file(NORTHWIND.replace('"Northwind"', f'"{name}"')))
    assert (status, said["refused"]) == (1, "wrong_input") and "customer = " in str(said), said
    assert not Tenant.objects.exists()


def test_a_file_that_names_the_company_joins_it(portal: Cloud, file: Callable[..., Path]) -> None:
    there = Customer.objects.create(name="Northwind", slug="the-other-northwind")
    named = NORTHWIND.replace("domain =", 'customer = "northwind"\ndomain =')
    for _ in range(2):
        assert manage("onboard", file(named))[0] == 2
    assert Tenant.objects.get().customer == there and Customer.objects.count() == 1


def test_a_file_that_names_one_of_two_companies_called_the_same_joins_neither(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    for slug in ("one", "two"):
        Customer.objects.create(name="Northwind", slug=slug)
    named = NORTHWIND.replace("domain =", 'customer = "northwind"\ndomain =')
    assert manage("onboard", file(named))[1]["refused"] == "wrong_input"
    assert not Tenant.objects.exists()
