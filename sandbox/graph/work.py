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
    "join": deliveries.join,
    "withdraw": deliveries.withdraw,
}
THEN = {"deliver": "join"}
"""A membership appears only when its assignment says already that it is delivered (facts 16.13)."""


def start(cloud: Cloud, tid: str, do: str, on: str, more: int = 0) -> None:
    """Done after `slow_elm` reads, and some more."""
    if cloud.habits.slow_elm <= 0:
        _carry_out(cloud, tid, do, on)
        return
    left = cloud.habits.slow_elm + more
    cloud.store.put(tid, "work", {"id": str(uuid.uuid4()), "do": do, "on": on, "left": left})


def tick(cloud: Cloud, tid: str, only: str = "") -> None:
    for item in cloud.store.all(tid, "work"):
        if only not in ("", item["do"]):
            continue
        if item["left"] > 1:
            cloud.store.put(tid, "work", {**item, "left": item["left"] - 1})
        else:
            cloud.store.remove(tid, "work", item["id"])
            _carry_out(cloud, tid, item["do"], item["on"])


def _carry_out(cloud: Cloud, tid: str, do: str, on: str) -> None:
    DO[do](cloud, tid, on)
    if do in THEN:
        start(cloud, tid, THEN[do], on, 1)
