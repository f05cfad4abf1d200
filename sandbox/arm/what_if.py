"""What a template would do: the same plan, compared with what is there, and nothing written.

What is wrong with the template comes with 200, too: status Failed and an error instead of changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sandbox.arm import deployments, operations, templates
from sandbox.arm.calls import Call, Endpoint, Reply
from sandbox.arm.carrying_out import shown_id
from sandbox.arm.errors import ArmError
from sandbox.arm.everything import there
from sandbox.arm.frames import Unready
from sandbox.arm.templates import Wanted
from sandbox.store import Object

SERVERS = ("provisioningState", "scope", "principalType")


def _ask(call: Call) -> Reply:
    properties = deployments.properties_of(call)
    try:
        answer = _told(call, properties)
    except ArmError as error:
        answer = {"status": "Failed", **error.body}
    operation = operations.new(call, "nothing", deployments.id_of(call), answer=answer)
    return Reply(202, None, operations.headers(call, operation))


def _told(call: Call, properties: Object) -> Object:
    _, wanted = deployments.planned(call, properties, (call.body or {}).get("location", ""))
    changes = [_change(call, each) for each in templates.flat(wanted)]
    own = {"correlationId": str(uuid.uuid4()), "changes": changes, "potentialChanges": [], "diagnostics": []}
    return {"status": "Succeeded", "properties": own}


def _change(call: Call, wanted: Wanted) -> Object:
    id = shown_id(wanted)
    before = there(call, id)
    try:
        body = wanted.body
    except Unready as missing:
        why = f"The resource '{missing}' does not exist yet."
        return {"resourceId": id, "changeType": "Unsupported", "unsupportedReason": why}
    after = {"id": id, "name": wanted.name, "type": wanted.type, "apiVersion": wanted.version, **body}
    if not before:
        return {"resourceId": id, "changeType": "Create", "before": None, "after": after}
    kept = {name: before[name] for name in (*after, "properties") if name in before}
    delta = list(differences(_comparable(kept), _comparable(after)))
    changed = {
        "changeType": "Modify" if delta else "NoChange",
        "before": kept,
        "after": after,
        "delta": delta,
    }
    return {"resourceId": id, **changed}


def _comparable(resource: Object) -> Object:
    own = {name: value for name, value in (resource.get("properties") or {}).items() if name not in SERVERS}
    rest = {name: resource[name] for name in ("location", "tags", "kind", "sku") if resource.get(name)}
    return {**rest, "properties": own}


def differences(before: Any, after: Any, path: str = "") -> Iterator[Object]:
    """Of objects by property; a list that differs is told as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from differences(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif before != after and (before or after):
        sort = "Create" if before is None else "Delete" if after is None else "Modify"
        yield {"path": path, "propertyChangeType": sort, "before": before, "after": after, "children": None}


PATH = f"{deployments.PATH}/{{name}}/whatIf"
ENDPOINTS = [Endpoint("POST", PATH, _ask, f"{deployments.TYPE}/whatIf/action")]
