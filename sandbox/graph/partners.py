"""What a tenant says of one other tenant: partners of its cross-tenant access policy (facts 4.1, 4.2, 16.27).

The key is `tenantId`; there is no `id`. A property that is null is inherited from the default, as a whole.
Whether a PATCH of one property merges into it or replaces it is not known: here it replaces, so that a client
which sends half of one is found out.
"""

from __future__ import annotations

import uuid

from msgraph.generated.models.cross_tenant_access_policy_configuration_partner import (
    CrossTenantAccessPolicyConfigurationPartner,
)
from msgraph.generated.models.cross_tenant_identity_sync_policy_partner import (
    CrossTenantIdentitySyncPolicyPartner,
)

from sandbox.errors import GraphError
from sandbox.graph.calls import ONE, Call, Endpoint, Reply, absent, bad, changed, seen
from sandbox.graph.odata import Kind, listing, one, show
from sandbox.graph.strict import body
from sandbox.store import Object

PATH = "/policies/crossTenantAccessPolicy/partners"
ITEM = f"{PATH}/{{id}}"
SYNC = f"{ITEM}/identitySynchronization"
PARTNER = Kind("crossTenantAccessPolicyPartners", CrossTenantAccessPolicyConfigurationPartner)
SYNCHRONIZATION = Kind("identitySynchronization", CrossTenantIdentitySyncPolicyPartner)
INHERITED = (
    "inboundTrust",
    "automaticUserConsentSettings",
    "b2bCollaborationInbound",
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
    "tenantRestrictions",
)
READ_ONLY = "id isServiceProvider isInMultiTenantOrganization"
SAME_KEY = "Request_MultipleObjectsWithSameKeyValue"
TWICE = "Another object with the same value for property tenantId already exists."
CONFLICT = (
    "A conflicting object with one or more of the specified property values is present in the directory."
)
NO_SYNC = "Unable to read the company information from the directory."
EVERYBODY = {"AllUsers", "AllApplications", "Office365"}


def _list(call: Call) -> Reply:
    return listing(call, PARTNER, seen(call.cloud, call.tid, "partners", call.all("partners")))


def _get(call: Call) -> Reply:
    found = _find(call)
    if call.cloud.lags(call.tid, "partners", found["id"], ONE):
        raise absent(found["id"])
    return one(call, PARTNER, found)


def _find(call: Call) -> Object:
    """For writes: the policy itself, not a replica."""
    found = call.store.get(call.tid, "partners", call.given["id"].lower())
    if not found:
        raise absent(call.given["id"])
    return found


def _create(call: Call) -> Reply:
    wanted = body(call, CrossTenantAccessPolicyConfigurationPartner, required="tenantId", readonly=READ_ONLY)
    id = _guid(wanted["tenantId"])
    if id == call.tid:
        raise bad("A tenant cannot be its own partner.")
    if call.store.get(call.tid, "partners", id):
        raise GraphError(409, SAME_KEY, TWICE)
    _check(wanted)
    whole = {**dict.fromkeys(INHERITED), "isServiceProvider": False, **wanted, "tenantId": id, "id": id}
    made = call.put("partners", whole)
    call.cloud.begin_to_count(call.tid, "partners", id)
    return Reply(201, show(call, PARTNER, made), f"{call.cloud.origin}/v1.0{PATH}/{id}")


def _update(call: Call) -> Reply:
    found = _find(call)
    wanted = body(call, CrossTenantAccessPolicyConfigurationPartner, readonly=READ_ONLY)
    if changed(found, wanted, ("tenantId",)):
        raise bad("Property 'tenantId' is read-only and cannot be set.")
    _check(wanted)
    call.put("partners", {**found, **wanted})
    return Reply(204)


def _delete(call: Call) -> Reply:
    found = _find(call)
    if found.get("isServiceProvider") or _synchronization(call):
        raise bad("The partner configuration is in use and cannot be deleted.")
    call.store.remove(call.tid, "partners", found["id"])
    return Reply(204)


def _guid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise bad("Invalid value specified for property 'tenantId' of resource.") from None


def _check(wanted: Object) -> None:
    """Who is meant is named by the id of a user, group or application, or by one of three words."""
    sides = [wanted.get(name) for name in INHERITED if name.startswith("b2b")]
    parts = [side.get(part) for side in sides if side for part in ("usersAndGroups", "applications")]
    for target in (target for part in parts if part for target in part.get("targets") or ()):
        if not target.get("targetType"):
            raise bad("A value is required for property 'targetType' of resource.")
        if target.get("target") not in EVERYBODY:
            _guid(str(target.get("target")))


def _synchronization(call: Call) -> Object | None:
    return call.store.get(call.tid, "identitySynchronizations", call.given["id"].lower())


def _get_sync(call: Call) -> Reply:
    found = _synchronization(call)
    if not found:
        raise absent(call.given["id"])
    return one(call, SYNCHRONIZATION, found)


def _put_sync(call: Call) -> Reply:
    id = _find(call)["id"]
    if _synchronization(call):
        raise GraphError(409, SAME_KEY, CONFLICT)
    wanted = body(call, CrossTenantIdentitySyncPolicyPartner, readonly="id tenantId")
    call.put("identitySynchronizations", {**wanted, "tenantId": id, "id": id})
    return Reply(204)


def _patch_sync(call: Call) -> Reply:
    found = _synchronization(call)
    if not found:
        raise GraphError(404, "Directory_ObjectNotFound", NO_SYNC)
    wanted = body(call, CrossTenantIdentitySyncPolicyPartner, readonly="id tenantId")
    call.put("identitySynchronizations", {**found, **wanted})
    return Reply(204)


def _delete_sync(call: Call) -> Reply:
    _get_sync(call)
    call.store.remove(call.tid, "identitySynchronizations", call.given["id"].lower())
    return Reply(204)


ENDPOINTS = [
    Endpoint("GET", PATH, _list),
    Endpoint("POST", PATH, _create),
    Endpoint("GET", SYNC, _get_sync),
    Endpoint("PUT", SYNC, _put_sync),
    Endpoint("PATCH", SYNC, _patch_sync),
    Endpoint("DELETE", SYNC, _delete_sync),
    Endpoint("GET", ITEM, _get),
    Endpoint("PATCH", ITEM, _update),
    Endpoint("DELETE", ITEM, _delete),
]
