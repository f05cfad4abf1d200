"""Which levels of analysts stand for a customer, so that nobody is given what is not there.

It counts what was sold to a tenant that holds something of ours: before the set-up, and after the end, an
analyst given to it could open no door there.
"""

from __future__ import annotations

from onboarding import offers
from onboarding.models import Onboarding
from tenants.models import Customer


def levels(customer: Customer) -> set[str]:
    """Their slugs, over all its tenants."""
    set_up = Onboarding.objects.filter(tenant__customer=customer, tenant__owned__isnull=False).distinct()
    return {slug for tiers in set_up.values_list("tiers", flat=True) for slug in tiers}


def why_not(customer: Customer, slug: str) -> str:
    """Why no analyst can be given to this customer as that level; empty where one can."""
    called, stand = offers.labels(), levels(customer)
    if slug not in called:
        return f"No offer has a tier {slug!r}. There are: {', '.join(sorted(called))}."
    if not stand:
        return f"Nothing is set up for {customer}, so there is nothing to give. Set it up first."
    if slug not in stand:
        there = ", ".join(called.get(each, each) for each in sorted(stand))
        return f"{customer} has no {called[slug]}. It has: {there}."
    return ""
