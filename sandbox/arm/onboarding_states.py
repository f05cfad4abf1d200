"""Whether Microsoft Sentinel is on in a workspace: one state, always called default (facts A6)."""

from __future__ import annotations

from sandbox.arm.calls import Call
from sandbox.arm.errors import absent, bad
from sandbox.arm.resources import Kind, Target
from sandbox.store import Object

TYPE = "Microsoft.SecurityInsights/onboardingStates"


def need_workspace(call: Call, scope: str) -> Object:
    found = call.held("workspaces", scope)
    if not found:
        raise absent("Microsoft.OperationalInsights/workspaces", scope.rpartition("/")[2], scope)
    return found


def need_sentinel(call: Call, scope: str) -> None:
    need_workspace(call, scope)
    if not call.held("onboardingStates", f"{scope}/providers/{TYPE}/default"):
        name = scope.rpartition("/")[2]
        raise bad("BadRequest", f"The workspace '{name}' is not onboarded to Microsoft Sentinel.")


def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    need_workspace(call, target.scope)
    if target.name != "default":
        raise bad("BadRequest", f"The onboarding state '{target.name}' is not valid. It must be 'default'.")
    given = wanted.get("properties") or {}
    return {"properties": {"customerManagedKey": bool(given.get("customerManagedKey", False))}}


def of_workspace(call: Call, items: list[Object]) -> list[Object]:
    need_workspace(call, call.scope)
    return items


ONBOARDING_STATES = Kind(TYPE, "workspace", make, choose=of_workspace, shape={"customerManagedKey": bool})
