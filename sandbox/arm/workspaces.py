"""Log Analytics workspaces, and the older sign of Sentinel in one: a solution named after it."""

from __future__ import annotations

import re
import uuid

from sandbox.arm.calls import Call
from sandbox.arm.errors import bad
from sandbox.arm.resources import Kind, Target
from sandbox.store import Object

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]")


def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    if not NAME.fullmatch(target.name):
        raise bad("InvalidResourceName", f"The workspace name '{target.name}' is not valid.")
    kept = before["properties"] if before else {"customerId": str(uuid.uuid4())}
    given = {"sku": {"name": "PerGB2018"}, "retentionInDays": 30, **(wanted.get("properties") or {})}
    own = {**given, "customerId": kept["customerId"], "provisioningState": "Succeeded"}
    return {"location": located(wanted), "tags": wanted.get("tags", {}), "properties": own}


def located(wanted: Object) -> str:
    if not wanted.get("location"):
        raise bad("LocationRequired", "The location property is required for this definition.")
    return str(wanted["location"])


def make_solution(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    """SecurityInsights(workspace), with a plan that says the same."""
    plan, given = wanted.get("plan") or {}, wanted.get("properties") or {}
    if plan.get("name") != target.name or not call.held("workspaces", str(given.get("workspaceResourceId"))):
        raise bad(
            "InvalidSolution", f"The solution '{target.name}' needs a plan of its name and a workspace."
        )
    own = {**given, "provisioningState": "Succeeded"}
    return {"location": located(wanted), "plan": plan, "properties": own}


WORKSPACES = Kind(
    "Microsoft.OperationalInsights/workspaces",
    "group",
    make,
    shape={"sku": {"name": str}, "retentionInDays": int},
    lasting=True,
)
SOLUTIONS = Kind("Microsoft.OperationsManagement/solutions", "group", make_solution)
