"""A half-hour call with the customer: only the customer's own acts, in their order."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from onboarding.views import agreement
from onboarding.views.consent import asked_for
from onboarding.views.page import show, way_of
from onboarding.views.people import needed
from onboarding.wizard import consent_returns
from onboarding.wizard.steps import Way
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    apps = asked_for(way)
    return show(
        request,
        way,
        way.next,
        "call",
        reader=link(way, "reader"),
        lets_in=bool(apps),
        setups=[found for app in apps if (found := link(way, app))],
        approve="approvers" in needed(way.draft),
        plan=way.plan,
        plan_link=agreement.link(way.plan) if way.plan else "",
        azure=len(way.draft.azure),
        delegated=tenant.owned.filter(kind="delegation").count(),
    )


def link(way: Way, app: str) -> str:
    live = consent_returns.live(way.draft.tenant, app)
    return consent_returns.link(live) if live else ""
