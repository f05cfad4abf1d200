"""The guard pack: filled in by a reviewer of the customer, handed out, and how such guards stand in Azure."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access import watching
from access.azure import guard_pack, hand_outs
from access.azure.guard_form import GuardForm
from access.models import GuardAnswers
from access.views.azure import ASKERS, WHO, as_file, to_azures_form
from onboarding import tasks
from onboarding.delegations.guards import PARTS
from onboarding.models import Inquiry
from onboarding.wizard import inquiries
from tenants.guards import Request, door, may
from tenants.models import Tenant
from tenants.people import Role

CHOICES = (
    ("policy", "The list of tenants", "Refuses new and changed delegations to others."),
    ("audit", "The report", "Lists what is delegated, and stops nothing."),
    ("alert", "The alert", "An e-mail when a delegation is made or removed."),
)


@door(*WHO)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    kept = GuardAnswers.objects.filter(tenant=tenant).first()
    return watching.show(
        request,
        "access/guards.html",
        watch(tenant),
        lambda: about(request, tenant, form(tenant, initial(tenant, kept))),
    )


@door(Role.REVIEWER)
@require_POST
def save(request: Request, tenant: Tenant) -> HttpResponse:
    typed = form(tenant, {}, request.POST)
    if not typed.is_valid():
        return render(request, "access/guards.html", about(request, tenant, typed), status=400)
    guard_pack.keep(tenant, typed.cleaned_data, request.visitor.person)
    return redirect("guards", tenant.slug)


@door(*WHO)
@require_safe
def file(request: Request, tenant: Tenant, pack: str) -> HttpResponse:
    """Known by its content: answers that were changed have another address."""
    found = guard_pack.of(tenant)
    if found is None or found.address != pack:
        raise Http404
    return as_file(found.template, found.file)


@require_safe
def template(request: Request, pack: str, sealed: str) -> HttpResponse:
    """Without signing in: Azure's form fetches it in the browser of whoever deploys."""
    found = guard_pack.opened(pack, sealed)
    if found is None:
        raise Http404
    return to_azures_form(found.template)


@door(*ASKERS)
@require_POST
def look(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the worker what the customer's policies say of delegations. It only reads there."""
    if guard_pack.is_delegated(tenant):
        asked = inquiries.ask(tenant, Inquiry.What.GUARDS, {}, request.visitor.person.actor)
        tasks.ring_for(asked)
    return redirect("guards", tenant.slug)


def watch(tenant: Tenant) -> watching.Watch:
    """Of the look at the policies; what is being filled in is not touched."""
    asked = inquiries.latest(tenant, Inquiry.What.GUARDS)
    return watching.of(reverse("guards", args=[tenant.slug]), asked)


def about(request: Request, tenant: Tenant, filled: GuardForm) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "watch": watch(tenant),
        "form": filled,
        "choices": CHOICES,
        "may_fill": may(request.visitor, tenant, Role.REVIEWER),
        "provider": guard_pack.managing(tenant),
        "pack": guard_pack.of(tenant),
        "days": hand_outs.GOOD_FOR.days,
    }


def form(tenant: Tenant, known: dict[str, Any], typed: Any = None) -> GuardForm:
    return GuardForm(str(tenant.tenant_id), guard_pack.managing(tenant), typed, initial=known)


def initial(tenant: Tenant, kept: GuardAnswers | None) -> dict[str, Any]:
    """As it was filled in; before that all three, where the onboarding delegates something."""
    if kept is None:
        return {"parts": list(PARTS), "subscriptions": "\n".join(guard_pack.subscriptions(tenant))}
    lists = {name: "\n".join(getattr(kept, name)) for name in ("tenants", "subscriptions")}
    return {"parts": kept.parts, "email": kept.email, "group": kept.group, **lists}
