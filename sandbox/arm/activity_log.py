"""Activity logs: the managing tenant hears of each delegation, the customer of each write (facts A5)."""

from __future__ import annotations

import json
import re
import uuid

from sandbox.arm.calls import Call, Endpoint, Reply, listing, same, subscription_of, subscription_scope
from sandbox.arm.errors import bad
from sandbox.store import Object

COLLECTION = "activityLog"
READ = "Microsoft.Insights/eventtypes/values/read"
FILTER = re.compile(r"eventTimestamp ge '([^']+)'(?: and eventTimestamp le '([^']+)')?", re.IGNORECASE)
PATH = "/providers/Microsoft.Insights/eventtypes/management/values"


def delegated(call: Call, scope: str, definition: Object, what: str) -> None:
    """Updates are logged as register, too; one entry a resource group."""
    verb = "write" if what == "register" else "delete"
    own = f"Microsoft.ManagedServices/registrationAssignments/{verb}"
    _write(
        call,
        call.tid,
        subscription_scope(scope),
        own,
        "Microsoft.ManagedServices/registrationAssignments",
        "",
    )
    told = {"delegationResourceId": scope, "subscriptionTenantId": call.tid}
    told["subscriptionId"] = subscription_of(scope)
    managing = definition["properties"]["managedByTenantId"]
    action = f"Microsoft.Resources/tenants/{what}/action"
    _write(call, managing, "/", action, "Microsoft.Resources/tenants", json.dumps(told))


def _write(call: Call, tid: str, scope: str, operation: str, type: str, description: str) -> None:
    now = call.cloud.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    event = {"eventTimestamp": now, "eventName": {"value": "EndRequest"}, "status": {"value": "Succeeded"}}
    event |= {
        "resourceType": {"value": type},
        "operationName": {"value": operation},
        "description": description,
    }
    event |= {"caller": call.who.oid or call.who.app_id} if tid == call.tid else {}
    call.store.put(tid, COLLECTION, {"id": str(uuid.uuid4()), "scope": scope, **event})


def _list(call: Call) -> Reply:
    found = FILTER.fullmatch(call.query.get("$filter", ""))
    if not found:
        raise bad(
            "BadRequest", "The $filter query parameter must contain a start time: eventTimestamp ge '...'."
        )
    here = [each for each in call.all(COLLECTION) if same(each["scope"], call.scope or "/")]
    since, until = found[1], found[2] or "9999"
    return listing(call, [_shown(each) for each in here if since <= each["eventTimestamp"] <= until])


def _shown(event: Object) -> Object:
    return {name: value for name, value in event.items() if name != "scope"}


ENDPOINTS = [
    Endpoint("GET", f"{{root}}{PATH}", _list, READ),
    Endpoint("GET", f"{{subscription}}{PATH}", _list, READ),
]
