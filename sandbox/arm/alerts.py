"""Alerts on what happens in a subscription: by activity log, by a query, and whom they tell.

Of an activity log alert Microsoft's reference says: at least one scope; every condition is a field with
`equals` or `containsAny`, or nothing but `anyOf` of such; one of them is on the category; the place is
Global, West Europe or North Europe. Whether the action group is there is not looked at.
"""

from __future__ import annotations

from typing import Any

from sandbox.arm.calls import Call, beneath, same, subscription_scope
from sandbox.arm.errors import bad
from sandbox.arm.resources import Kind, Make, Target
from sandbox.arm.workspaces import located
from sandbox.store import Object

PLACES = ("global", "westeurope", "northeurope")
FIELDS = (
    *("resourceid", "category", "caller", "level", "operationname", "resourcegroup"),
    *("resourceprovider", "status", "substatus", "resourcetype"),
)
LEAF = {"field": str, "equals": str, "containsAny": [str]}
ALERT_SHAPE = {
    "scopes": [str],
    "enabled": bool,
    "condition": {"allOf!": [{**LEAF, "anyOf": [LEAF]}]},
    "actions": {"actionGroups": [{"actionGroupId!": str}]},
}
LONGEST = 12
GROUP_SHAPE = {
    "groupShortName": str,
    "enabled": bool,
    "emailReceivers": [{"name!": str, "emailAddress!": str, "useCommonAlertSchema": bool}],
}


def _needing(*names: str) -> Make:
    """Properties without which the service takes nothing."""

    def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
        given = wanted.get("properties") or {}
        if missing := [name for name in names if not given.get(name)]:
            raise bad("BadRequest", f"The property '{missing[0]}' is required.")
        return {"location": located(wanted), "tags": wanted.get("tags", {}), "properties": given}

    return make


def _make_alert(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    made = _needing("scopes", "condition", "actions")(call, target, wanted, before)
    if made["location"].replace(" ", "").lower() not in PLACES:
        raise bad("BadRequest", f"The location '{made['location']}' is not supported for this resource.")
    own = subscription_scope(target.scope)
    if elsewhere := [each for each in made["properties"]["scopes"] if not beneath(each, own)]:
        raise bad("BadRequest", f"The scope '{elsewhere[0]}' is not in the subscription of the alert rule.")
    _check_conditions(made["properties"]["condition"]["allOf"])
    return {**made, "properties": {"enabled": True, **made["properties"]}}


def _check_conditions(conditions: list[Object]) -> None:
    for each in conditions:
        leaves = each["anyOf"] if set(each) == {"anyOf"} else [each]
        if not leaves or not all(map(_is_leaf, leaves)):
            raise bad("BadRequest", "A condition needs 'field' and either 'equals' or 'containsAny'.")
    if not any(same(str(each.get("field")), "category") for each in conditions):
        raise bad("BadRequest", "One of the conditions must be on the field 'category'.")


def _is_leaf(given: Any) -> bool:
    name = str(given.get("field", "")).lower()
    known = name in FIELDS or name.startswith("properties")
    return known and set(given) in ({"field", "equals"}, {"field", "containsAny"})


def _make_group(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    made = _needing("groupShortName")(call, target, wanted, before)
    if len(made["properties"]["groupShortName"]) > LONGEST:
        raise bad("BadRequest", f"The groupShortName must not be longer than {LONGEST} characters.")
    return {**made, "properties": {"enabled": True, **made["properties"]}}


ACTIVITY_LOG_ALERTS = Kind("Microsoft.Insights/activityLogAlerts", "group", _make_alert, shape=ALERT_SHAPE)
QUERY_RULES = Kind("Microsoft.Insights/scheduledQueryRules", "group", _needing("scopes", "criteria"))
ACTION_GROUPS = Kind("Microsoft.Insights/actionGroups", "group", _make_group, shape=GROUP_SHAPE)
