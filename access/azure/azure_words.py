"""What a group of the provider can do in Azure: whose it is by the offer, and its role in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding import plans
from onboarding.delegations.can import CAN
from onboarding.models import Onboarding
from tenants.models import ProviderTenant

Held = tuple[str, str]
"""A group's object id, and a role's."""


def tiers(kept: Onboarding | None) -> dict[Held, str]:
    """What each tier was sold in Azure, by the groups that were looked up for it when it was agreed to."""
    ours = ProviderTenant.objects.select_related("provider").filter(purpose=ProviderTenant.Purpose.ANALYSTS)
    if kept is None or not kept.azure or not (managing := ours.first()):
        return {}
    who = plans.called(kept, managing.provider)
    name = kept.tenant.customer.name
    gaps = {**who, "customer": name, "pool": kept.azure.get("pool") or name}
    named, offer = kept.azure.get("principals", {}), kept.offer.document
    labels = {tier["slug"]: tier["label"] for tier in offer["tiers"] if tier["slug"] in kept.tiers}
    roles = [row for row in offer.get("lighthouse", {}).get("roles", ()) if row["tier"] in labels]
    ids = [str(named.get(row["group"].format_map(gaps), "")).lower() for row in roles]
    return {(id, row["role"]): labels[row["tier"]] for id, row in zip(ids, roles, strict=True)}


def words(about: Mapping[str, Any], sold: Mapping[Held, str]) -> str:
    """In what was read a group has no tier; a role that is in no offer has none either."""
    group, role = about["ids"].get("group", ""), about["ids"].get("role", "")
    tier = sold.get((group.lower(), role))
    whose = f"{tier}, in Azure:" if tier else ""
    return " ".join(filter(None, (whose, CAN.get(role, ""), about["can"])))


def how(about: Mapping[str, Any]) -> str:
    """A role on demand is switched on by whoever holds it: it is no request to the customer."""
    if not about["by_request"]:
        return "Always on"
    if "approvers" not in about:  # kept by a look from before they were read
        return "On demand: nobody of this tenant is asked"
    if not about["approvers"]:
        return "On demand: nobody of this tenant is asked, and nobody of the provider approves"
    by = ", ".join(about["approvers"])
    return f"On demand: approved by {by} of the provider; nobody of this tenant is asked"
