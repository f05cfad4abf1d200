"""What entitlement management has taken on but not done. Each read is one tick (facts 16.12, 16.13)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sandbox.cloud import Cloud
from sandbox.graph import deliveries

DO: dict[str, Callable[[Cloud, str, str], None]] = {
    "adminAdd": deliveries.add_resource,
    "adminRemove": deliveries.remove_resource,
    "deliver": deliveries.deliver,
    "withdraw": deliveries.withdraw,
}


def start(cloud: Cloud, tid: str, do: str, on: str) -> None:
    if cloud.habits.slow_elm <= 0:
        DO[do](cloud, tid, on)
        return
    cloud.store.put(tid, "work", {"id": str(uuid.uuid4()), "do": do, "on": on, "left": cloud.habits.slow_elm})


def tick(cloud: Cloud, tid: str) -> None:
    for item in cloud.store.all(tid, "work"):
        if item["left"] > 1:
            cloud.store.put(tid, "work", {**item, "left": item["left"] - 1})
        else:
            cloud.store.remove(tid, "work", item["id"])
            DO[item["do"]](cloud, tid, item["on"])
