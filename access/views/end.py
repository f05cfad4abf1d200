"""End and clean up: look what would go, then begin exactly that.

An administrator of the provider withdraws what is ours; a reviewer decides for the customer, and alone.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access import watching
from access.azure import delegated
from onboarding import runs, tasks
from onboarding.ending import ending, late
from onboarding.models import Inquiry
from onboarding.reason_parts import OUR_APPS
from onboarding.wizard import consent_returns, inquiries
from onboarding.words import descriptions, reasons
from tenants.guards import Request, door, may
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant
from tenants.people import Role

WHO = (Role.ADMIN, Role.REVIEWER)


@door(*WHO)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    return watching.show(request, "access/end.html", watch(tenant), lambda: about(request, tenant))


@door(*WHO)
@require_POST
def look(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the worker what would go. Nothing is changed there; what was deployed late is ours from then on."""
    question = {"tenant": str(tenant.tenant_id)}
    if tenant.owned.exists() or late.awaited(tenant) or delegated.besides(tenant).found:
        asked = inquiries.ask(tenant, Inquiry.What.END, question, request.visitor.person.actor)
        tasks.ring_for(asked)
    return redirect("end", tenant.slug)


@door(*WHO)
@require_POST
def let_in(request: Request, tenant: Tenant) -> HttpResponse:
    """A link for the customer: the app that writes was removed after the set-up."""
    consent_returns.ask(tenant, missing(ending.last_look(tenant)), request.visitor.person.actor)
    return redirect("end", tenant.slug)


@door(*WHO, fresh=True)
@require_POST
def start(request: Request, tenant: Tenant) -> HttpResponse:
    number, typed = request.POST.get("number", ""), request.POST.get("domain", "")
    by = request.visitor.person.actor
    try:
        run = ending.start(tenant, number, typed, by, reviewer(request, tenant))
    except Refused as refused:
        return not_done(request, tenant, refused)
    tasks.ring(run.pk)
    return redirect("run", tenant.slug, run.pk)


@door(Role.REVIEWER)
@require_POST
def stop(request: Request, tenant: Tenant) -> HttpResponse:
    """A set-up under way need not keep the customer waiting; their own end they may stop as well."""
    run = runs.open_run(tenant)
    try:
        if run is not None:
            ending.stop(run, request.visitor.person.actor, reviewer=True)
            tasks.ring(run.pk)
    except Refused as refused:
        return not_done(request, tenant, refused)
    return redirect("end", tenant.slug)


def reviewer(request: Request, tenant: Tenant) -> Person | None:
    """Whoever may decide for the customer: never one of the provider's people."""
    named = may(request.visitor, tenant, Role.REVIEWER)
    return request.visitor.person if named and not request.visitor.capabilities else None


def not_done(request: Request, tenant: Tenant, refused: Refused) -> HttpResponse:
    why = reasons.words(refused.reason, refused.facts)
    return render(request, "access/end.html", about(request, tenant) | {"why": why}, status=400)


def about(request: Request, tenant: Tenant) -> dict[str, Any]:
    look = ending.last_look(tenant)
    plan = ending.planned(tenant, look)
    live, decides = consent_returns.live(tenant, missing(look)), reviewer(request, tenant) is not None
    run = runs.open_run(tenant)
    return {
        "tenant": tenant,
        "decides": decides,
        "owned": tenant.owned.count(),
        "late": late.awaited(tenant),
        "besides": delegated.besides(tenant),
        "open_run": run,
        "may_stop": decides and run is not None and ending.may_stop(run, reviewer=True) is None,
        "look": look,
        "told": descriptions.told(look.answer if look else None, tenant),
        "watch": watch(tenant, look),
        "plan": plan,
        "counts": ending.counts(plan) if plan else {},
        "agreed": getattr(plan, "agreement", None),
        "ask": settings.PORTAL_URL + reverse("agreement", args=[tenant.slug, plan.digest]) if plan else "",
        "let_in": consent_returns.link(live) if live else "",
        "missing": OUR_APPS[missing(look)].removeprefix("our "),
        "at_home": at_home(look),
    }


def watch(tenant: Tenant, look: Inquiry | None = None) -> watching.Watch:
    """Of the look, and of a run that is being stopped."""
    run = runs.open_run(tenant)
    stopped = run.pk if run and run.cancelled_at else 0
    return watching.of(reverse("end", args=[tenant.slug]), look or ending.last_look(tenant), stopped)


def missing(look: Inquiry | None) -> str:
    """The customer's app that this look missed."""
    return "setup" if at_home(look) else _missing(look) or "setup"


def at_home(look: Inquiry | None) -> bool:
    """What is missing then is ours to let in, into our own tenant."""
    return _missing(look) == "home"


def _missing(look: Inquiry | None) -> str:
    return str(look.answer.get("missing", "")) if look else ""
