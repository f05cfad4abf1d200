"""The customer's own guards on the pages of Azure and of the end: may there be some, how do they stand."""

from __future__ import annotations

from typing import Any

from django import template

from access.azure import guard_pack
from access.models import GuardAnswers
from access.views.azure import ASKERS
from onboarding import guarding
from onboarding.models import Inquiry
from onboarding.wizard import inquiries
from tenants.guards import Visitor, may
from tenants.models import Tenant

register = template.Library()


@register.filter
def has_guards(tenant: Tenant) -> bool:
    """A reviewer filled in the guard pack once: it may have been deployed."""
    return GuardAnswers.objects.filter(tenant=tenant).exists()


@register.simple_tag
def standing_guards(tenant: Tenant, visitor: Visitor) -> dict[str, Any]:
    return {
        "asked": inquiries.latest(tenant, Inquiry.What.GUARDS),
        "may_ask": may(visitor, tenant, *ASKERS),
        "is_delegated": guard_pack.is_delegated(tenant),
        "not_yet": [guarding.NOT_YET],
    }
