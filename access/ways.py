"""Which ways in are open to whom: what the tenant was sold, and what the offer gives to certain tiers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from onboarding.delegations.roles import READER
from onboarding.models import Onboarding
from tenants.models import Tenant

PACKAGES, AZURE = "access_packages", "lighthouse"
ON_DEMAND, SENTINEL = "lighthouse on demand", "sentinel"
"""In Azure a tier holds roles of its own, or none; some only while switched on, and not all open Sentinel."""
IN_AZURE = frozenset({AZURE, ON_DEMAND, SENTINEL})
OPENS_SENTINEL = frozenset(
    {
        READER,
        "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
        "8d289c81-5878-46d4-8554-54e1e3d8b5cb",  # Microsoft Sentinel Reader
        "3e150937-b8fe-4cfb-8069-0eaf05ecd056",  # Microsoft Sentinel Responder
        "ab8e14d6-4a74-4a29-9ba8-549422addade",  # Microsoft Sentinel Contributor
    }
)
Roles = Sequence[Mapping[str, Any]]
"""As an offer keeps them: tier, role, group, on_demand."""


def open_to(tiers: Collection[str], planes: Sequence[str], roles: Roles) -> frozenset[str]:
    held = [role for role in roles if role["tier"] in tiers]
    ways = {plane for plane in planes if plane != AZURE or held}
    return frozenset(ways | (set(_in_azure(held)) if AZURE in ways else set()))


def _in_azure(held: Roles) -> Iterator[str]:
    if any(role.get("on_demand") for role in held):
        yield ON_DEMAND
    if any(role["role"] in OPENS_SENTINEL for role in held):
        yield SENTINEL


def of(tenant: Tenant, tiers: Collection[str] | None = None) -> frozenset[str]:
    """Of these tiers, or of all that were sold, together; none where nothing was sold yet."""
    kept = Onboarding.objects.select_related("offer").filter(tenant=tenant).first()
    if kept is None:
        return frozenset()
    sold, whose = kept.offer.document, kept.tiers if tiers is None else tiers
    return open_to(whose, sold["planes"], sold.get("lighthouse", {}).get("roles", ()))
