"""Who made a resource and when, as newer resource providers tell."""

from __future__ import annotations

from sandbox.arm.calls import Call
from sandbox.store import Object


def of(call: Call, before: Object | None) -> Object:
    now, who = call.cloud.clock.now().isoformat(), call.who.oid or call.who.app_id
    kind = "Application" if call.who.is_app else "User"
    made = {"createdBy": who, "createdByType": kind, "createdAt": now}
    if before:
        made = {name: before["systemData"][name] for name in made}
    changed = {"lastModifiedBy": who, "lastModifiedByType": kind, "lastModifiedAt": now}
    return {"systemData": {**made, **changed}}
