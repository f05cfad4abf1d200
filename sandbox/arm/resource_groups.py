"""Resource groups: where most resources live."""

from __future__ import annotations

import re

from sandbox.arm import access, operations
from sandbox.arm.calls import Call, Endpoint, Reply, listing, subscription_scope
from sandbox.arm.errors import ArmError, bad, no_group
from sandbox.store import Object

COLLECTION = "resourceGroups"
TYPE = "Microsoft.Resources/resourceGroups"
NAME = re.compile(r"[-\w.()]{1,90}(?<!\.)")


def find(call: Call, scope: str) -> Object | None:
    return call.held(COLLECTION, scope)


def need(call: Call, scope: str) -> Object:
    found = find(call, scope)
    if not found:
        raise no_group(scope.rpartition("/")[2])
    return found


def make(call: Call, scope: str, wanted: Object) -> tuple[int, Object]:
    name, before = scope.rpartition("/")[2], find(call, scope)
    if not NAME.fullmatch(name):
        raise bad("InvalidResourceGroupName", f"The resource group name '{name}' is not valid.")
    if not wanted.get("location"):
        raise bad("LocationRequired", "The location property is required for this definition.")
    if before and before["location"] != wanted["location"]:
        words = (
            f"Invalid resource group location '{wanted['location']}'. The Resource group already exists in "
            f"location '{before['location']}'."
        )
        raise ArmError(409, "InvalidResourceGroupLocation", words)
    ids = {"id": f"{subscription_scope(scope)}/resourceGroups/{name}", "name": name, "type": TYPE}
    kept = {**ids, "location": wanted["location"], "tags": wanted.get("tags", {})}
    kept["properties"] = {"provisioningState": "Succeeded"}
    return (200 if before else 201), call.put(
        COLLECTION, {**kept, **({"id": before["id"]} if before else {})}
    )


def _list(call: Call) -> Reply:
    """Those that the caller may read. Who may read none, and not the subscription either, is refused."""
    here = f"{call.scope}/".casefold()
    all = [each for each in call.all(COLLECTION) if each["id"].casefold().startswith(here)]
    seen = [each for each in all if access.allows(call.cloud, call.who, call.tid, READ, each["id"])]
    if not seen:
        access.check(call, READ, call.scope)
    return listing(call, seen)


def _get(call: Call) -> Reply:
    return Reply(200, need(call, call.scope))


def _head(call: Call) -> Reply:
    return Reply(204 if find(call, call.scope) else 404)


def _put(call: Call) -> Reply:
    return Reply(*make(call, call.scope, call.body or {}))


def _delete(call: Call) -> Reply:
    """Everything in it goes, too. Only Location tells when."""
    found = need(call, call.scope)
    call.put(COLLECTION, {**found, "properties": {"provisioningState": "Deleting"}})
    operation = operations.new(call, "remove", found["id"])
    return Reply(202, None, operations.headers(call, operation))


ACTION = "Microsoft.Resources/subscriptions/resourceGroups"
READ, WRITE = f"{ACTION}/read", f"{ACTION}/write"
ENDPOINTS = [
    Endpoint("GET", "{subscription}/resourceGroups", _list),
    Endpoint("HEAD", "{own_group}", _head, READ),
    Endpoint("GET", "{own_group}", _get, READ),
    Endpoint("PUT", "{own_group}", _put, WRITE),
    Endpoint("DELETE", "{own_group}", _delete, f"{ACTION}/delete"),
]
