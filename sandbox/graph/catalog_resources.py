"""Groups put into catalogs and taken out again, by requests that take their time (facts 3.3, 16.12)."""

from __future__ import annotations

from msgraph.generated.models.access_package_resource_request import AccessPackageResourceRequest

from sandbox.graph import dynamic_groups, permissions, work
from sandbox.graph.calls import Call, Endpoint, Reply, in_use, invalid, new, seen, stamp, unknown
from sandbox.graph.catalogs import PATH as CATALOGS_PATH
from sandbox.graph.catalogs import find as find_catalog
from sandbox.graph.odata import created, listing
from sandbox.graph.shapes import PACKAGES, RESOURCE_REQUESTS, RESOURCES
from sandbox.graph.shelf import Shelf
from sandbox.graph.strict import body
from sandbox.store import Object

SHELF = Shelf(RESOURCE_REQUESTS)
PATH = SHELF.path


def _in_catalog(call: Call) -> Reply:
    there = within(call, find_catalog(call, call.given["id"])["id"])
    return listing(call, RESOURCES, seen(call.cloud, call.tid, "catalogResources", there))


def _packages_in_catalog(call: Call) -> Reply:
    catalog = find_catalog(call, call.given["id"])
    found = [each for each in call.all("accessPackages") if each["catalog"]["id"] == catalog["id"]]
    return listing(call, PACKAGES, seen(call.cloud, call.tid, "accessPackages", found, "in catalog"))


def within(call: Call, catalog_id: str) -> list[Object]:
    return [each for each in call.all("catalogResources") if each["catalog"]["id"] == catalog_id]


def _create(call: Call) -> Reply:
    wanted = body(
        call, AccessPackageResourceRequest, required="requestType resource catalog/id", readonly="id state"
    )
    catalog = find_catalog(call, wanted["catalog"]["id"])
    if wanted["requestType"] == "adminAdd":
        resource = _to_add(call, wanted["resource"])
    elif wanted["requestType"] == "adminRemove":
        resource = _to_remove(call, wanted["resource"], catalog["id"])
    else:
        raise invalid(f"The request type '{wanted['requestType']}' is not supported.")
    return created(call, RESOURCE_REQUESTS, _submit(call, wanted["requestType"], resource, catalog["id"]))


def _submit(call: Call, type: str, resource: Object, catalog_id: str) -> Object:
    failed = type == "adminAdd" and _is_new_here(call, resource["originId"])
    now = stamp(call.cloud.clock.now())
    whole = {"requestType": type, "state": "submitted", "resource": resource, "catalog": {"id": catalog_id}}
    made = new(call, "resourceRequests", **whole, createdDateTime=now)
    if failed:
        return call.put("resourceRequests", {**made, "state": "deliveryFailed"})
    work.start(call.cloud, call.tid, type, made["id"])
    return call.store.get(call.tid, "resourceRequests", made["id"]) or made


def _to_add(call: Call, resource: Object) -> Object:
    permissions.need(call, "Group.ReadWrite.All", PATH)
    if resource.get("originSystem") != "AadGroup" or not resource.get("originId"):
        raise invalid("Model is not valid.")
    group = call.store.get(call.tid, "groups", resource["originId"])
    if not group:
        raise unknown()
    if dynamic_groups.is_dynamic(group):
        raise invalid("Model is not valid.")
    if group.get("isAssignableToRole"):
        permissions.need(call, "RoleManagement.ReadWrite.Directory", PATH)
    return {"originId": group["id"], "originSystem": "AadGroup", "displayName": group["displayName"]}


def _is_new_here(call: Call, group_id: str) -> bool:
    """Entitlement management does not know a new group, and says so in three ways (facts 16.12)."""
    key = f"{group_id} in ELM"
    times = call.cloud.reads.get((call.tid, "groups", key), 0)
    if not call.cloud.lags(call.tid, "groups", key, PATH):
        return False
    if times % 3 == 0:
        raise unknown()
    if times % 3 == 1:
        raise invalid("Model is not valid.")
    return True


def _to_remove(call: Call, resource: Object, catalog_id: str) -> Object:
    keys = (resource.get("id"), resource.get("originId"))
    found = next(
        (r for r in within(call, catalog_id) if r["id"] == keys[0] or r["originId"] == keys[1]), None
    )
    if not found:
        raise unknown()
    if any(_uses(package, found["id"]) for package in call.all("accessPackages")):
        raise in_use("The resource is still used by an access package.")
    return found


def _uses(package: Object, resource_id: str) -> bool:
    return any(each["role"]["resource"]["id"] == resource_id for each in package["resourceRoleScopes"])


ENDPOINTS = [
    Endpoint("GET", f"{CATALOGS_PATH}/{{id}}/resources", _in_catalog),
    Endpoint("GET", f"{CATALOGS_PATH}/{{id}}/accessPackages", _packages_in_catalog),
    *SHELF.reads,
    Endpoint("POST", PATH, _create),
]
