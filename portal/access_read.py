"""Reading how an analyst stands with a customer's packages, so that their page knows before they ask."""

from __future__ import annotations

from contextlib import suppress

from onboarding import tasks
from onboarding.models import Inquiry
from onboarding.wizard import inquiries
from tenants.microsoft.errors import Later
from tenants.models import Customer, Person


def of_customer(customer: Customer, by: str) -> None:
    """Of all its analysts, in each tenant with a package of ours."""
    for tenant in customer.tenants.filter(owned__kind="access_package").distinct():
        with suppress(Later):  # asked a moment ago; the night reads it in any case
            tasks.ring_for(inquiries.ask(tenant, Inquiry.What.ACCESS, {}, by))


def of_newcomer(person: Person, address_before: str) -> None:
    """Who was given customers before we knew their address could not be looked for there until now."""
    if person.email != address_before:
        for customer in Customer.objects.filter(memberships__person=person).distinct():
            of_customer(customer, person.actor)
