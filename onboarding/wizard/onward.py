"""Where a page that waited leads by itself, and what the step before it found, said on the page it leads to.

A plan is never left by itself, for a person reads it first; nor a readiness of which something could not be
read. What wants a look and is in nobody's way is told in full on the page it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from onboarding import consent_links
from onboarding.models import Inquiry
from onboarding.wizard.steps import DONE, STEPS, Way

What = Inquiry.What
READ_FIRST = "plan"
KNOWN = ("pass", "warn", "fail")
ORDER = [step.slug for step in STEPS]
BEFORE_IT = ORDER[: ORDER.index(READ_FIRST)]


def onward(way: Way, here: str) -> str:
    """The step to go on at once `here` is done; "" while it is not, or where there is something to read."""
    if here not in DONE or here == READ_FIRST or not DONE[here](way) or _is_late(way, here):
        return ""
    if here in ("reader", "readiness") and unread(way):
        return "readiness" if here == "reader" else ""
    to = min(ORDER.index(way.next), ORDER.index(READ_FIRST) if here in BEFORE_IT else len(ORDER))
    return ORDER[to] if to > ORDER.index(here) else ""


def _is_late(way: Way, here: str) -> bool:
    """Once there is a plan, who looks at these again wants to see what is found."""
    return here in ("reader", "readiness") and way.is_planned()


def unread(way: Way) -> bool:
    """Whether a check could not be read: it may be in the way, and a person decides whether to go on."""
    found = way.good(What.READINESS)
    return found is not None and any(check["state"] not in KNOWN for check in found.answer["checks"])


@dataclass(frozen=True, slots=True)
class Before:
    """What was done just before this step: `kind` says which words, `of` what they are about."""

    kind: str
    of: Any
    step: str


def before(way: Way, here: str) -> Before | None:
    """On the page of the step that is next, and on that of a plan which is read before it goes on."""
    if here not in TOLD or here != (READ_FIRST if way.next == "agreement" else way.next):
        return None
    step = TOLD[here]
    found = way.good(step) if step != "agreement" else getattr(way.plan, "agreement", None)
    return Before(step, _about(way, step, found), step) if found else None


TOLD = {
    "readiness": "reader",
    "people": "readiness",
    "plan": "people",
    "setup": "agreement",
    "progress": "setup",
}


def _about(way: Way, step: str, found: Any) -> Any:
    if step == "readiness":
        checks = found.answer["checks"]
        return {
            "checks": len(checks),
            "looks": [check for check in checks if check["state"] != "pass"],
            "unread": unread(way),
        }
    if step == "people":
        named = [each["name"] for role, each in _everybody(found) if role in found.answer]
        return list(dict.fromkeys(named))
    if step == "setup" and way.plan is not None:
        return {"found": found, "apps": len(consent_links.asked_of_customer(way.plan))}
    return found


def _everybody(found: Inquiry) -> list[tuple[str, dict[str, Any]]]:
    roles = ("approver", "reviewer", "contact")
    return [(role, each) for role in roles for each in found.answer.get(role, ())]
