"""Whose word an agreement is: the record says it by number, and the address can be erased one day."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from onboarding import plans, runs
from onboarding.agreeing import agreements
from onboarding.models import Agreement, Onboarding, Plan, Run
from sandbox.cloud import Cloud
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import Contact, LedgerEntry, Person, Tenant
from tests.access.test_end import begin, looked
from tests.access.test_end_by_the_customer import carla
from tests.cast import carla as person
from tests.onboarding.clicking import admin, as_far_as_a_plan, on_paper
from tests.onboarding.conftest import agreed_plan, box, file, pki, portal

__all__ = ["box", "carla", "file", "pki", "portal"]
ASHLEY = "AshleyJohnson@northwind.example"
LONG = f"{'a' * 64}@{'b' * 60}.northwind.example"


def record() -> str:
    return json.dumps(list(LedgerEntry.objects.values_list("actor", "verb", "subject", "facts")))


def ending() -> Plan:
    draft = Onboarding.objects.get()
    purpose = Plan.Purpose.OFFBOARD
    return plans.save(draft, plans.look(draft, purpose).plan, purpose)


def test_a_reviewer_whose_address_looks_like_a_token_ends_it(carla: Client) -> None:
    who = person()
    Person.objects.filter(pk=who.pk).update(email=ASHLEY)
    looked(carla)
    assert begin(carla).status_code == 302
    agreed = Agreement.objects.latest("pk")
    entry = LedgerEntry.objects.get(number=agreed.ledger_number)
    assert (agreed.by, entry.facts["by"], entry.actor) == (ASHLEY, who.actor, who.actor)


def test_the_record_holds_no_address(carla: Client) -> None:
    """From the command line's agreement, with which it was set up, to its end."""
    looked(carla)
    begin(carla)
    assert "recorded an agreement" in record() and "ended for the customer" in record()
    assert "@" not in record()


def test_the_record_holds_no_address_of_whoever_agreed_on_paper(portal: Cloud) -> None:
    alice = admin("Alice")
    as_far_as_a_plan(alice)
    on_paper(alice, admin("Bea"))
    agreed = Agreement.objects.get()
    assert agreed.by == "carla@northwind.example" and "@" not in record()
    assert LedgerEntry.objects.get(number=agreed.ledger_number).facts["by"] == person().actor


@pytest.mark.parametrize("by", ["", "deniz@northwind.example"])
def test_another_name_put_into_the_agreement_is_found_out(
    portal: Cloud, file: Callable[..., Path], by: str
) -> None:
    agreed_plan(file())
    Agreement.objects.update(by=by)
    with pytest.raises(Refused, match="agreement_mismatch"):
        runs.start(Plan.objects.get(), "a test")


def test_an_agreement_recorded_before_there_were_prints_still_holds(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """Its entry has the words themselves."""
    agreed_plan(file())
    agreed = Agreement.objects.get()
    facts = {"digest": agreed.digest, "form": agreed.form, "by": agreed.by, "reference": agreed.reference}
    entry = ledger.record(agreed.decided_by, "recorded", "plan", Tenant.objects.get().customer, **facts)
    Agreement.objects.update(ledger_number=entry.number)
    runs.start(agreed.plan, "a test")
    Agreement.objects.update(by="deniz@northwind.example")
    with pytest.raises(Refused, match="agreement_mismatch"):
        agreements.check(Run.objects.get())


@pytest.mark.parametrize("named", [True, False])
def test_a_long_address_fits_beside_the_mark_of_the_command_line(carla: Client, named: bool) -> None:
    """PostgreSQL refuses what is longer than its column; SQLite takes it, so the length is looked at."""
    if named:
        Person.objects.filter(pk=person().pk).update(email=LONG)
    agreed = agreements.record_on_paper(ending(), LONG, "7")
    assert agreed.by == LONG and agreed.decided_by.startswith("on paper: ")
    assert len(agreed.decided_by) <= (Agreement._meta.get_field("decided_by").max_length or 0)
    assert LedgerEntry.objects.get(number=agreed.ledger_number).actor == agreed.decided_by
    runs.start(agreed.plan, "a test")


def test_two_reviewers_of_one_name_are_told_apart_where_they_signed_in(carla: Client) -> None:
    who = person()
    twin = Person.objects.create(tid=who.tid, oid="0d000000-0000-4000-8000-000000000001", email=who.email)
    Contact.objects.create(tenant=Tenant.objects.get(), person=twin, role="reviewer")
    agreed = agreements.end(ending(), twin)
    assert LedgerEntry.objects.get(number=agreed.ledger_number).facts["by"] == twin.actor
