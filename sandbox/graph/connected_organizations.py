"""Connected organisations: one for each home tenant, whose people may then be let in (facts 3.1)."""

from __future__ import annotations

import functools

from msgraph.generated.models.connected_organization import ConnectedOrganization

from sandbox.errors import GraphError
from sandbox.graph.calls import Call, Endpoint, Reply, changed, in_use, invalid, new, stamp, unknown
from sandbox.graph.directory import OBJECTS, linked, referenced, typed
from sandbox.graph.odata import created, listing
from sandbox.graph.shapes import ORGANIZATIONS
from sandbox.graph.shelf import Shelf
from sandbox.graph.strict import body
from sandbox.store import Object

SHELF = Shelf(ORGANIZATIONS)
PATH, find = SHELF.path, SHELF.find


def _create(call: Call) -> Reply:
    wanted = body(call, ConnectedOrganization, required="displayName identitySources")
    if len(wanted["identitySources"]) != 1:
        raise invalid("Exactly one identity source is wanted.")
    _check_source(call, wanted["identitySources"][0])
    now = stamp(call.cloud.clock.now())
    whole = {
        "description": "",
        "state": "configured",
        **wanted,
        "createdDateTime": now,
        "modifiedDateTime": now,
    }
    made = new(call, "connectedOrganizations", **whole)
    return created(call, ORGANIZATIONS, made)


def _check_source(call: Call, source: Object) -> None:
    tenant_id = source.get("tenantId")
    if source["@odata.type"].endswith("azureActiveDirectoryTenant"):
        _check_tenant(call, tenant_id)
    if tenant_id and any(tenant_id == _tenant_id(each) for each in call.all("connectedOrganizations")):
        words = "A connected organization with the same identity source already exists."
        raise GraphError(409, "Conflict", words)


def _check_tenant(call: Call, tenant_id: str | None) -> None:
    if tenant_id == call.tid or not tenant_id or not call.store.get("", "tenants", tenant_id):
        raise invalid("The tenant of the identity source cannot be connected.")


def _tenant_id(organization: Object) -> str | None:
    return next((source.get("tenantId") for source in organization["identitySources"]), None)


def _update(call: Call) -> Reply:
    found = find(call, call.given["id"])
    wanted = body(call, ConnectedOrganization)
    if changed(found, wanted, ("identitySources",)):
        raise invalid("Property 'identitySources' is read-only.")
    call.put("connectedOrganizations", {**found, **wanted, "modifiedDateTime": stamp(call.cloud.clock.now())})
    return Reply(204)


def _delete(call: Call) -> Reply:
    found = find(call, call.given["id"])
    targets = (
        t for policy in call.all("assignmentPolicies") for t in policy.get("specificAllowedTargets") or []
    )
    if any(target.get("connectedOrganizationId") == found["id"] for target in targets):
        raise in_use("The connected organization is named by an assignment policy.")
    call.store.remove(call.tid, "connectedOrganizations", found["id"])
    return Reply(204)


def _sponsors(name: str, call: Call) -> Reply:
    found = find(call, call.given["id"])
    reply = listing(call, OBJECTS, linked(call.cloud, call.tid, found.get(name, [])))
    assert reply.body is not None  # noqa: S101
    reply.body["value"] = [typed(call, item["id"], {}) for item in reply.body["value"]]
    return reply


def _add_sponsor(name: str, call: Call) -> Reply:
    found = find(call, call.given["id"])
    id = referenced(call, call.body.get("@odata.id") if isinstance(call.body, dict) else None)
    call.put("connectedOrganizations", {**found, name: sorted({*found.get(name, []), id})})
    return Reply(204)


def _remove_sponsor(name: str, call: Call) -> Reply:
    found = find(call, call.given["id"])
    if call.given["who"] not in found.get(name, []):
        raise unknown()
    kept = [id for id in found[name] if id != call.given["who"]]
    call.put("connectedOrganizations", {**found, name: kept})
    return Reply(204)


def _sponsor_endpoints(name: str) -> list[Endpoint]:
    path = f"{PATH}/{{id}}/{name}"
    return [
        Endpoint("GET", path, functools.partial(_sponsors, name)),
        Endpoint("POST", f"{path}/$ref", functools.partial(_add_sponsor, name)),
        Endpoint("DELETE", f"{path}/{{who}}/$ref", functools.partial(_remove_sponsor, name)),
    ]


ENDPOINTS = [
    *SHELF.reads,
    Endpoint("POST", PATH, _create),
    Endpoint("PATCH", f"{PATH}/{{id}}", _update),
    Endpoint("DELETE", f"{PATH}/{{id}}", _delete),
    *_sponsor_endpoints("externalSponsors"),
    *_sponsor_endpoints("internalSponsors"),
]
