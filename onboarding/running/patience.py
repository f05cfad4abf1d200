"""How long a run waits to see what it wrote: ten minutes in which it does not show, an hour unread.

Time in which nobody looked, or was allowed to, is neither.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils.timezone import now

from onboarding.models import Run, Step
from onboarding.running import hours, outcomes, unread
from tenants.microsoft.errors import Later, Refused

READ_BACK_HAS = timedelta(minutes=10)


def over(run: Run, owner: str, left: QuerySet[Step], could_not: Later | None) -> Refused | None:
    """Why what was not seen is waited for no more."""
    if could_not:
        return _unread_for_too_long(run, owner, could_not)
    _leave_out_unread(run, owner)
    unread.over(run, owner)
    if hours.was_off(run.not_before):
        begin_anew(run, owner)
    with outcomes.fenced(run, owner):
        left.filter(waiting_since=None).update(waiting_since=now())
    longest = left.filter(waiting_since__lt=now() - READ_BACK_HAS).order_by("waiting_since").first()
    if longest is None or longest.waiting_since is None:
        return None
    why, since = "reading it back never showed what was written", f"{longest.waiting_since:%F %T} UTC"
    return Refused("waited_too_long", why=why, since=since)


def _leave_out_unread(run: Run, owner: str) -> None:
    """The time in which something could not be read does not count, and what was waited before it does: else
    one bad look in each ten minutes would keep a run open for ever."""
    if run.unread_since is None:
        return
    with outcomes.fenced(run, owner):
        waits = run.steps.filter(state=Step.State.WRITTEN).exclude(waiting_since=None)
        waits.update(waiting_since=F("waiting_since") + (now() - run.unread_since))


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
