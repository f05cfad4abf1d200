"""Which ways in are open to whom: what the tenant was sold, and what the offer gives to certain tiers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from onboarding.models import Onboarding
from tenants.models import Tenant

AZURE, ON_DEMAND = "lighthouse", "lighthouse on demand"
"""In Azure a tier holds roles of its own, or none, and some are only held while they are switched on."""


def open_to(
    tiers: Collection[str], planes: Sequence[str], roles: Sequence[Mapping[str, Any]]
) -> frozenset[str]:
    held = [role for role in roles if role["tier"] in tiers]
    ways = {plane for plane in planes if plane != AZURE or held}
    return frozenset(ways | {ON_DEMAND for role in held if role.get("on_demand") and AZURE in ways})


def of(tenant: Tenant) -> frozenset[str]:
    """Of all its tiers together; none where nothing was sold yet."""
    kept = Onboarding.objects.select_related("offer").filter(tenant=tenant).first()
    if kept is None:
        return frozenset()
    sold = kept.offer.document
    return open_to(kept.tiers, sold["planes"], sold.get("lighthouse", {}).get("roles", ()))
