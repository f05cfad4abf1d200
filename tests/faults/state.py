"""What a tenant holds, in a form that two runs can be compared by: ids, markers and dates become words."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.store import Object

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MARKER = re.compile(r"(\[gatehouse:|gatehouse-)[0-9a-f]{16}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")

State = dict[str, list[str]]


def restore(cloud: Cloud, kept: dict[str, dict[str, Object]], tid: str = seed.NORTHWIND) -> None:
    """Put the tenant back as it was, and begin a good day."""
    for collection, objects in cloud.store.snapshot(tid).items():
        for id in objects:
            cloud.store.remove(tid, collection, id)
    for collection, objects in kept.items():
        for body in objects.values():
            cloud.store.put(tid, collection, body)
    cloud.faults.clear()
    cloud.late.clear()
    cloud.calls.clear()
    cloud.reads.clear()
    cloud.habits = type(cloud.habits)()


def final_state(cloud: Cloud, tid: str = seed.NORTHWIND) -> State:
    """Every object as a line of JSON, by collection. Doubles stay doubles: nothing is folded together.

    A request that failed because a group was too new is history and made nothing: it is left out.
    """
    snapshot = {name: held for name, held in cloud.store.snapshot(tid).items() if held}
    names = {
        id: f"<{collection} {body.get('displayName', '')}>"
        for collection, objects in snapshot.items()
        for id, body in objects.items()
    }
    return {
        collection: sorted(
            json.dumps(_plain(body, names), sort_keys=True)
            for body in objects.values()
            if body.get("state") != "deliveryFailed"
        )
        for collection, objects in snapshot.items()
    }


def _plain(value: Any, names: dict[str, str]) -> Any:
    """Lists are sorted: the order in which two members came is nobody's wish."""
    if isinstance(value, dict):
        return {key: _plain(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_plain(inner, names) for inner in value), key=lambda each: json.dumps(each))
    if isinstance(value, str):
        named = GUID.sub(lambda found: names.get(found[0], "<id>"), MARKER.sub(r"\1<marker>", value))
        return MOMENT.sub("<moment>", named)
    return value
