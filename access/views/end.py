"""End and clean up: look what would go, then begin exactly that."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from onboarding import consent_returns, ending, inquiries, reasons, runs, tasks
from onboarding.models import Inquiry
from tenants.guards import Request, door
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    return render(request, "access/end.html", about(tenant))


@door(Role.ADMIN)
@require_POST
def look(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the worker what would go. It only reads."""
    question = {"tenant": str(tenant.tenant_id)}
    if tenant.owned.exists():
        asked = inquiries.ask(tenant, Inquiry.What.END, question, request.visitor.person.actor)
        tasks.ring_for(asked)
    return redirect("end", tenant.slug)


@door(Role.ADMIN)
@require_POST
def let_in(request: Request, tenant: Tenant) -> HttpResponse:
    """A link for the customer: the app that writes was removed after the set-up."""
    consent_returns.ask(tenant, "setup", request.visitor.person.actor)
    return redirect("end", tenant.slug)


@door(Role.ADMIN, fresh=True)
@require_POST
def start(request: Request, tenant: Tenant) -> HttpResponse:
    number, typed = request.POST.get("number", ""), request.POST.get("domain", "")
    try:
        run = ending.start(tenant, number, typed, request.visitor.person.actor)
    except Refused as refused:
        why = reasons.words(refused.reason, refused.facts)
        return render(request, "access/end.html", about(tenant) | {"why": why}, status=400)
    tasks.ring(run.pk)
    return redirect("run", tenant.slug, run.pk)


def about(tenant: Tenant) -> dict[str, Any]:
    look = ending.last_look(tenant)
    plan = ending.planned(tenant, look)
    live = consent_returns.live(tenant, "setup")
    return {
        "tenant": tenant,
        "owned": tenant.owned.count(),
        "open_run": runs.open_run(tenant),
        "look": look,
        "plan": plan,
        "counts": ending.counts(plan) if plan else {},
        "agreed": getattr(plan, "agreement", None),
        "ask": settings.PORTAL_URL + reverse("agreement", args=[tenant.slug, plan.digest]) if plan else "",
        "let_in": consent_returns.link(live) if live else "",
    }
