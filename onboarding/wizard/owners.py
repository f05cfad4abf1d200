"""Whose tenant a new one is: a new customer's, or one's who is here. A person says which, a name never."""

from __future__ import annotations

from contextlib import suppress

from django.db.models import Q
from django.utils.text import slugify

from onboarding.intake import wrong
from tenants.microsoft.discovery import is_guid
from tenants.models import Customer, Tenant

NEW = "new"
"""No customer's short name: a page is called so, and enrol.RESERVED holds it."""
AT_MOST = 20
SAME_NAME = (
    "a company of this name is here already. If it is the same one, choose it; "
    "if it is another one, give it a name that tells them apart"
)


def like(name: str) -> list[Customer]:
    """Who might be meant by a name: those called exactly so first, then those with a part of it."""
    word = name.split()[0] if name.split() else name
    known = Customer.objects.prefetch_related("tenants").order_by("name", "pk")
    exact = known.filter(name__iexact=name)
    others = known.filter(Q(name__icontains=name) | Q(name__icontains=word)).exclude(name__iexact=name)
    return [*exact, *others[:AT_MOST]]


def chosen(owner: str, name: str, slug: str) -> Customer:
    """The customer that was ticked, or a new one, which must not be called like another."""
    if owner == NEW:
        if Customer.objects.filter(name__iexact=name).exists():
            raise wrong("customer", SAME_NAME)
        return Customer(name=name, slug=slug)
    found = Customer.objects.filter(slug=owner).first()
    if found is None:
        raise wrong("customer", "the one that was chosen is not here; choose again")
    return found


def proposed(domain_or_id: str) -> str:
    """What the company of a domain may be called, for a person to read before it counts. "" of an id."""
    typed = domain_or_id.strip().lower().removeprefix("www.")
    first = "" if is_guid(typed) else typed.partition(".")[0]
    with suppress(UnicodeError):
        first = first.encode("ascii").decode("idna")
    return first.replace("-", " ").title()


def short_name(owner: Customer, domain_or_id: str) -> str:
    """What a further tenant of a customer is called in addresses."""
    typed = domain_or_id.strip().lower()
    first = typed[:8] if is_guid(typed) else typed.partition(".")[0]
    whole = "" if is_guid(typed) else typed.replace(".", "-")
    names = [_below(owner, slugify(part)) for part in (first, whole, typed) if part]
    return next((name for name in names if not Tenant.objects.filter(slug=name).exists()), names[0])


def _below(owner: Customer, part: str) -> str:
    name = part if part.startswith(owner.slug) else f"{owner.slug}-{part}"
    return name[:63].strip("-")
