"""Where a subscription's activity log goes."""

from __future__ import annotations

from sandbox.arm.calls import Call
from sandbox.arm.errors import ArmError, bad
from sandbox.arm.resources import Kind, Target
from sandbox.store import Object

SHAPE = {"workspaceId": str, "logs": [{"category": str, "enabled": bool}]}
CATEGORIES = {
    *("Administrative", "Security", "ServiceHealth", "Alert"),
    *("Recommendation", "Policy", "Autoscale", "ResourceHealth"),
}


def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    given = wanted.get("properties") or {}
    workspace, logs = given.get("workspaceId"), given.get("logs") or []
    if not workspace:
        raise bad("BadRequest", "At least one data sink needs to be specified.")
    if not call.held("workspaces", workspace):
        raise ArmError(404, "ResourceNotFound", f"The Resource '{workspace}' was not found.")
    if unknown := [each for each in logs if each.get("category") not in CATEGORIES]:
        raise bad("BadRequest", f"Category '{unknown[0].get('category')}' is not supported.")
    return {"properties": given}


DIAGNOSTIC_SETTINGS = Kind(
    "Microsoft.Insights/diagnosticSettings", "subscription", make, made=200, shape=SHAPE
)
