"""The tenant-wide policies a readiness check reads, and the cross-tenant partners (facts 1 and 4.1)."""

from __future__ import annotations

from typing import Any

from msgraph.generated.models.authorization_policy import AuthorizationPolicy
from msgraph.generated.models.conditional_access_policy import ConditionalAccessPolicy
from msgraph.generated.models.cross_tenant_access_policy_configuration_default import (
    CrossTenantAccessPolicyConfigurationDefault,
)
from msgraph.generated.models.cross_tenant_access_policy_configuration_partner import (
    CrossTenantAccessPolicyConfigurationPartner,
)
from msgraph.generated.models.identity_security_defaults_enforcement_policy import (
    IdentitySecurityDefaultsEnforcementPolicy,
)

from sandbox.errors import GraphError
from sandbox.graph import licences
from sandbox.graph.calls import Call, Endpoint, Handler, Reply, absent, bad, changed
from sandbox.graph.odata import Kind, listing, one, show
from sandbox.graph.strict import body
from sandbox.store import Object

PARTNERS = "/policies/crossTenantAccessPolicy/partners"
PARTNER = Kind("crossTenantAccessPolicyPartners", CrossTenantAccessPolicyConfigurationPartner)
CONDITIONAL = Kind(
    "conditionalAccessPolicies", ConditionalAccessPolicy, frozenset({"eq state", "eq displayName"})
)
TWICE = "Another object with the same value for property tenantId already exists."

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


def _partners(call: Call) -> Reply:
    return listing(call, PARTNER, call.all("partners"))


def _partner(call: Call) -> Reply:
    return one(call, PARTNER, _find(call))


def _find(call: Call) -> Object:
    found = call.store.get(call.tid, "partners", call.given["id"])
    if not found:
        raise absent(call.given["id"])
    return found


def _create(call: Call) -> Reply:
    wanted = body(call, CrossTenantAccessPolicyConfigurationPartner, required="tenantId")
    id = wanted["tenantId"]
    if id == call.tid:
        raise bad("A tenant cannot be its own partner.")
    if call.store.get(call.tid, "partners", id):
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", TWICE)
    made = call.put("partners", {"isServiceProvider": False, **wanted, "id": id})
    return Reply(201, show(call, PARTNER, made), f"{call.cloud.origin}/v1.0{PARTNERS}/{id}")


def _update(call: Call) -> Reply:
    found = _find(call)
    wanted = body(call, CrossTenantAccessPolicyConfigurationPartner)
    if changed(found, wanted, ("tenantId",)):
        raise bad("Property 'tenantId' is read-only and cannot be set.")
    call.put("partners", {**found, **wanted})
    return Reply(204)


def _delete(call: Call) -> Reply:
    call.store.remove(call.tid, "partners", _find(call)["id"])
    return Reply(204)


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
    Endpoint("GET", PARTNERS, _partners),
    Endpoint("POST", PARTNERS, _create),
    Endpoint("GET", f"{PARTNERS}/{{id}}", _partner),
    Endpoint("PATCH", f"{PARTNERS}/{{id}}", _update),
    Endpoint("DELETE", f"{PARTNERS}/{{id}}", _delete),
]
