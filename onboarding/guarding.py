"""Whether the customer's own policies would let a delegation through: asked by the page, and by readiness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from onboarding import pens
from onboarding.models import Inquiry
from tenants import delegation_policies as policies
from tenants.checks import Check
from tenants.microsoft import bridge, clouds
from tenants.microsoft.azure import azure
from tenants.microsoft.errors import Refused
from tenants.models import Tenant

NOT_YET = Check(
    policies.LIST,
    "unknown",
    "Nobody of the provider can read it before something is delegated: its app reads through the delegation "
    "itself. So this does not say that there is no such policy.",
    "In the Azure portal open Policy, Assignments. Where there is one on tenants that may be given "
    "delegations, add the provider's tenant to it; otherwise Azure refuses the template.",
    "an owner of the subscription",
)


def look(inquiry: Inquiry) -> Callable[[], dict[str, Any]]:
    found = read(inquiry.tenant)
    if not found:
        raise Refused("delegation_awaited", name="Azure", subscription=inquiry.tenant.domain)
    return lambda: {"places": {place: [asdict(one) for one in checks] for place, checks in found.items()}}


def checks(tenant: Tenant) -> list[Check]:
    """For readiness: of what is delegated already, the list alone; before that, why nobody can tell."""
    found = read(tenant)
    return [one for checks in found.values() for one in checks if one.name == policies.LIST] or [NOT_YET]


def read(tenant: Tenant) -> dict[str, list[Check]]:
    """By subscription; nothing where nothing is delegated."""
    scopes = [row.spec["scope"] for row in tenant.owned.filter(kind="delegation")]
    if not scopes:
        return {}
    home = pens.home_tenant()
    there = azure(clouds.current(), pens.registered(pens.HOME), home)
    return bridge.run(policies.look(there, scopes, home))
