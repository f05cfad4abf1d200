"""The tenant-wide policies a readiness check reads (facts 1); of partners: partners.py."""

from __future__ import annotations

from typing import Any

from msgraph.generated.models.authorization_policy import AuthorizationPolicy
from msgraph.generated.models.conditional_access_policy import ConditionalAccessPolicy
from msgraph.generated.models.cross_tenant_access_policy_configuration_default import (
    CrossTenantAccessPolicyConfigurationDefault,
)
from msgraph.generated.models.identity_security_defaults_enforcement_policy import (
    IdentitySecurityDefaultsEnforcementPolicy,
)

from sandbox.graph import licences
from sandbox.graph.calls import Call, Endpoint, Handler, Reply
from sandbox.graph.odata import Kind, listing, one
from sandbox.store import Object

CONDITIONAL = Kind(
    "conditionalAccessPolicies", ConditionalAccessPolicy, frozenset({"eq state", "eq displayName"})
)

AUTHORIZATION: Object = {
    "id": "authorizationPolicy",
    "displayName": "Authorization Policy",
    "allowInvitesFrom": "everyone",
    "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
}
DEFAULTS: Object = {
    "id": "00000000-0000-0000-0000-000000000005",
    "displayName": "Security Defaults",
    "isEnabled": True,
}
CROSS_TENANT: Object = {
    "id": "crossTenantAccessPolicyDefault",
    "isServiceDefault": True,
    "inboundTrust": {
        "isMfaAccepted": False,
        "isCompliantDeviceAccepted": False,
        "isHybridAzureADJoinedDeviceAccepted": False,
    },
    "automaticUserConsentSettings": {"inboundAllowed": False, "outboundAllowed": False},
}


def _single(name: str, model: Any, default: Object) -> Handler:
    """A policy there is one of; a test changes it with store.put(tid, "policies", {"id": …})."""
    kind = Kind(name, model)
    return lambda call: one(
        call, kind, {**default, **(call.store.get(call.tid, "policies", default["id"]) or {})}
    )


def _conditional(call: Call) -> Reply:
    licences.need_premium(call)
    return listing(call, CONDITIONAL, call.all("conditionalAccessPolicies"))


ENDPOINTS = [
    Endpoint(
        "GET",
        "/policies/authorizationPolicy",
        _single("policies/authorizationPolicy", AuthorizationPolicy, AUTHORIZATION),
    ),
    Endpoint(
        "GET",
        "/policies/identitySecurityDefaultsEnforcementPolicy",
        _single("securityDefaults", IdentitySecurityDefaultsEnforcementPolicy, DEFAULTS),
    ),
    Endpoint(
        "GET",
        "/policies/crossTenantAccessPolicy/default",
        _single("crossTenantDefault", CrossTenantAccessPolicyConfigurationDefault, CROSS_TENANT),
    ),
    Endpoint("GET", "/identity/conditionalAccess/policies", _conditional),
]
