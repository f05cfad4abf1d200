"""What goes on by itself in Azure; each read gives it a turn."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.arm import carrying_out, everything, providers
from sandbox.arm.errors import ArmError
from sandbox.arm.kinds import KINDS
from sandbox.arm.operations import COLLECTION, RUNNING
from sandbox.cloud import Cloud
from sandbox.store import Object

Do = Callable[[Cloud, str, Object], Object | None]


def settle(cloud: Cloud, tid: str, operation: Object) -> None:
    collection = KINDS[operation["kind"].lower()].collection
    item = cloud.store.get(tid, collection, operation["on"])
    if item:
        item["properties"]["provisioningState"] = "Succeeded"
        cloud.store.put(tid, collection, item)


def remove(cloud: Cloud, tid: str, operation: Object) -> None:
    everything.remove_beneath(cloud, tid, operation["on"])


def register(cloud: Cloud, tid: str, operation: Object) -> None:
    scope, _, namespace = operation["on"].partition("/providers/")
    providers.register(cloud, tid, scope, namespace)


def nothing(cloud: Cloud, tid: str, operation: Object) -> None:
    """Its answer was known from the start."""


DO: dict[str, Do] = {
    "settle": settle,
    "remove": remove,
    "register": register,
    "deploy": carrying_out.deploy,
    "nothing": nothing,
}


def tick(cloud: Cloud) -> None:
    """Everywhere: a managing tenant's list shows what another tenant's operation made."""
    for waiting in cloud.store.all("", RUNNING):
        tid = waiting["tenant"]
        operation = cloud.store.get(tid, COLLECTION, waiting["id"])
        if operation and operation["status"] == "Running":
            _go_on(cloud, tid, operation)
        else:
            cloud.store.remove("", RUNNING, waiting["id"])


def _go_on(cloud: Cloud, tid: str, operation: Object) -> None:
    if operation["left"] > 0:
        cloud.store.put(tid, COLLECTION, {**operation, "left": operation["left"] - 1})
        return
    try:
        answer = DO[operation["do"]](cloud, tid, operation)
        operation |= {"status": "Succeeded", "answer": answer or operation.get("answer")}
    except ArmError as error:
        operation |= {"status": "Failed", "error": error.error}
    cloud.store.put(tid, COLLECTION, {**operation, "endTime": cloud.clock.now().isoformat()})
