"""A tenant read and compared with what was agreed; one that has ended, with the end of all that was ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from onboarding import app_stands, plans
from onboarding.ending import pausing
from onboarding.engine import plan as engine
from onboarding.engine.plan import Action, Change, State
from onboarding.grants import strays
from onboarding.kinds.base import holds_ours
from onboarding.models import Onboarding, Plan, Reading, Run, Step
from onboarding.running import checking, reading
from tenants.microsoft.errors import Refused
from tenants.models import Tenant


def verify(draft: Onboarding) -> engine.Plan:
    """What would have to change. Reads only. Refused where nothing was carried out that could be verified,
    unless something is delegated to the provider there all the same."""
    if not (draft.tenant.runs.exists() or draft.tenant.owned.exists()):
        return _before_all(draft.tenant)
    if not has_ended(draft.tenant):
        return held_to(draft)
    with strays.meanwhile(draft.tenant) as besides:
        return _with_strays(draft.tenant, _come_back(draft.tenant), besides())


def _before_all(tenant: Tenant) -> engine.Plan:
    found = in_azure(tenant)
    if found.in_order:
        raise Refused("nothing_carried_out", tenant=tenant.domain)
    return found


def in_azure(tenant: Tenant) -> engine.Plan:
    """What is delegated there besides what is ours, and nothing else."""
    with strays.meanwhile(tenant) as besides:
        return _with_strays(tenant, engine.Plan(), besides())


def held_to(draft: Onboarding, within: float | None = None) -> engine.Plan:
    """What was agreed; while it is paused, that it stays closed with nobody in."""
    with strays.meanwhile(draft.tenant) as besides:
        if pausing.is_paused(draft.tenant):
            found = pausing.held(pausing.look(draft, within=within))
        else:
            found = plans.look(plans.as_agreed(draft), within=within).plan
        return _with_strays(draft.tenant, found, besides())


def _with_strays(tenant: Tenant, found: engine.Plan, seen: strays.Strays) -> engine.Plan:
    """And what is delegated to the provider besides. Unread, that is news only where Azure was in a plan."""
    ours = {str(spec["scope"]).lower() for spec in _delegations(tenant)}
    strange, unknown = dict(found.strange), dict(found.unknown)
    for scope, words in strays.told(seen):
        if scope.lower() not in ours:  # there its own read-back tells it
            strange[strays.WHERE + scope] = (*strange.get(strays.WHERE + scope, ()), words)
    if strays.is_held_to(tenant):
        unknown |= {strays.WHERE + scope: why for scope, why in seen.unread.items()}
    return replace(found, strange=strange, unknown=unknown)


def _delegations(tenant: Tenant) -> Iterable[Mapping[str, Any]]:
    return tenant.owned.filter(kind="delegation").values_list("spec", flat=True)


def keep(tenant: Tenant, began: datetime, in_order: bool, found: Mapping[str, Any]) -> Reading | None:
    """As of when the look began. None where a run was open meanwhile: part of it may be from before that."""
    if tenant.runs.filter(Q(closed_at=None) | Q(closed_at__gte=began)).exists():
        return None
    return Reading.objects.create(tenant=tenant, at=began, in_order=in_order, found=found)


def has_ended(tenant: Tenant) -> bool:
    """The last run was an ending, read back, and nothing is ours any more."""
    return ending(tenant) is not None


def ending(tenant: Tenant) -> Run | None:
    """The run by which it has ended."""
    last = tenant.runs.exclude(plan__purpose=Plan.Purpose.ACCESS).select_related("plan").order_by("pk").last()
    if last is None or last.plan.purpose != Plan.Purpose.OFFBOARD or last.ended != "verified":
        return None
    return None if tenant.owned.exists() else last


def apps_left(tenant: Tenant) -> list[str]:
    """Which of our apps nobody has seen gone since it has ended; [] where it has not."""
    last = ending(tenant)
    return app_stands.left(tenant, last.closed_at) if last and last.closed_at else []


def is_shut(tenant: Tenant) -> bool:
    """Whether it has ended and our reader is gone, too: then nothing there can be read any more."""
    if not has_ended(tenant):
        return False
    began = now()
    app_stands.glance(tenant, app_stands.READER)
    return app_stands.is_gone(tenant, app_stands.READER, began)


def _come_back(tenant: Tenant) -> engine.Plan:
    """What we deleted and is there again, as a group from the recycle bin is. What we gave back is theirs."""
    changes, unknown = list[Change](), dict[str, str]()
    for run in tenant.runs.filter(plan__purpose=Plan.Purpose.OFFBOARD):
        for step, look in _deleted(run):
            if look.state is State.UNKNOWN:
                unknown[step.address] = look.why
            elif any(c.remote_id == step.planned_id and holds_ours(c.about) for c in look.candidates):
                changes.append(Change(Action.DELETE, reading.resource(step), step.planned_id))
    return engine.Plan(changes=tuple(changes), unknown=unknown)


def _deleted(run: Run) -> Iterator[tuple[Step, engine.Seen]]:
    """Each object the run deleted, as it is seen now; a relation went along with what held it."""
    steps = list(run.steps.filter(action=Action.DELETE, state=Step.State.VERIFIED))
    marked = [step for step in steps if checking.stands_alone(step)]
    seen = reading.answer(reading.of_ended(run, checking.endings_of(run, marked)))
    return ((step, seen[step.address]) for step in marked)
