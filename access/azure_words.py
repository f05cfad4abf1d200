"""What a group of the provider can do in Azure: whose it is by the offer, and its role in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.delegations.roles import DELETE, READER
from onboarding.models import Onboarding
from tenants.models import ProviderTenant

CAN = {
    READER: "Read everything there; cannot change anything.",
    DELETE: "End this delegation; nothing else.",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Make, change and delete everything there; "
    "cannot change who has access.",
    "8d289c81-5878-46d4-8554-54e1e3d8b5cb": "Read incidents, rules, workbooks and logs in Sentinel; "
    "cannot change them.",
    "3e150937-b8fe-4cfb-8069-0eaf05ecd056": "Read Sentinel and work on its incidents: assign, change and "
    "close them, change automation rules, run playbooks on what an incident names; "
    "cannot delete incidents or change analytics rules.",
    "ab8e14d6-4a74-4a29-9ba8-549422addade": "Everything in Sentinel but confidential watchlists: incidents, "
    "rules, connectors, workbooks and saved searches.",
    "51d6186e-6489-4900-b93f-92e23144cca5": "List, read and run playbooks; cannot change them.",
}
"""By the id of Azure's role, from what its definition allows (facts A4); of others only the name is told."""
Held = tuple[str, str]
"""A group's object id, and a role's."""


def tiers(kept: Onboarding | None) -> dict[Held, str]:
    """What each tier was sold in Azure, by the groups that were looked up for it when it was agreed to."""
    ours = ProviderTenant.objects.select_related("provider").filter(purpose=ProviderTenant.Purpose.ANALYSTS)
    if kept is None or not kept.azure or not (managing := ours.first()):
        return {}
    who = {"brand": managing.provider.brand, "provider": managing.provider.name}
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
