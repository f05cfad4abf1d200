"""Steps 3 and 8: a link for the customer's administrator, and a page that watches for our own token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from onboarding import consent_links, planes
from onboarding.models import ConsentRequest
from onboarding.reason_parts import OUR_APPS, USUAL_NAMES
from onboarding.views.page import ask, show, url, way_of, why
from onboarding.wizard import consent_returns
from onboarding.wizard.steps import Way
from tenants import consent
from tenants.guards import Request, door
from tenants.microsoft import apps
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
    """GET shows the links and what was seen; POST makes a link where none is good, and looks again."""
    wanted = [app] if app == "reader" else asked_for(way)
    if request.method == "POST" and not wanted:
        return redirect(url(way.draft, app))
    if request.method == "POST":
        for each in wanted:
            consent_returns.ask(way.draft.tenant, each, request.visitor.person.actor)
        ask(way.draft, app, request.visitor.person)
        return redirect(url(way.draft, app))
    inquiry = way.open.get(app) or way.answered.get(app)
    asks = [about(way.draft.tenant, each) for each in wanted]
    context: dict[str, Any] = {"app": app, "inquiry": inquiry, "why": why(inquiry), "asks": asks}
    lasts = (consent_returns.latest(way.draft.tenant, each) for each in wanted)
    context["last"] = max((last for last in lasts if last), key=lambda last: last.pk, default=None)
    context["live"] = asks[0].live if asks and all(each.live for each in asks) else None
    context |= {"reloads": True, "tenant_id_text": str(way.draft.tenant.tenant_id)}
    context["is_in"] = way.reader_is_in() if app == "reader" else way.setup_is_in()
    return show(request, way, app, "consent", **context)


@dataclass(frozen=True, slots=True)
class Asked:
    """One app that the customer is asked to let in. `usual`: what Microsoft shows it under, as a rule."""

    name: str
    usual: str
    client_id: str
    permissions: list[tuple[str, consent.Permission]]
    live: ConsentRequest | None
    link: str


def about(tenant: Tenant, app: str) -> Asked:
    live = consent_returns.live(tenant, app)
    name = OUR_APPS[app].removeprefix("our ")
    link, client_id = (consent_returns.link(live), apps.client_id(app)) if live else ("", "")
    return Asked(name, USUAL_NAMES[app], client_id, permissions(app), live, link)


def asked_for(way: Way) -> list[str]:
    """What the plan's changes are written with, or else the offer's ways in; the customer lets in no app of
    the provider's own tenant."""
    if way.plan is not None:
        return consent_links.asked_of_customer(way.plan)
    chosen = way.draft.offer.document["planes"] if way.draft.offer else []
    return [each for each in planes.writers(chosen) if each in consent.WRITERS] if chosen else ["setup"]


def permissions(app: str) -> list[tuple[str, consent.Permission]]:
    return [(name, consent.PERMISSIONS[name]) for name in sorted(consent.NEEDED[app])]
