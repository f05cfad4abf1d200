"""Before a run ends: what a lost answer may have done is looked for.

What is found is ours and is read back like all else. What is not found time after time was never made. What
cannot be read keeps the run open, for an hour; then the run says so. Reads only, with the reader app.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import now

from onboarding import ownership, pens
from onboarding.engine.plan import Action
from onboarding.engine.resource import resolve
from onboarding.models import Run, Step
from onboarding.running import hours, outcomes, reading
from onboarding.running.carry import LOOKS, trace
from onboarding.running.reading import LONGEST_PAUSE, resource
from onboarding.words.reasons import words
from tenants import ledger
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected

READ_AGAIN = timedelta(seconds=30)
LEFT = "left_unclear"
GONE = "gone"
UNREADABLE = "unreadable"

Trace = str | BaseException | None
"""An id: it was done. None: nothing of it is seen. An error: it could not be read."""


def settle(run: Run, owner: str) -> float | None:
    """Seconds to the next look, or None: no step is unclear any more, or nobody will ever tell."""
    due = [step for step in _unclear(run) if step.is_due(now())]
    for step, found in zip(due, _traces(run, due), strict=True):
        _judge(run, owner, step, found)
    left = list(_unclear(run))
    return outcomes.seconds_until_due(left) if left else None


def close_unsettled(run: Run, owner: str, refused: Refused) -> None:
    """Close a run whose rows are not to be believed: they may not say what becomes ours."""
    with outcomes.fenced(run, owner):
        for step in _unclear(run):
            _leave(run, step, words(refused.reason, refused.facts).what)
        if not run.steps.exclude(state=Step.State.VERIFIED).exists():  # the others were taken away
            run.steps.update(state=Step.State.FAILED, reason=refused.reason, facts=refused.facts)
        outcomes.close(run, owner)


def _unclear(run: Run) -> QuerySet[Step]:
    return run.steps.filter(unclear=True).exclude(reason=LEFT)


def _traces(run: Run, steps: Sequence[Step]) -> Sequence[Trace]:
    """What is seen of each; too slow an answer is no answer."""
    if not steps:
        return []
    ids = outcomes.known_ids(run)
    intents = [outcomes.intent(step, resolve(step.spec, ids)) for step in steps]
    reader = pens.to_read(run.tenant)
    looking = [trace(reader(resource(step)), one) for step, one in zip(steps, intents, strict=True)]
    try:
        return reading.every(looking)
    except TimeoutError:
        return [Later(READ_AGAIN.seconds, "reading the tenant took too long")] * len(steps)


def _judge(run: Run, owner: str, step: Step, found: Trace) -> None:
    if isinstance(found, str) and step.action == Action.DELETE:
        _missed(run, owner, step, GONE)
    elif isinstance(found, str):
        _found(run, owner, step, found)
    elif found is None:
        _missed(run, owner, step, "still there" if step.action == Action.DELETE else "not there")
    elif isinstance(found, Later | Refused | Rejected | NotFound):
        _unreadable(run, owner, step, found)
    else:
        raise found


def _found(run: Run, owner: str, step: Step, remote_id: str) -> None:
    with outcomes.fenced(run, owner):
        step.state, step.remote_id, step.unclear = Step.State.WRITTEN, remote_id, False
        step.reason, step.facts, step.looks, step.waiting_since = "", {}, 0, None
        step.save()
        ownership.own(run, step)
        outcomes.note(step, "found", "a lost answer had done it")
        facts = {"action": step.action, "id": remote_id, "run": run.pk}
        verb = "found what a lost answer had done"
        ledger.record("worker", verb, step.address, run.tenant.customer, **facts)


def _missed(run: Run, owner: str, step: Step, what: str) -> None:
    """One miss proves nothing, replicas lag: the same must be seen time after time."""
    last = step.attempts.order_by("number").last()
    with outcomes.fenced(run, owner):
        step.looks = step.looks + 1 if last and last.outcome == what else 1
        step.not_before = now() + timedelta(seconds=settings.RUN_RETRY_SECONDS * 2 ** (step.looks - 1))
        step.unclear = step.looks < LOOKS
        step.save()
        outcomes.note(step, what, "looking for what a lost answer may have done")
    if what == GONE and not step.unclear:
        _found(run, owner, step, step.planned_id)


def _unreadable(run: Run, owner: str, step: Step, error: Exception) -> None:
    last = step.attempts.order_by("number").last()
    with outcomes.fenced(run, owner):
        if last is None or last.outcome != UNREADABLE or hours.was_off(step.not_before):
            step.waiting_since = now()
        step.not_before = now() + _pause(error)
        step.save()
        outcomes.note(step, UNREADABLE, str(error))
        if step.waiting_since and now() - step.waiting_since > hours.READING_HAS:
            _leave(run, step, str(error))


def _pause(error: Exception) -> timedelta:
    asked = error.seconds if isinstance(error, Later) else 0.0
    return max(READ_AGAIN, timedelta(seconds=min(asked, LONGEST_PAUSE)))


def _leave(run: Run, step: Step, why: str) -> None:
    """Nobody can tell: it is said on the step and in the ledger, with the mark to look for."""
    step.state, step.reason = Step.State.FAILED, LEFT
    step.facts = {"step": step.address, "id": step.marker, "why": why[:200]}
    step.save()
    verb = "could not tell what a lost answer had done"
    ledger.record("worker", verb, step.address, run.tenant.customer, mark=step.marker, run=run.pk)
