"""Who can do what in one tenant, until when, by what evidence, how to stop it; for its reviewers first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access import watching
from access.azure import sides
from access.who_can import who
from onboarding import tasks
from onboarding.models import Inquiry
from onboarding.wizard import inquiries
from tenants.guards import Request, door, may
from tenants.models import Tenant
from tenants.people import Role

READERS = (Role.ADMIN, Role.AUDITOR, Role.REVIEWER)
"""Analysts see how they stand themselves, and not who else is let in."""
ASKERS = (Role.ADMIN, Role.REVIEWER)


@door(*READERS)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    asked = inquiries.latest(tenant, Inquiry.What.GRANTS)
    may_ask = may(request.visitor, tenant, *ASKERS)
    watch = watching.of(reverse("who", args=[tenant.slug]), asked)
    context = {"tenant": tenant, "asked": asked, "may_ask": may_ask}
    return watching.show(
        request, "access/who.html", watch, lambda: context | who.about(tenant) | sides.about(tenant)
    )


@door(*ASKERS)
@require_POST
def read(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the worker to read it now. It only reads there."""
    asked = inquiries.ask(tenant, Inquiry.What.GRANTS, {}, request.visitor.person.actor)
    tasks.ring_for(asked)
    return redirect("who", tenant.slug)
