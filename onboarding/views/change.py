"""A live customer is changed by the wizard's own pages; here stands what holds now and what comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from onboarding import plans, verifying
from onboarding.models import Draft, Inquiry, Onboarding
from onboarding.views.page import url
from onboarding.wizard.forms import APPROVAL
from onboarding.wizard.steps import BY_SLUG, Way
from tenants.guards import Request, door
from tenants.models import Contact, Person, Tenant
from tenants.people import Role


@door(Role.ADMIN)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    """Where nobody has begun in the wizard, that comes first: it takes along what a file said."""
    draft = Draft.objects.select_related("tenant__customer", "offer").filter(tenant=tenant).first()
    if draft is None:
        return redirect("onboard", tenant.slug)
    way = Way(draft)
    return render(request, "onboarding/change.html", {"tenant": tenant, "draft": draft, **standing(way)})


def standing(way: Way) -> dict[str, Any]:
    """What was carried out last, and the step at which a change stands, if one is under way.

    `end`: the run by which it has ended, after which there is nothing to change but all to set up anew.
    """
    end = verifying.ending(way.draft.tenant)
    under_way = end is not None or (way.next != "hand-over" and not as_it_came(way))
    return {
        "end": end,
        "step": BY_SLUG[way.next] if under_way else None,
        "next_url": url(way.draft, way.next),
        "holds": holds(plans.as_agreed(way.kept)) if way.kept else None,
        "named": named(way.draft.tenant),
    }


def as_it_came(way: Way) -> bool:
    """Taken over from a file and nothing typed or planned here since: that changes nothing yet."""
    return way.draft.version == 1 and way.run is not None and not way.answered.get(Inquiry.What.PLAN)


def holds(kept: Onboarding) -> dict[str, Any]:
    document = kept.offer.document
    approvers = Person.objects.filter(tid=kept.tenant.tenant_id, oid__in=kept.approvers)
    return {
        "offer": kept.offer,
        "tiers": [tier["label"] for tier in document["tiers"] if tier["slug"] in kept.tiers],
        "pool": kept.azure.get("pool", ""),
        "approval": APPROVAL[kept.approval or document["approval"]],
        "approvers": [str(person) for person in approvers],
    }


def named(tenant: Tenant) -> list[str]:
    reviewers = tenant.contacts.filter(role=Contact.Role.REVIEWER).select_related("person")
    return [str(contact.person) for contact in reviewers.order_by("person__name")]
