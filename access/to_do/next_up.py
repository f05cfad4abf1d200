"""What is left to the customer's own people once one of them has agreed: a signature alone shows nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from access.azure import hand_outs
from access.to_do import customer_tasks
from onboarding.agreeing import agreeable
from onboarding.models import Plan


class NextUp(NamedTuple):
    """Titles of what stands under Tasks and is open, and of what will once the plan has come that far."""

    now: list[str]
    later: list[str]


def after(plan: Plan) -> NextUp:
    if plan.purpose != Plan.Purpose.ONBOARD:
        return NextUp([], [])
    tasks = customer_tasks.tasks(plan.tenant)
    there, is_over = {task.title for task in tasks}, hasattr(plan, "run") and plan.run.closed_at is not None
    later = [] if is_over else [f"{title}, {once}" for title, once in _later(plan) if title not in there]
    return NextUp([task.title for task in tasks if task.is_due], later)


def _later(plan: Plan) -> Iterator[tuple[str, str]]:
    """Roles are given to groups, which the plan makes; the template is handed out for a run to wait on."""
    for handed in hand_outs.of_plan(plan):
        yield handed.title, "once the plan is being carried out"
    for tier in agreeable.sold(plan).get("tiers", ()):
        if plan_makes(plan, f"group/{tier['slug']}"):
            yield f"Give {tier['label']} its role in Defender", "once its group is there"


def plan_makes(plan: Plan, address: str) -> bool:
    return any(each["address"] == address and each["action"] == "create" for each in plan.changes)
