"""Whose word an agreement is, for the record that nobody can erase: by number and by print, never by address.

The agreement itself keeps the address, where it can be erased one day; the print ties the two together.
"""

from __future__ import annotations

from onboarding.engine.digest import digest
from onboarding.models import Plan
from tenants.models import Contact, Tenant


def entered(plan: Plan, by: str) -> dict[str, str]:
    """What the record says of it, where nobody was signed in."""
    return {"by": named(plan, by), "by_sha256": printed(plan, by)}


def named(plan: Plan, by: str) -> str:
    """The reviewer who is called so, by number; a print of anybody else. It fits wherever an actor stands."""
    for contact in reviewers(plan.tenant):
        if by.casefold() in (contact.person.email.casefold(), contact.person.name.casefold()):
            return contact.person.actor
    return f"sha256 {printed(plan, by)}"


def printed(plan: Plan, word: str) -> str:
    """With the plan's number in it: the same address or words have another print at the next plan."""
    return digest([plan.digest, word])


def reviewers(tenant: Tenant) -> list[Contact]:
    named = tenant.contacts.filter(role=Contact.Role.REVIEWER)
    return list(named.select_related("person").order_by("pk"))


def called(tenant: Tenant) -> list[str]:
    """How the customer's reviewers are called in an agreement."""
    return [contact.person.email or contact.person.name for contact in reviewers(tenant)]
