"""Somebody says that an act by hand is done, or takes that back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from access.to_do import entra_reviews, left_offers
from access.who_can import by_hand
from tenants.guards import Request, door, may
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN, Role.REVIEWER)
@require_POST
def confirm(request: Request, tenant: Tenant, act: str) -> HttpResponse:
    done = wanted(request, tenant, act)
    by_hand.confirm(tenant, done, request.visitor.person.actor)
    messages.success(request, f"Confirmed by you: {done.title}. It stands in the record.")
    return back(request, tenant)


@door(Role.ADMIN, Role.REVIEWER)
@require_POST
def take_back(request: Request, tenant: Tenant, act: str) -> HttpResponse:
    done = wanted(request, tenant, act)
    by_hand.take_back(tenant, done, request.visitor.person.actor)
    messages.info(request, f"Taken back: {done.title}. It is open again, and the record keeps both.")
    return back(request, tenant)


def back(request: Request, tenant: Tenant) -> HttpResponse:
    """To the page the button stood on: the tasks, or the customer's own."""
    return redirect("tasks" if request.POST.get("from") == "tasks" else "customer", tenant.slug)


def wanted(request: Request, tenant: Tenant, slug: str) -> by_hand.Act:
    """404 for an act that this tenant does not have, or that is not theirs to speak of."""
    for act in [*by_hand.acts(tenant), *left_offers.acts(tenant), *entra_reviews.acts(tenant)]:
        if act.slug == slug and (not act.customers or may(request.visitor, tenant, Role.REVIEWER)):
            return act
    raise Http404
