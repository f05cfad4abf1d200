"""Step 10: the wizard is done; what to open and what to send stands on the hand-over page, in access."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from onboarding.views.page import show, way_of
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    return redirect("hand-over", tenant.slug) if way.next == "hand-over" else show(request, way, "hand-over")
