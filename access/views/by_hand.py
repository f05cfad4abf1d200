"""Somebody says that an act by hand is done, or takes that back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from access import by_hand
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN, Role.REVIEWER)
@require_POST
def confirm(request: Request, tenant: Tenant, act: str) -> HttpResponse:
    by_hand.confirm(tenant, wanted(tenant, act), request.visitor.person.actor)
    return redirect("customer", tenant.slug)


@door(Role.ADMIN, Role.REVIEWER)
@require_POST
def take_back(request: Request, tenant: Tenant, act: str) -> HttpResponse:
    by_hand.take_back(tenant, wanted(tenant, act), request.visitor.person.actor)
    return redirect("customer", tenant.slug)


def wanted(tenant: Tenant, slug: str) -> by_hand.Act:
    """404 for an act that this tenant does not have."""
    for act in by_hand.acts(tenant):
        if act.slug == slug:
            return act
    raise Http404
