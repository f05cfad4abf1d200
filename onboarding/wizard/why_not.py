"""Why a step's last answer does not count any more, or not yet: which reason it is, and what to do."""

from __future__ import annotations

from typing import Any

from onboarding.agreeing import agreements
from onboarding.models import Inquiry, Plan, Run
from onboarding.wizard import drafts
from onboarding.wizard.findings import planned_for
from onboarding.wizard.steps import Way

OPEN = {
    "questions": "A person must decide something first, as asked below.",
    "unknown": "Not everything could be read, as said below: plan again when it can be.",
    "strange": "Something nobody planned is there, as said below: plan again when it is cleared up.",
}
"""What keeps a plan from its number, in the order of the page."""
AGAIN = {
    Plan.Purpose.PAUSE: ("paused", "A new plan opens it again"),
    Plan.Purpose.OFFBOARD: ("ended", "A new plan sets it up again"),
}
ENDED = {
    "cancelled": "It was agreed to and begun, and then stopped: plan again for what is left.",
    "failed": "It was carried out, and not everything is as agreed: plan again for what is left.",
}


def of_plan(way: Way) -> str:
    """Why what the last look found cannot be agreed to; "" where it can, or where there is none."""
    last = way.answered.get(Inquiry.What.PLAN)
    if last is None or not last.is_good or way.kept is None or way.is_planned():
        return ""
    if way.declined is not None:
        return "The customer said no to it."
    if (found := _open(last.answer)) != "":
        return found
    plan = way.draft.tenant.plans.filter(digest=last.answer.get("plan")).select_related("run").last()
    return _since(way, last, plan)


def _open(found: dict[str, Any]) -> str:
    said = next((words for name, words in OPEN.items() if found.get(name)), "")
    red = _red(found)
    return said or (
        f"In the way: {red}. Do first what stands beside it below, then plan again." if red else ""
    )


def _red(found: dict[str, Any]) -> str:
    return ", ".join(check["name"] for check in found.get("checks", ()) if check["state"] == "fail")


def _since(way: Way, last: Inquiry, plan: Plan | None) -> str:
    """What happened after it was made."""
    run: Run | None = getattr(plan, "run", None)
    at = plan.made_at if plan is not None else last.answered_at
    closing = agreements.closings(way.draft.tenant, at).select_related("plan").last() if at else None
    if closing is not None:
        return _closed(closing, run)
    if run is not None and run.ended in ENDED:
        return ENDED[run.ended]
    if way.kept is not None and last.question != planned_for(way.kept):
        return "The answers have changed since it was made: plan again."
    until = f"{plan.expires_at:%-d %B %Y}" if plan is not None else ""
    return f"It could be agreed to until {until}: plan again." if until else "It is out of date: plan again."


def _closed(closing: Run, run: Run | None) -> str:
    word, again = AGAIN[Plan.Purpose(closing.plan.purpose)]
    on = f"{closing.opened_at:%-d %B %Y}"
    if run is not None:
        return f"It was carried out, and access was {word} on {on} since. {again}: plan again."
    return f"Access was {word} on {on}, after it was made. {again}: plan again."


def of_readiness(way: Way) -> str:
    """Why the last checks do not let one go on; "" where they do, or where there are none."""
    last = way.answered.get(Inquiry.What.READINESS)
    if last is None or not last.is_good or way.is_ready():
        return ""
    if last.question != drafts.question(way.draft, Inquiry.What.READINESS):
        return "The offer was changed since: check again."
    return f"In the way: {_red(last.answer)}. Do first what stands beside it, then check again."
