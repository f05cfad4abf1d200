"""Access packages and the resource roles in them (facts 3.4 and 3.5)."""

from __future__ import annotations

from msgraph.generated.models.access_package import AccessPackage
from msgraph.generated.models.access_package_resource_role_scope import AccessPackageResourceRoleScope

from sandbox.graph import deleted_users, shapes
from sandbox.graph.calls import (
    LIST,
    Call,
    Endpoint,
    Reply,
    changed,
    in_use,
    invalid,
    new,
    stamp,
    unknown,
)
from sandbox.graph.catalog_resources import within
from sandbox.graph.catalogs import find as find_catalog
from sandbox.graph.odata import created, listing
from sandbox.graph.shapes import PACKAGES, ROLE_SCOPES
from sandbox.graph.shelf import Shelf
from sandbox.graph.strict import body
from sandbox.store import Object

SHELF = Shelf(PACKAGES)
PATH, find = SHELF.path, SHELF.find
SCOPES = f"{PATH}/{{id}}/resourceRoleScopes"


def _create(call: Call) -> Reply:
    wanted = body(call, AccessPackage, required="displayName catalog/id")
    catalog = find_catalog(call, wanted["catalog"]["id"])
    now = stamp(call.cloud.clock.now())
    defaults = {"description": "", "isHidden": False}
    own = {"catalog": {"id": catalog["id"]}, "resourceRoleScopes": []}
    times = {"createdDateTime": now, "modifiedDateTime": now}
    return created(call, PACKAGES, new(call, "accessPackages", **{**defaults, **wanted, **own, **times}))


def _update(call: Call) -> Reply:
    found = find(call, call.given["id"])
    wanted = body(call, AccessPackage)
    if changed(found, wanted, ("catalog", "resourceRoleScopes", "assignmentPolicies")):
        raise invalid("Only displayName, description and isHidden can be changed.")
    call.put("accessPackages", {**found, **wanted, "modifiedDateTime": stamp(call.cloud.clock.now())})
    return Reply(204)


def _delete(call: Call) -> Reply:
    found = find(call, call.given["id"])
    if deleted_users.hold(call, "accessPackage", found["id"]):
        raise in_use("You cannot delete an access package if it has any accessPackageAssignment.")
    for policy in call.all("assignmentPolicies"):
        if policy["accessPackage"]["id"] == found["id"]:
            call.store.remove(call.tid, "assignmentPolicies", policy["id"])
    call.store.remove(call.tid, "accessPackages", found["id"])
    return Reply(204)


def _scopes(call: Call) -> Reply:
    package = find(call, call.given["id"])
    return listing(call, ROLE_SCOPES, shapes.role_scopes(call.cloud, call.tid, package, LIST))


def _add_scope(call: Call) -> Reply:
    package = find(call, call.given["id"])
    names = "role/originId role/originSystem role/resource/id scope/originId scope/originSystem"
    wanted = body(call, AccessPackageResourceRoleScope, required=names)
    made = _scope(call, package, wanted)
    if any(each["id"] == made["id"] for each in package["resourceRoleScopes"]):
        raise invalid("The resource role is already in the access package.")
    call.put("accessPackages", {**package, "resourceRoleScopes": [*package["resourceRoleScopes"], made]})
    call.cloud.begin_to_count(call.tid, package["id"], made["id"])
    return created(call, ROLE_SCOPES, made)


def _scope(call: Call, package: Object, wanted: Object) -> Object:
    """The resource must be named by its id in the package's own catalog, not by the group's (facts 3.5)."""
    mine = within(call, package["catalog"]["id"])
    resource = next((each for each in mine if each["id"] == wanted["role"]["resource"]["id"]), None)
    if not resource:
        raise unknown()
    roles = [each for each in shapes.roles(resource) if each["originId"] == wanted["role"]["originId"]]
    scopes = [each for each in shapes.scopes(resource) if each["originId"] == wanted["scope"]["originId"]]
    if not roles or not scopes:
        raise unknown()
    role, scope, now = roles[0], scopes[0], stamp(call.cloud.clock.now())
    id = f"{role['id']}_{scope['id']}"
    return {"id": id, "createdDateTime": now, "role": {**role, "resource": resource}, "scope": scope}


def _remove_scope(call: Call) -> Reply:
    package = find(call, call.given["id"])
    kept = [each for each in package["resourceRoleScopes"] if each["id"] != call.given["scope"]]
    if len(kept) == len(package["resourceRoleScopes"]):
        raise unknown()
    call.put("accessPackages", {**package, "resourceRoleScopes": kept})
    return Reply(204)


ENDPOINTS = [
    *SHELF.reads,
    Endpoint("POST", PATH, _create),
    Endpoint("PATCH", f"{PATH}/{{id}}", _update),
    Endpoint("DELETE", f"{PATH}/{{id}}", _delete),
    Endpoint("GET", SCOPES, _scopes),
    Endpoint("POST", SCOPES, _add_scope),
    Endpoint("DELETE", f"{SCOPES}/{{scope}}", _remove_scope),
]
