"""What is left to the customer's own people once one of them has agreed: a signature alone shows nothing."""

from __future__ import annotations

from collections.abc import Iterator

from access.to_do import customer_tasks
from access.to_do.task import OPEN
from onboarding.agreeing import agreeable
from onboarding.models import Plan


def after(plan: Plan) -> list[str]:
    """Titles of what is open, and of what will be once the plan is carried out."""
    if plan.purpose != Plan.Purpose.ONBOARD:
        return []
    now = [task.title for task in customer_tasks.tasks(plan.tenant) if task.state == OPEN]
    return now + ([] if hasattr(plan, "run") else list(_later(plan, now)))


def _later(plan: Plan, now: list[str]) -> Iterator[str]:
    """Roles are given to groups, which the plan makes."""
    for tier in agreeable.sold(plan).get("tiers", ()):
        title = f"Give {tier['label']} its role in Defender"
        if title not in now and plan_makes(plan, f"group/{tier['slug']}"):
            yield f"{title}, once it is set up"


def plan_makes(plan: Plan, address: str) -> bool:
    return any(each["address"] == address and each["action"] == "create" for each in plan.changes)
