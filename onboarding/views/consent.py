"""Steps 3 and 8: a link for the customer's administrator, and a page that watches for our own token."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from onboarding import consent_returns
from onboarding.steps import Way
from onboarding.views.page import ask, show, url, way_of, why
from tenants import consent
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: Request, tenant: Tenant) -> HttpResponse:
    return page(request, way_of(tenant), "reader")


@door(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: Request, tenant: Tenant) -> HttpResponse:
    return page(request, way_of(tenant), "setup")


def page(request: Request, way: Way, app: str) -> HttpResponse:
    """GET shows the link and what was seen; POST makes a link where none is good, and looks again."""
    if request.method == "POST":
        consent_returns.ask(way.draft.tenant, app, request.visitor.person.actor)
        ask(way.draft, app, request.visitor.person)
        return redirect(url(way.draft, app))
    inquiry = way.open.get(app) or way.answered.get(app)
    live = consent_returns.live(way.draft.tenant, app)
    context: dict[str, Any] = {"app": app, "inquiry": inquiry, "why": why(inquiry), "live": live}
    context |= {"last": consent_returns.latest(way.draft.tenant, app), "permissions": permissions(app)}
    context |= {"reloads": True, "tenant_id_text": str(way.draft.tenant.tenant_id)}
    context |= {"link": consent_returns.link(live) if live else "", "is_in": way.reader_is_in()}
    if app == "setup":
        context["is_in"] = way.setup_is_in()
    return show(request, way, app, "consent", **context)


def permissions(app: str) -> list[tuple[str, consent.Permission]]:
    return [(name, consent.PERMISSIONS[name]) for name in sorted(consent.NEEDED[app])]
