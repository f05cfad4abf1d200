"""What objects of ours are agreed to be, as rows keep it."""

from __future__ import annotations

POLICY = {
    "displayName": "Fabrikam Tier 1 Analyst: asked for by Fabrikam",
    "allowedTargetScope": "specificConnectedOrganizationUsers",
    "expiration": {"duration": "P365D"},
    "requestApprovalSettings": {
        "stages": [
            {
                "durationBeforeAutomaticDenial": "P14D",
                "isEscalationEnabled": True,
                "durationBeforeEscalation": "P3D",
            }
        ]
    },
    "reviewSettings": {
        "expirationBehavior": "keepAccess",
        "schedule": {
            "startDateTime": "2027-10-22T00:00:00Z",
            "expiration": {"duration": "P14D"},
            "recurrence": {"pattern": {"interval": 12}},
        },
    },
}


TRUST = {
    "partner_inbound/provider": {
        "tenantId": "fab00000-0000-4000-8000-000000000001",
        "inboundTrust": {"isMfaAccepted": True, "isCompliantDeviceAccepted": True},
        "automaticUserConsentSettings": {"inboundAllowed": True},
    },
    "partner_outbound/customer": {
        "tenantId": "00420000-0000-4000-8000-000000000001",
        "automaticUserConsentSettings": {"outboundAllowed": True},
    },
}
