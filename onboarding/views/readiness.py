"""Step 4: what the tenant lacks, and what to do about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from onboarding.models import Inquiry
from onboarding.views.page import ask, show, url, way_of, why
from onboarding.wizard import why_not
from onboarding.wizard.steps import Way
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role

READINESS = Inquiry.What.READINESS


WORST_FIRST = ("fail", "unknown", "warn", "pass")


def checks(way: Way) -> list[dict[str, Any]]:
    """What wants a look stands where one looks first."""
    last = way.answered.get(READINESS)
    found = last.answer["checks"] if last and last.is_good else []
    return sorted(found, key=lambda each: WORST_FIRST.index(each["state"]))


@door(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    if request.method == "POST" and way.draft.offer is None:
        return redirect(url(way.draft, way.next))
    if request.method == "POST":
        ask(way.draft, READINESS, request.visitor.person)
        return redirect(url(way.draft, "readiness"))
    inquiry = way.open.get(READINESS) or way.answered.get(READINESS)
    context: dict[str, Any] = {"inquiry": inquiry, "why": why(inquiry), "last": way.answered.get(READINESS)}
    context |= {"is_ready": way.is_ready(), "why_not": why_not.of_readiness(way), "checks": checks(way)}
    return show(request, way, "readiness", **context, reloads=True)
