"""Pause: look what would be closed and who would be let out, then begin exactly that. Nothing is deleted."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access import watching
from access.views.end import WHO, reviewer
from onboarding import runs, tasks
from onboarding.ending import ending, late, pausing
from onboarding.models import Inquiry, Plan
from onboarding.taking_away import how
from onboarding.wizard import inquiries
from onboarding.words import descriptions, reasons
from tenants import ledger
from tenants.guards import Request, door
from tenants.microsoft.errors import Refused
from tenants.models import Tenant

PAUSE = Plan.Purpose.PAUSE
OPEN = {
    "partner_inbound": "The trust between the two tenants: the provider's sign-ins count as before.",
    "delegation": "Azure: what was delegated by Azure Lighthouse stays delegated. End it in the Azure "
    "portal, under Service providers, or by End and clean up.",
}
"""Kind of what we own → the door that a pause leaves open."""
LATE = (
    "Azure: a run ended before what was handed out was deployed. It may have been deployed since; End and "
    "clean up looks for it."
)


@door(*WHO)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    watch = watching.of(here(tenant), ending.last_look(tenant, PAUSE))
    return watching.show(request, "access/pause.html", watch, lambda: about(request, tenant))


@door(*WHO)
@require_POST
def look(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the worker what would be closed. It only reads."""
    if tenant.owned.exists():
        asked = inquiries.ask(tenant, Inquiry.What.PAUSE, {}, request.visitor.person.actor)
        tasks.ring_for(asked)
    return redirect("pause", tenant.slug)


@door(*WHO, fresh=True)
@require_POST
def start(request: Request, tenant: Tenant) -> HttpResponse:
    number, typed = request.POST.get("number", ""), request.POST.get("domain", "")
    by = request.visitor.person.actor
    try:
        run = ending.start(tenant, number, typed, by, reviewer(request, tenant), PAUSE)
    except Refused as refused:
        why = reasons.words(refused.reason, refused.facts)
        return render(request, "access/pause.html", about(request, tenant) | {"why": why}, status=400)
    tasks.ring(run.pk)
    return redirect("run", tenant.slug, run.pk)


def about(request: Request, tenant: Tenant) -> dict[str, Any]:
    look = ending.last_look(tenant, PAUSE)
    last = tenant.runs.filter(plan__purpose=PAUSE).select_related("plan__agreement").last()
    return {
        "tenant": tenant,
        "decides": reviewer(request, tenant) is not None,
        "owned": tenant.owned.exists(),
        "open_run": runs.open_run(tenant),
        "look": look,
        "told": descriptions.told(look.answer if look else None, tenant),
        "in_the_way": in_the_way(look, tenant),
        "watch": watching.of(here(tenant), look),
        "plan": ending.planned(tenant, look, PAUSE),
        "paused": last if pausing.is_paused(tenant) else None,
        "how": how(last.plan.agreement) if last else "",
        "head": ledger.head(tenant.customer),
        "still_open": still_open(tenant),
    }


def in_the_way(look: Inquiry | None, tenant: Tenant) -> list[str]:
    found = look.answer.get("in_the_way") if look else None
    return list(map(descriptions.by_address(tenant), found)) if found else []


def here(tenant: Tenant) -> str:
    return reverse("pause", args=[tenant.slug])


def still_open(tenant: Tenant) -> list[str]:
    kinds = set(tenant.owned.values_list("kind", flat=True))
    taken_over = tenant.owned.filter(kind="assignment_policy", origin="adopted").exists()
    by_hand = "Access by a policy that was taken over: new requests are closed, but who holds it keeps it."
    found = [words for kind, words in OPEN.items() if kind in kinds]
    return [*found, *([by_hand] if taken_over else ()), *([LATE] if late.awaited(tenant) else ())]
