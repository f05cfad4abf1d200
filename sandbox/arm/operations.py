"""Long operations: taken on with 201 or 202, carried out after `slow_arm` reads, asked for at an address.

Where the client looks: Azure-AsyncOperation if there, else Location; Retry-After says how long to wait
(facts A2, "Asynchronous operations").
"""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.arm import access
from sandbox.arm.calls import Call, Endpoint, Reply, subscription_scope
from sandbox.arm.errors import ArmError, absent
from sandbox.store import Object

COLLECTION = "operations"
RUNNING = "runningOperations"
"""Which of all tenants' are not over, so that nobody has to look through all of them."""
OF_PROVIDER = "{subscription}/providers/{namespace}/operationStatuses/{name}"


def new(call: Call, do: str, on: str, **more: Any) -> Object:
    """`on` is the id of what it is about; `do` one of clockwork.DO."""
    who = {"tid": call.who.tid, "app_id": call.who.app_id, "oid": call.who.oid, "is_app": call.who.is_app}
    times = {"startTime": call.cloud.clock.now().isoformat(), "status": "Running"}
    about = {"id": str(uuid.uuid4()), "do": do, "on": on, "left": call.cloud.habits.slow_arm}
    call.store.put("", RUNNING, {"id": about["id"], "tenant": call.tid})
    return call.put(COLLECTION, {**about, "who": who, **times, **more})


def headers(call: Call, operation: Object, where: str = "", location: bool = True) -> dict[str, str]:
    """`where` is the address before /operationStatuses; without it only Location is given."""
    root, version = call.cloud.origin, f"?api-version={call.version}"
    result = {"Retry-After": str(call.cloud.habits.retry_after)}
    if where:
        result["Azure-AsyncOperation"] = f"{root}{where}/operationStatuses/{operation['id']}{version}"
    if location:
        scope = subscription_scope(str(operation["on"]))
        result["Location"] = f"{root}{scope}/operationresults/{operation['id']}{version}"
    return result


def find(call: Call) -> Object:
    """Whoever began it may look, even where it took away what let them in."""
    found = call.store.get(call.tid, COLLECTION, call.name)
    if not found:
        raise absent("operationStatuses", call.name)
    if found["who"]["oid"] != call.who.oid:
        access.check_tenant(call)
        namespace = call.given.get("namespace", "Microsoft.Resources")
        access.check(call, f"{namespace}/operationStatuses/read", call.scope)
    return found


def status(call: Call) -> Reply:
    operation = find(call)
    times: Object = {name: operation[name] for name in ("startTime", "endTime") if name in operation}
    body = {"id": call.path, "name": call.name, "status": operation["status"], **times}
    if "error" in operation:
        body["error"] = operation["error"]
    if operation["status"] != "Running":
        return Reply(200, body)
    return Reply(200, body, headers(call, operation, location=False))


def result(call: Call) -> Reply:
    """What Location leads to: 202 while it runs, then whatever the call would have answered."""
    operation = find(call)
    if operation["status"] == "Running":
        return Reply(202, None, headers(call, operation))
    if "error" in operation:
        raise ArmError(409, **operation["error"])
    return Reply(200, operation["answer"]) if operation.get("answer") else Reply(204)


ENDPOINTS = [
    Endpoint("GET", OF_PROVIDER, status, whoever=True),
    Endpoint("GET", "{subscription}/operationresults/{name}", result, whoever=True),
]
