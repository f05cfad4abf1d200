"""Step 7: the customer's reviewer agrees to the plan's number; on paper only where the setting allows it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from onboarding import papers
from onboarding.forms import PaperForm
from onboarding.models import Plan
from onboarding.steps import Way
from onboarding.views.page import show, url, way_of
from tenants.guards import Request, door
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    return show(request, way, "agreement", **about(way))


@door(Role.ADMIN, fresh=True)
@require_POST
def paper(request: Request, tenant: Tenant) -> HttpResponse:
    """Say that there is a paper; another administrator has to look at it."""
    way, form = way_of(tenant), PaperForm(request.POST)
    if way.plan is None or not form.is_valid():
        return show(request, way, "agreement", **about(way) | {"paper_form": form}, mistakes=form.errors)
    try:
        papers.ask(way.plan, **form.cleaned_data, asked_by=request.visitor.person.actor)
    except Refused as refused:
        return show(request, way, "agreement", **about(way) | {"paper_form": form}, refused=refused)
    return redirect(url(way.draft, "agreement"))


@door(Role.ADMIN, fresh=True)
@require_POST
def confirm(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    try:
        papers.confirm(waiting(way), request.visitor.person.actor, request.POST.get("seen", ""))
    except Refused as refused:
        return show(request, way, "agreement", **about(way), refused=refused)
    return redirect(url(way.draft, "agreement"))


def waiting(way: Way) -> Any:
    if way.plan is None or not hasattr(way.plan, "paper"):
        raise Refused("not_yet", why="nobody has entered a paper for this plan")
    return way.plan.paper


def about(way: Way) -> dict[str, Any]:
    plan = way.plan
    agreed, paper = getattr(plan, "agreement", None), getattr(plan, "paper", None)
    return {
        "plan": plan,
        "agreed": agreed,
        "in_order": way.is_in_order(),
        "link": link(plan) if plan else "",
        "reviewers": papers.reviewers(plan) if plan else [],
        "paper": paper,
        "paper_seen": papers.stamp(paper) if paper else "",
        "paper_form": PaperForm(),
        "paper_allowed": settings.ALLOW_RECORDED_AGREEMENT,
        "watching": plan is not None and agreed is None,
    }


def link(plan: Plan) -> str:
    """What a reviewer opens. It holds no secret: only reviewers see the page."""
    return settings.PORTAL_URL + reverse("agreement", args=[plan.tenant.slug, plan.digest])
