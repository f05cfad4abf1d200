"""How long a run waits to see what it wrote: ten minutes in which it does not show, an hour unread.

Time in which nobody looked, or was allowed to, is neither.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.timezone import now

from onboarding.models import Run, Step
from onboarding.running import hours, outcomes, unread
from tenants.microsoft.errors import Later, Refused

READ_BACK_HAS = timedelta(minutes=10)


def over(run: Run, owner: str, left: QuerySet[Step], could_not: Later | None) -> Refused | None:
    """Why what was not seen is waited for no more."""
    if could_not:
        begin_anew(run, owner)
        return _unread_for_too_long(run, owner, could_not)
    unread.over(run, owner)
    if hours.was_off(run.not_before):
        begin_anew(run, owner)
    with outcomes.fenced(run, owner):
        left.filter(waiting_since=None).update(waiting_since=now())
    if not left.filter(waiting_since__lt=now() - READ_BACK_HAS).exists():
        return None
    return Refused("waited_too_long", why="reading it back never showed what was written")


def _unread_for_too_long(run: Run, owner: str, could_not: Later) -> Refused | None:
    try:
        unread.noted(run, owner, could_not)
    except Refused as never:
        return never
    return None


def begin_anew(run: Run, owner: str) -> None:
    with outcomes.fenced(run, owner):
        run.steps.filter(state=Step.State.WRITTEN).update(waiting_since=None)


def give_up(left: QuerySet[Step], why: Refused) -> None:
    for step in left:
        step.state, step.reason = Step.State.FAILED, why.reason
        step.facts = {**why.facts, "step": step.address}
        step.save()
