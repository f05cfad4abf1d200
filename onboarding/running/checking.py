"""Reading before and after: a run carries out no more than was agreed, and is green only when read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.conf import settings

from onboarding import assignments, plans
from onboarding.engine import plan as engine
from onboarding.engine.plan import ENDINGS, Action, Change, Seen, State
from onboarding.engine.putting_back import was_put_back
from onboarding.engine.resource import is_ref, resolve
from onboarding.kinds import ENDS_WITH_US, KINDS
from onboarding.kinds.base import AS_AGREED, Link, holds_ours
from onboarding.models import Run, Step
from onboarding.running import outcomes, patience, reading, strangers
from tenants.microsoft.errors import Later, Refused


def only_what_was_agreed(run: Run) -> bool:
    """Whatever has not been begun still looks as it did when the plan was made, weeks ago perhaps.

    False where nothing had to be read for that.

    A step that was interrupted is left out: it looks for its own marker. So is what was asked for and comes
    when Microsoft is ready, which is unclear until it is there. What the customer makes may be there before
    we ask for it, and is taken only where it is exactly what was agreed to.
    """
    untouched = run.steps.filter(state__in=(Step.State.WAITING, Step.State.CUSTOMER), unclear=False)
    untouched = untouched.exclude(reason__in=outcomes.AWAITED)
    untouched = untouched.exclude(kind__in=ENDS_WITH_US, action=Action.CREATE)
    _still_ours(run, list(untouched.filter(action__in=ENDINGS)))
    steps = list(untouched.exclude(action__in=ENDINGS))
    there = reading.of_steps(run, steps)
    if unread := there.unread():
        raise unread
    now_planned = there.planned()
    for question in now_planned.questions:
        ids = ", ".join(candidate.remote_id for candidate in question.candidates)
        raise Refused("lookalike", name=question.address, id=ids)
    _still_as_agreed(run, steps, now_planned.changes)
    return bool(steps)


def _still_as_agreed(run: Run, steps: list[Step], changes: Sequence[Change]) -> None:
    agreed = {step.address: (step.action, tuple(step.fields), step.planned_id, step.before) for step in steps}
    for change in changes:
        wanted = (str(change.action), change.fields, change.remote_id, change.before)
        if agreed.get(change.resource.address) != wanted:
            raise Refused("plan_changed", id=run.plan.digest[:12], why=change.resource.address)
    planned = {change.resource.address for change in changes}
    for step in steps:
        # Another run was faster: to make it now would make a second one.
        if step.action in (Action.CREATE, Action.ADOPT) and step.address not in planned:
            raise Refused("plan_changed", id=run.plan.digest[:12], why=step.address)


def _still_ours(run: Run, endings: list[Step]) -> None:
    """What another run ended, gave back or made again since the look is not this plan's to end."""
    owned = plans.owned_by(run.tenant, with_assignments=True)
    owned |= assignments.named(owned, [step.spec for step in endings])
    for step in endings:
        mine = owned.get(step.address)
        as_agreed = mine is not None and (mine.remote_id, mine.adopted, mine.before) == (
            step.planned_id,
            step.action == Action.RELEASE,
            step.before,
        )
        if not as_agreed:
            raise Refused("plan_changed", id=run.plan.digest[:12], why=step.address)


def read_back(run: Run, owner: str) -> float | None:
    """Compare all this run wrote with what is there. Seconds to the next look, or None: the run is closed."""
    written = list(run.steps.filter(state=Step.State.WRITTEN))
    ended = _ended_well(run, owner, [s for s in written if s.action in ENDINGS])
    made, strange = _made_well(run, owner, [s for s in written if s.action not in ENDINGS])
    pause = strangers.noticed(run, owner, strange)
    left = run.steps.filter(state=Step.State.WRITTEN)
    over = patience.over(run, owner, left, made or ended)
    if left.exists() and over is None:
        pauses = [pause or 0.0, *(unread.seconds for unread in (made, ended) if unread)]
        return max(*pauses, float(settings.RUN_RETRY_SECONDS))
    with outcomes.fenced(run, owner):
        if over:
            patience.give_up(left, over)
        outcomes.close(run, owner)
        strangers.told(run, strange)
    return None


def _made_well(run: Run, owner: str, made: list[Step]) -> tuple[Later | None, dict[str, list[str]]]:
    """Green is what was read and is as it should be. What could not be read, and what is there besides."""
    if not made:
        return None, {}
    there = reading.of_the_end(run, made)
    outcomes.verified(run, owner, there.agreeing())
    return there.unread(), there.strange()


def _ended_well(run: Run, owner: str, endings: list[Step]) -> Later | None:
    """Deleted is what a read no longer finds; released is what has its old values again."""
    if not endings:
        return None
    try:
        seen = reading.answer(reading.of_ended(run, endings_of(run, endings)))
    except Later as later:
        return later
    well = _endings_agree(run, endings, seen)
    outcomes.verified(run, owner, well)
    return reading.could_not_be_read(seen, [step.address for step in endings if step not in well])


def _endings_agree(run: Run, endings: list[Step], seen: Mapping[str, Seen]) -> list[Step]:
    deleted = run.steps.filter(state=Step.State.VERIFIED, action=Action.DELETE)
    gone = {name for names in deleted.values_list("address", "planned_id") for name in names}
    return [step for step in endings if _ended(step, seen[step.address]) or _went_along(step, gone)]


def _went_along(step: Step, gone: set[str]) -> bool:
    """What holds it, by address or id, was itself read back as gone: no list is left to read it from."""
    holders = (step.spec.get(key) for key in ("accessPackage", "catalog", "group"))
    names = {holder["ref"] if is_ref(holder) else str(holder) for holder in holders if holder}
    return not stands_alone(step) and not names.isdisjoint(gone)


def stands_alone(step: Step) -> bool:
    """An object of its own, not a relation of others."""
    return not isinstance(KINDS[step.kind], Link)


def endings_of(run: Run, endings: list[Step]) -> dict[str, engine.Owned]:
    ids = outcomes.known_ids(run)
    return {step.address: _ending(step, ids) for step in endings}


def _ending(step: Step, ids: Mapping[str, str]) -> engine.Owned:
    """With every id filled in: a reference left open would pass for an object that is gone."""
    closed = replace(reading.resource(step), spec=resolve(step.spec, ids))
    return engine.Owned(closed, step.planned_id, step.action == Action.RELEASE)


def _ended(step: Step, look: Seen) -> bool:
    """By the id: another object of the same name may be somebody else's."""
    if look.state is State.UNKNOWN:
        return False
    found = next((c for c in look.candidates if c.remote_id == step.planned_id), None)
    if found is None or step.action == Action.DELETE:
        return found is None or not holds_ours(found.about)
    inherited = {name for name in found.about.get(AS_AGREED, ()) if step.before.get(name) is None}
    shared = AS_AGREED in found.about
    ours = {n: look.resolved[n] for n in step.fields if not (shared and step.before.get(n) is None)}
    return inherited.isdisjoint(step.fields) and was_put_back(found.values, ours, step.before)
