"""Where an onboarding is taken up again, by whoever comes: at the step that is next; done, to change it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onboarding.models import Draft
from onboarding.views.page import show, url, way_of
from onboarding.wizard import drafts
from onboarding.wizard.steps import next_step
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    draft = Draft.objects.select_related("tenant", "offer").filter(tenant=tenant).first()
    if draft is None:
        return render(request, "onboarding/begin.html", {"tenant": tenant})
    following = next_step(draft)
    return redirect(url(draft, "change" if following == "hand-over" else following))


@door(Role.ADMIN)
@require_POST
def begin(request: Request, tenant: Tenant) -> HttpResponseBase:
    draft = drafts.of(tenant, request.visitor.person.actor)
    return redirect(url(draft, next_step(draft)))


@door(Role.ADMIN)
@require_safe
def tenant_step(request: Request, tenant: Tenant) -> HttpResponse:
    return show(request, way_of(tenant), "tenant")
