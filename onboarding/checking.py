"""Reading before and after: a run carries out no more than was agreed, and is green only when read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.utils.timezone import now

from onboarding import outcomes, plans
from onboarding.engine import plan as engine
from onboarding.engine.plan import Action, Seen, State
from onboarding.engine.resource import Resource, is_ref, resolve
from onboarding.kinds import KINDS
from onboarding.models import Run, Step
from onboarding.observe import observe
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.errors import Later, Refused
from tenants.microsoft.graph import graph

READ_BACK_HAS = timedelta(minutes=10)
READ_SECONDS = 40.0
ENDINGS = (Action.DELETE, Action.RELEASE)


def only_what_was_agreed(run: Run) -> None:
    """Whatever has not been begun still looks as it did when the plan was made, weeks ago perhaps.

    A step that was interrupted is left out: it looks for its own marker.
    """
    untouched = run.steps.filter(state__in=(Step.State.WAITING, Step.State.CUSTOMER), unclear=False)
    _still_ours(run, list(untouched.filter(action__in=ENDINGS)))
    steps = list(untouched.exclude(action__in=ENDINGS))
    now_planned = _look(run, steps)
    if unreadable := now_planned.unknown:
        address, why = next(iter(unreadable.items()))
        raise Later(settings.RUN_RETRY_SECONDS, f"{address} could not be read: {why}")
    agreed = {step.address: (step.action, tuple(step.fields), step.planned_id, step.before) for step in steps}
    for question in now_planned.questions:
        raise Refused("lookalike", name=question.address, id=question.about)
    for change in now_planned.changes:
        wanted = (str(change.action), change.fields, change.remote_id, change.before)
        if agreed.get(change.resource.address) != wanted:
            raise Refused("plan_changed", id=run.plan.digest[:12], why=change.resource.address)
    planned = {change.resource.address for change in now_planned.changes}
    for step in steps:
        # Another run was faster: to make it now would make a second one.
        if step.action in (Action.CREATE, Action.ADOPT) and step.address not in planned:
            raise Refused("plan_changed", id=run.plan.digest[:12], why=step.address)


def _still_ours(run: Run, endings: list[Step]) -> None:
    """What another run ended, gave back or made again since the look is not this plan's to end."""
    owned = plans.owned_by(run.tenant, with_assignments=True)
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
    for step in _agreeing(run, written) if written else []:
        outcomes.verified(run, owner, step)
    left = run.steps.filter(state=Step.State.WRITTEN)
    if left.exists() and not _too_late(run):
        return float(settings.RUN_RETRY_SECONDS)
    with outcomes.fenced(run, owner):
        for step in left:
            step.state, step.reason = Step.State.FAILED, "waited_too_long"
            step.facts = {"step": step.address, "why": "reading it back never showed what was written"}
            step.save()
        outcomes.close(run, owner)
    return None


def _agreeing(run: Run, written: list[Step]) -> list[Step]:
    """Steps whose object was read and is as it should be; none of them while reading is too slow."""
    try:
        return _read_and_compare(run, written)
    except Later:
        return []


def _read_and_compare(run: Run, written: list[Step]) -> list[Step]:
    there = [step for step in written if step.action not in ENDINGS]
    found = _look(run, there)
    off = {c.resource.address for c in found.changes} | {q.address for q in found.questions}
    off |= set(found.unknown)
    gone = _endings_agree(run, [step for step in written if step.action in ENDINGS])
    return [step for step in there if step.address not in off] + gone


def _look(run: Run, steps: list[Step]) -> engine.Plan:
    """Observe these steps' addresses only, with the reader app, and plan for them."""
    owned = plans.owned_by(run.tenant)
    resources = [_resource(step) for step in steps]
    ticked = {step.address: step.planned_id for step in steps if step.action == Action.ADOPT}
    seen = _observe(run, resources, owned, ticked) if resources else {}
    ours = {r.address: owned[r.address] for r in resources if r.address in owned}
    return engine.plan(resources, seen, ours, ticked)


def _observe(
    run: Run, wanted: Sequence[Resource], owned: Mapping[str, engine.Owned], ticked: Mapping[str, str]
) -> dict[str, Seen]:
    """Read with the reader app; too slow an answer is no answer."""
    reader = graph(clouds.current(), apps.reader(), str(run.tenant.tenant_id))
    try:
        return bridge.run(observe(reader, wanted, owned, ticked), READ_SECONDS)
    except TimeoutError:
        raise Later(settings.RUN_RETRY_SECONDS, "reading the tenant took too long") from None


def _endings_agree(run: Run, endings: list[Step]) -> list[Step]:
    """Deleted is what a read no longer finds; released is what has its old values again."""
    if not endings:
        return []
    ids = outcomes.known_ids(run)
    mine = {step.address: _ending(step, ids) for step in endings}
    seen = _observe(run, [], mine, {})
    gone = set(
        run.steps.filter(state=Step.State.VERIFIED, action=Action.DELETE).values_list("address", flat=True)
    )
    return [step for step in endings if _ended(step, seen[step.address]) or _went_along(step, gone)]


def _went_along(step: Step, gone: set[str]) -> bool:
    """What holds it was itself read back as gone: there is no list left to read it from."""
    holders = (step.spec.get(key) for key in ("accessPackage", "catalog", "group"))
    return not KINDS[step.kind].marked and any(is_ref(h) and h["ref"] in gone for h in holders)


def _ending(step: Step, ids: Mapping[str, str]) -> engine.Owned:
    """With every id filled in: a reference left open would pass for an object that is gone."""
    closed = replace(_resource(step), spec=resolve(step.spec, ids))
    return engine.Owned(closed, step.planned_id, step.action == Action.RELEASE)


def _ended(step: Step, look: Seen) -> bool:
    """By the id: another object of the same name may be somebody else's."""
    if look.state is State.UNKNOWN:
        return False
    found = next((c for c in look.candidates if c.remote_id == step.planned_id), None)
    if found is None or step.action == Action.DELETE:
        return found is None
    return not engine.differing({name: step.before.get(name) for name in step.fields}, found.values)


def _resource(step: Step) -> Resource:
    return Resource(step.address, step.kind, str(step.target), step.spec, tuple(step.needs))


def _too_late(run: Run) -> bool:
    last = run.steps.filter(attempts__ended_at__isnull=False).latest("attempts__ended_at")
    ended = last.attempts.exclude(ended_at=None).latest("ended_at").ended_at
    return ended is not None and now() - ended > READ_BACK_HAS
