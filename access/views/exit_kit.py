"""The exit kit: what it does, its fingerprint, and the script itself. Whoever has it needs us no more."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access import exit_kit
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role

WHO = (Role.ADMIN, Role.REVIEWER)


@door(*WHO)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    context = {"tenant": tenant, "kit": exit_kit.kit(tenant), "sorts": exit_kit.sorts()}
    return render(request, "access/exit_kit.html", context | {"providers": exit_kit.providers(tenant)})


@door(*WHO)
@require_safe
def script(request: Request, tenant: Tenant, kit: str) -> HttpResponse:
    """Known by its content: an address of an older version leads nowhere, never to another script."""
    made = exit_kit.kit(tenant)
    if made.sha256 != kit:
        raise Http404
    response = HttpResponse(made.text, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
