"""Step 7: the customer's reviewer agrees to the plan's number; on paper only where the setting allows it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from onboarding.agreeing import files, papers, receipts
from onboarding.models import Plan
from onboarding.views.page import show, way_of
from onboarding.wizard.forms import PaperForm
from onboarding.wizard.steps import Way
from onboarding.words import descriptions, sentences
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    way = way_of(tenant)
    return show(request, way, "agreement", **about(way))


def about(way: Way) -> dict[str, Any]:
    plan = way.plan or under_way(way)
    agreed, paper = getattr(plan, "agreement", None), getattr(plan, "paper", None)
    return {
        "plan": plan,
        "agreed": agreed,
        "declined": way.declined,
        "may_change": True,
        "has_receipt": receipts.can_be_had(agreed),
        "said_yes_to": changes(plan) if plan and agreed else [],
        "in_order": way.is_in_order(),
        "link": link(plan) if plan else "",
        "reviewers": papers.reviewers(plan) if plan else [],
        "paper": paper,
        "paper_seen": papers.stamp(paper) if paper else "",
        "paper_form": PaperForm(),
        "paper_most": f"{files.MOST_BYTES // 1024**2} MB",
        "paper_allowed": settings.ALLOW_RECORDED_AGREEMENT,
        "watching": plan is not None and agreed is None,
    }


def under_way(way: Way) -> Plan | None:
    """The plan that is being carried out, where the answers were changed since: it was agreed to."""
    run = way.run
    is_it = run is not None and run.closed_at is None and run.plan.purpose == Plan.Purpose.ONBOARD
    return run.plan if run is not None and is_it else None


def changes(plan: Plan) -> list[str]:
    """Each in a sentence, as the reviewer read it."""
    names = descriptions.names(plan.tenant, ((each["address"], each["spec"]) for each in plan.changes))
    return [str(sentences.kept(change, names)["words"]) for change in plan.changes]


def link(plan: Plan) -> str:
    """What a reviewer opens. It holds no secret: only reviewers see the page."""
    return settings.PORTAL_URL + reverse("agreement", args=[plan.tenant.slug, plan.digest])
