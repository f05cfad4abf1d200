"""Step 6: what would change, in sentences; what a person must decide; when and under which change number."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from onboarding import pools
from onboarding.models import Inquiry
from onboarding.views.page import ask, show, url, way_of, why
from onboarding.wizard import drafts, why_not
from onboarding.wizard.forms import ScheduleForm
from onboarding.wizard.steps import Way
from onboarding.words import descriptions
from tenants import freezes
from tenants.guards import Request, door
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tenants.people import Role

PLAN = Inquiry.What.PLAN


@door(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    if request.method != "POST":
        return show(request, way, "plan", **about(way))
    if way.kept is None:
        return show(request, way, "plan", **about(way), refused=Refused("not_yet", why="nobody is named"))
    if (mistaken := typed_beside(request, way)) is not None:
        return mistaken
    ask(way.draft, PLAN, request.visitor.person)
    return redirect(url(way.draft, "plan"))


@door(Role.ADMIN)
@require_POST
def tick(request: Request, tenant: Tenant) -> HttpResponse:
    """Take over existing: only what the last look proposed, and then the plan is made anew."""
    way, by = way_of(tenant), request.visitor.person
    if way.kept is None:
        return redirect(url(way.draft, way.next))
    if (mistaken := typed_beside(request, way)) is not None:
        return mistaken
    try:
        drafts.tick(way.draft, way.answered.get(PLAN), request.POST.getlist("tick"), by.actor)
    except Refused as refused:
        return show(request, way, "plan", **about(way), refused=refused)
    ask(way.draft, PLAN, by)
    return redirect(url(way.draft, "plan"))


@door(Role.ADMIN)
@require_POST
def schedule(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    mistaken = keep_schedule(request, way)
    return redirect(url(way.draft, "plan")) if mistaken is None else mistaken


def typed_beside(request: Request, way: Way) -> HttpResponse | None:
    """Every button of the page sends what was typed into the schedule, which is kept as by its own."""
    return keep_schedule(request, way) if "version" in request.POST else None


def keep_schedule(request: Request, way: Way) -> HttpResponse | None:
    """None when it is saved; else the page, which says why nothing was."""
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return show(request, way, "plan", **about(way) | {"schedule": form}, mistakes=form.errors)
    when = {name: form.cleaned_data[name] for name in drafts.OF_TENANT}
    try:
        drafts.save(way.draft, form.cleaned_data["version"], request.visitor.person.actor, **when)
    except drafts.Conflict as conflict:
        return show(request, way, "plan", **about(way) | {"schedule": form}, conflict=conflict.now)
    return None


def about(way: Way) -> dict[str, Any]:
    """The last answer stays on the page while a new one is being looked for."""
    last = way.answered.get(PLAN)
    inquiry = way.open.get(PLAN) or last
    tenant = way.draft.tenant
    times = {"change_number": tenant.change_number, "not_before": tenant.not_before}
    found = last.answer if last and last.is_good else None
    return {
        "inquiry": inquiry,
        "why": why(inquiry),
        "found": found,
        "told": descriptions.told(found, tenant),
        "found_at": last.answered_at if last else None,
        "plan": way.plan,
        "raw": json.dumps(way.plan.changes, indent=2) if way.plan else "",
        "declined": way.declined,
        "may_change": True,
        "current": way.is_planned(),
        "why_not": why_not.of_plan(way),
        "freezes": freezes.ahead(tenant),
        **pool(way),
        "schedule": ScheduleForm(initial=times | {"version": way.draft.version}),
    }


def pool(way: Way) -> dict[str, Any]:
    """Who else is opened by whoever opens this customer, for us alone to read."""
    name = way.kept.azure.get("pool", "") if way.kept else ""
    return {"pool": name, "others": pools.known(way.draft.tenant.customer).get(name, []) if name else []}
