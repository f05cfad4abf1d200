"""Catalogs: what packages and their resources lie in (facts 3.2)."""

from __future__ import annotations

from msgraph.generated.models.access_package_catalog import AccessPackageCatalog

from sandbox.graph import shapes
from sandbox.graph.calls import Call, Endpoint, Reply, in_use, invalid, new, stamp
from sandbox.graph.odata import created
from sandbox.graph.shapes import CATALOGS
from sandbox.graph.shelf import Shelf
from sandbox.graph.strict import body

SHELF = Shelf(CATALOGS, shapes.catalogs)
PATH, find = SHELF.path, SHELF.find


def _create(call: Call) -> Reply:
    wanted = body(
        call, AccessPackageCatalog, required="displayName", readonly="id createdDateTime catalogType"
    )
    now = stamp(call.cloud.clock.now())
    defaults = {"description": "", "state": "published", "isExternallyVisible": False}
    own = {"catalogType": "userManaged", "createdDateTime": now, "modifiedDateTime": now}
    return created(call, CATALOGS, new(call, "catalogs", **{**defaults, **wanted, **own}))


def _update(call: Call) -> Reply:
    found = find(call, call.given["id"])
    wanted = body(call, AccessPackageCatalog)
    if wanted.get("catalogType", found["catalogType"]) != found["catalogType"]:
        raise invalid("Property 'catalogType' is read-only.")
    call.put("catalogs", {**found, **wanted, "modifiedDateTime": stamp(call.cloud.clock.now())})
    return Reply(204)


def _delete(call: Call) -> Reply:
    found = find(call, call.given["id"])
    if found["catalogType"] != "userManaged":
        raise in_use("A built-in catalog cannot be deleted.")
    if any(package["catalog"]["id"] == found["id"] for package in call.all("accessPackages")):
        raise in_use("The catalog still has access packages.")
    for resource in call.all("catalogResources"):
        if resource["catalog"]["id"] == found["id"]:
            call.store.remove(call.tid, "catalogResources", resource["id"])
    call.store.remove(call.tid, "catalogs", found["id"])
    return Reply(204)


ENDPOINTS = [
    *SHELF.reads,
    Endpoint("POST", PATH, _create),
    Endpoint("PATCH", f"{PATH}/{{id}}", _update),
    Endpoint("DELETE", f"{PATH}/{{id}}", _delete),
]
