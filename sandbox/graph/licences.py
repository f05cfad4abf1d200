"""Which features a tenant has paid for: counted by service plan, not by product (facts 1, 16.23)."""

from __future__ import annotations

import uuid

from sandbox.errors import GraphError
from sandbox.graph.calls import Call
from sandbox.store import Object

P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
GOVERNANCE = "e866a266-3cff-43a3-acca-0c90a7e00c8b"
NAMES = {
    P1: ("AAD_PREMIUM", "AAD_PREMIUM"),
    P2: ("AAD_PREMIUM_P2", "AAD_PREMIUM_P2"),
    GOVERNANCE: ("Microsoft_Entra_ID_Governance", "Entra_Identity_Governance"),
}


def has(tenant: Object, *plans: str) -> bool:
    """A product that is suspended, or of which nobody has a single licence, is as good as none."""
    void = [*tenant.get("suspendedPlans", []), *tenant.get("emptyPlans", [])]
    return any(plan in plans and plan not in void for plan in tenant.get("plans", []))


def need_governance(call: Call) -> None:
    if not has(call.tenant, P2, GOVERNANCE):
        words = "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
        raise GraphError(403, "AccessDenied", words)


def need_premium(call: Call) -> None:
    if not has(call.tenant, P1, P2):
        raise GraphError(403, "AccessDenied", "Your tenant is not licensed for this feature.")


def sku(tenant: Object, plan: str) -> Object:
    part, service = NAMES.get(plan, (plan, plan))
    off = plan in tenant.get("suspendedPlans", [])
    empty = off or plan in tenant.get("emptyPlans", [])
    sku_id = str(uuid.uuid5(uuid.NAMESPACE_URL, plan))
    return {
        "id": f"{tenant['id']}_{sku_id}",
        "skuId": sku_id,
        "skuPartNumber": part,
        "appliesTo": "User",
        "capabilityStatus": "Suspended" if off else "Enabled",
        "consumedUnits": 0 if empty else 1,
        "prepaidUnits": {
            "enabled": 0 if empty else 25,
            "suspended": 25 if off else 0,
            "warning": 0,
            "lockedOut": 0,
        },
        "servicePlans": [
            {
                "servicePlanId": plan,
                "servicePlanName": service,
                "provisioningStatus": "Success",
                "appliesTo": "User",
            }
        ],
    }
