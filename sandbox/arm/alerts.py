"""Alerts on what happens in a subscription: by activity log, by a query, and whom they tell."""

from __future__ import annotations

from sandbox.arm.calls import Call
from sandbox.arm.errors import bad
from sandbox.arm.resources import Kind, Make, Target
from sandbox.arm.workspaces import located
from sandbox.store import Object


def _needing(*names: str) -> Make:
    """Properties without which the service takes nothing."""

    def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
        given = wanted.get("properties") or {}
        if missing := [name for name in names if not given.get(name)]:
            raise bad("BadRequest", f"The property '{missing[0]}' is required.")
        return {"location": located(wanted), "tags": wanted.get("tags", {}), "properties": given}

    return make


ACTIVITY_LOG_ALERTS = Kind(
    "Microsoft.Insights/activityLogAlerts", "group", _needing("scopes", "condition", "actions")
)
QUERY_RULES = Kind("Microsoft.Insights/scheduledQueryRules", "group", _needing("scopes", "criteria"))
ACTION_GROUPS = Kind("Microsoft.Insights/actionGroups", "group", _needing("groupShortName"))
