"""`manage.py member OID CUSTOMER TIER [--name NAME] [--remove]`: which analyst works for which customer.

The page People does the same. This is for before anybody has signed in, and for scripts.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from onboarding import giving, offers
from onboarding.terminal import Line
from tenants import members
from tenants.models import Customer, Person
from tenants.people import provider_tids

BY = "command line"


class Command(Line):
    help = "Give an analyst of the provider to a customer, or take them away. Exit status: 0 done, 1 wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("oid", type=UUID, help="the person's object id in the provider's tenant")
        parser.add_argument("customer", help="the customer's slug")
        parser.add_argument("tier", help="the tier's slug, as in the offer")
        parser.add_argument("--name", default="", help="shown until the person signs in")
        parser.add_argument("--remove", action="store_true")

    def handle(self, *_: Any, **given: Any) -> None:
        customer = customer_of(given["customer"])
        if given["remove"]:
            person = take(given["oid"], customer, given["tier"])
        else:
            person = give(given["oid"], given["name"], customer, given["tier"])
        self.stdout.write(", ".join(map(str, person.memberships.all())) or f"{person}: nothing")


def give(oid: UUID, name: str, customer: Customer, slug: str) -> Person:
    """Nobody is kept for what cannot be given."""
    if why := giving.why_not(customer, slug):
        raise CommandError(f"{why} Nobody was given anything.")
    person, _ = Person.objects.get_or_create(tid=staff_tid(), oid=oid, defaults={"name": name})
    members.give(person, customer, members.tier(slug, offers.labels()[slug]), BY)
    return person


def take(oid: UUID, customer: Customer, slug: str) -> Person:
    """Also a level that no offer has any more."""
    person = Person.objects.filter(tid=staff_tid(), oid=oid).first()
    if person is None:
        raise CommandError(f"Nobody with the object id {oid} is known here; nothing was taken away.")
    found = person.memberships.filter(customer=customer, tier__slug=slug).first()
    if found is None:
        raise CommandError(f"{person} has no tier {slug!r} for {customer}; nothing was taken away.")
    members.take(found, BY)
    return person


def staff_tid() -> str:
    tids = provider_tids()
    if len(tids) != 1:
        raise CommandError(f"There are {len(tids)} tenants that staff signs in from; use the page People.")
    return tids.pop()


def customer_of(slug: str) -> Customer:
    found = Customer.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no customer {slug!r}.")
    return found
