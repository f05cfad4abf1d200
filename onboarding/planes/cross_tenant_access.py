"""Trust between the two tenants: analysts prove themselves once, at home, and only their group is let in.

Both entries stand before the first analyst asks, for a guest who was invited without them has to accept the
invitation and register again. One without the other does nothing for redemption; see facts/graph.md 4.1.
"""

from __future__ import annotations

from typing import Any

from onboarding.engine.resource import Resource
from onboarding.planes.base import Answers

CUSTOMER, PROVIDER = "partner_inbound/provider", "partner_outbound/customer"
PERMISSIONS = frozenset({"Policy.ReadWrite.CrossTenantAccess"})
AT_HOME = True
FIRST = (CUSTOMER, PROVIDER)
DOORS: tuple[str, ...] = ()
LABEL = "Trust between the tenants (cross-tenant access)"
WORDS = (
    "Analysts prove at home, in the provider's tenant, who they are and that their device is in order, and "
    "need not do it again. They need not accept an invitation, and nobody else from there may be a guest: "
    "other guests of that tenant keep their accounts here, and can no longer sign in. The reviewer who "
    "agrees to the plan decides that."
)


def resources(answers: Answers) -> list[Resource]:
    """One entry in the customer's tenant, and its mirror in the provider's own."""
    return [
        Resource(CUSTOMER, "partner_inbound", answers.tenant_id, _inbound(answers)),
        Resource(PROVIDER, "partner_outbound", answers.provider_tenant_id, _outbound(answers)),
    ]


def _inbound(answers: Answers) -> dict[str, Any]:
    return {
        "tenantId": answers.provider_tenant_id,
        "inboundTrust": {"isMfaAccepted": True, "isCompliantDeviceAccepted": True},
        "automaticUserConsentSettings": {"inboundAllowed": True},
        "b2bCollaborationInbound": {
            "usersAndGroups": _allowed(answers.analysts_group, "group"),
            "applications": _allowed("AllApplications", "application"),
        },
    }


def _outbound(answers: Answers) -> dict[str, Any]:
    """Whom the provider lets go where else is its own affair and is left alone."""
    return {"tenantId": answers.tenant_id, "automaticUserConsentSettings": {"outboundAllowed": True}}


def _allowed(target: str, sort: str) -> dict[str, Any]:
    return {"accessType": "allowed", "targets": [{"target": target, "targetType": sort}]}
