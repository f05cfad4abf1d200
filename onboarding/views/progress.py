"""Step 9: the run, as its rows say: what is done, what waits for whom, and when it is tried again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.views.decorators.http import require_POST, require_safe

from onboarding import behind, runs, tasks, verifying
from onboarding.ending import ending
from onboarding.models import Run, Step
from onboarding.running import unread
from onboarding.running.colours import COLOURS
from onboarding.views.page import show, url, way_of
from onboarding.wizard.steps import BY_SLUG, Way
from onboarding.words import descriptions, sentences
from tenants import freezes, stopping
from tenants.guards import Request, door
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    return show(request, way, "progress", **about(way))


@door(Role.ADMIN, fresh=True)
@require_POST
def start(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    try:
        run = begin(way, request.visitor.person.actor)
    except Refused as refused:
        return show(request, way, "progress", **about(way), refused=refused)
    tasks.ring(run.pk)
    return redirect(url(way.draft, "progress"))


def begin(way: Way, by: str) -> Run:
    """Only what was agreed to, and only when every step before it still stands."""
    if way.plan is None or way.next != "progress":
        raise Refused("not_yet", why=f"the next step is “{BY_SLUG[way.next].title}”")
    return runs.start(way.plan, by)


@door(Role.ADMIN)
@require_POST
def cancel(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    if way.run is not None:
        try:
            ending.stop(way.run, request.visitor.person.actor, reviewer=False)
        except Refused as refused:
            return show(request, way, "progress", **about(way), refused=refused)
        tasks.ring(way.run.pk)
    return redirect(url(way.draft, "progress"))


@door(Role.ADMIN, fresh=True)
@require_POST
def resume(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    if way.run is not None and way.run.closed_at is None:
        runs.resume(way.run, request.visitor.person.actor)
        tasks.ring(way.run.pk)
    return redirect(url(way.draft, "progress"))


def about(way: Way) -> dict[str, Any]:
    run = shown(way)
    steps = list(run.steps.annotate(tries=Count("attempts"))) if run else []
    names = descriptions.names(way.draft.tenant, ((step.address, step.spec) for step in steps))
    lines = [line(step, names) for step in steps]
    stopped = stopping.standing() if run and run.closed_at is None else None
    verified = sum(step.state == Step.State.VERIFIED for step in steps)
    return {
        "run": run,
        "is_older": run is not None and way.plan is not None and run.plan_id != way.plan.pk,
        "lines": lines,
        "lags": behind.of(way.draft.tenant, steps),
        "unseen": behind.UNSEEN,
        "total": len(steps),
        "verified": verified,
        "said": f"{verified} of {len(steps)} changes verified.",
        "watching": run is not None and run.closed_at is None,
        "stopped": stopped,
        "unread": unread.words(run) if run else None,
        "delegates": any(step.kind == "delegation" for step in steps),
        "run_stamp": hashlib.sha256(repr((lines, run and run.unread, stopped is None)).encode()).hexdigest()[
            :16
        ],
        "reloads": True,
        "not_before": way.draft.tenant.not_before,
        "frozen_until": freezes.until(way.draft.tenant) if run is None or runs.held_until(run) else None,
    }


def shown(way: Way) -> Run | None:
    """Not one that has ended, where access was ended since: of what it carried out nothing stands."""
    if way.run is None or way.run.closed_at is None:
        return way.run
    return None if verifying.ending(way.draft.tenant) is not None else way.run


def line(step: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "pk": step.pk,
        "what": sentences.of_step(step, names),
        "words": sentences.why(step, names),
        "colour": COLOURS.get(step.state, "secondary"),
        "said": capfirst(step.get_state_display()),
        "tries": step.tries,
        "next": step.not_before if step.state in runs.OPEN_STATES else None,
        "since": step.waiting_since,
        "has_no_turn_yet": step.state == Step.State.WAITING and not step.reason,
    }
