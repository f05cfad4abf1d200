"""`manage.py member OID CUSTOMER TIER [--name NAME] [--remove]`: which analyst works for which customer.

The page People does the same. This is for before anybody has signed in, and for scripts.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from tenants import members
from tenants.models import Customer, Person
from tenants.people import provider_tids

BY = "command line"


class Command(BaseCommand):
    help = "Give an analyst of the provider to a customer, or take them away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("oid", type=UUID, help="the person's object id in the provider's tenant")
        parser.add_argument("customer", help="the customer's slug")
        parser.add_argument("tier", help="the tier's slug, as in the offer")
        parser.add_argument("--name", default="", help="shown until the person signs in")
        parser.add_argument("--remove", action="store_true")

    def handle(self, *_: Any, **given: Any) -> None:
        person = analyst(given["oid"], given["name"])
        customer = customer_of(given["customer"])
        if given["remove"]:
            for membership in person.memberships.filter(customer=customer, tier__slug=given["tier"]):
                members.take(membership, BY)
        else:
            members.give(person, customer, members.tier(given["tier"]), BY)
        self.stdout.write(", ".join(map(str, person.memberships.all())) or f"{person}: nothing")


def analyst(oid: UUID, name: str) -> Person:
    tids = provider_tids()
    if len(tids) != 1:
        raise CommandError(f"There are {len(tids)} tenants that staff signs in from; use the page People.")
    return Person.objects.get_or_create(tid=tids.pop(), oid=oid, defaults={"name": name})[0]


def customer_of(slug: str) -> Customer:
    found = Customer.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no customer {slug!r}.")
    return found
