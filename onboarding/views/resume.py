"""Where an onboarding is taken up again, by whoever comes: at the step that is next; done, to change it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onboarding import plans, verifying
from onboarding.models import Draft, Inquiry, Onboarding, Plan
from onboarding.views import change
from onboarding.views.page import ask, show, url, way_of
from onboarding.wizard import drafts
from onboarding.wizard.steps import next_step
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role

LOOKS = (Inquiry.What.READER, Inquiry.What.READINESS, Inquiry.What.PEOPLE)


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    draft = Draft.objects.select_related("tenant", "offer").filter(tenant=tenant).first()
    if draft is None:
        return render(request, "onboarding/begin.html", {"tenant": tenant, **from_a_file(tenant)})
    following = next_step(draft)
    return redirect(url(draft, "change" if following == "hand-over" else following))


@door(Role.ADMIN)
@require_POST
def begin(request: Request, tenant: Tenant) -> HttpResponseBase:
    """Of one that was set up from a file the worker looks at once how the answers stand there today."""
    draft = drafts.of(tenant, request.visitor.person.actor)
    if not from_a_file(tenant):
        return redirect(url(draft, next_step(draft)))
    for what in LOOKS:
        ask(draft, what, request.visitor.person)
    return redirect(url(draft, "change"))


def from_a_file(tenant: Tenant) -> dict[str, Any]:
    """What holds there, where something was set up without these pages."""
    kept = Onboarding.objects.select_related("offer", "tenant").filter(tenant=tenant).first()
    if kept is None or not tenant.runs.filter(plan__purpose=Plan.Purpose.ONBOARD).exists():
        return {}
    return {
        "end": verifying.ending(tenant),
        "holds": change.holds(plans.as_agreed(kept)),
        "named": change.named(tenant),
    }


@door(Role.ADMIN)
@require_safe
def tenant_step(request: Request, tenant: Tenant) -> HttpResponse:
    return show(request, way_of(tenant), "tenant")
