"""One tenant: what exists in it because of us, when it was read back, the doors into it, and its runs."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access import closed, found, progress, trust, watching, who_is_next
from access.azure import hand_outs
from access.desk import doors
from access.links import Door
from access.names import named
from access.origins import Origin, origins
from access.reviewing import after_review
from access.standing import Standing, with_standing
from access.to_do import left_offers
from access.views import azure, end, who
from access.views.freezes import WHO as WHO_FREEZES
from access.who_can import by_hand, set_up_app
from onboarding import tasks, verifying
from onboarding.agreeing import declines
from onboarding.models import Inquiry
from onboarding.wizard import inquiries
from tenants import freezes
from tenants.guards import Request, door, may, tenants_of
from tenants.models import Membership, Tenant
from tenants.people import Role

RUNS = 10
LIVE = (Standing.IN_ORDER, Standing.BY_HAND, Standing.CHANGED, Standing.UNREADABLE)


@door()
@require_safe
def customer(request: Request, tenant: Tenant) -> HttpResponse:
    asked = inquiries.latest(tenant, Inquiry.What.VERIFY)
    watch = watching.of(reverse("customer", args=[tenant.slug]), asked)
    return watching.show(
        request,
        "access/customer.html",
        watch,
        lambda: about(tenant) | for_visitor(request, tenant) | {"asked": asked} | open_by_hand(tenant),
    )


@door(Role.ADMIN)
@require_POST
def read_back(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the tenant now. It only reads there; the worker does it, and the page shows when it is done."""
    question = {"tenant": str(tenant.tenant_id)}
    tasks.ring_for(inquiries.ask(tenant, Inquiry.What.VERIFY, question, request.visitor.person.actor))
    return redirect("customer", tenant.slug)


def about(tenant: Tenant) -> dict[str, Any]:
    row = with_standing(Tenant.objects.filter(pk=tenant.pk)).get()
    reading = tenant.readings.first()
    things = found.things(tenant, reading)
    left = left_offers.open_in([tenant.pk])
    return {
        "tenant": tenant,
        "trust": trust.about(tenant, things),
        "next": who_is_next.of_one(row, left),
        "offer_stays": bool(left),
        "is_live": row.standing in LIVE,
        "read_back_at": row.read_back_at,
        "findings": found.findings(reading),
        "things": with_origins(tenant, things),
        "runs": progress.with_progress(tenant.runs.order_by("-pk"))[:RUNS],
        "ended": progress.ENDED,
        "freezes": freezes.ahead(tenant),
        "closed": closed.of(tenant),
        "declined": declines.waiting(tenant),
    } | set_up_app.about(tenant)


def with_origins(tenant: Tenant, things: list[found.Thing]) -> list[tuple[found.Thing, Origin | None]]:
    known = origins(tenant, [each.row for each in things])
    return [(each, known.get(each.row.address)) for each in things]


def open_by_hand(tenant: Tenant) -> dict[str, Any]:
    """Until somebody confirms it, a tenant in order is let in, but not ready for work."""
    acts = by_hand.acts(tenant)
    return {
        "acts": acts,
        "still_open": [act for act in acts if act.said is None],
        "names": named(act.said.by for act in acts if act.said),
        "who_by_hand": by_hand.WHO,
    }


def tiers(request: Request, tenant: Tenant) -> list[str] | None:
    """Those of an analyst; None for who looks after all of them."""
    if request.visitor.capabilities & {Role.ADMIN, Role.AUDITOR}:
        return None
    held = Membership.objects.filter(person=request.visitor.person, customer=tenant.customer_id)
    return list(held.values_list("tier__slug", flat=True))


def analysts(request: Request, tenant: Tenant) -> dict[str, list[Door]]:
    """None where access has ended: each would lead to a closed door."""
    if verifying.has_ended(tenant):
        return {}
    return doors.for_analysts(tenant, tiers(request, tenant))


def for_visitor(request: Request, tenant: Tenant) -> dict[str, Any]:
    """Staff get the analysts' doors, the customer's people their own."""
    staff = bool(request.visitor.capabilities)

    has = partial(may, request.visitor, tenant)
    opens = analysts(request, tenant) if staff else doors.for_customer(tenant)
    theirs = tenants_of(request.visitor).filter(customer=tenant.customer).exclude(pk=tenant.pk)
    return {
        "others": theirs.order_by("domain"),
        "requests": doors.requests(tenant),
        "doors": opens,
        "answers": None if staff else doors.named("approvals", opens),
        "is_admin": has(Role.ADMIN),
        "may_confirm": has(Role.ADMIN, Role.REVIEWER),
        "sees_who": has(*who.READERS),
        "questions": after_review.questions(tenant),
        "may_end": has(*end.WHO),
        "delegates": has(*azure.WHO) and bool(hand_outs.of(tenant)),
        "may_freeze": has(*WHO_FREEZES),
        "sees_record": has(Role.ADMIN, Role.AUDITOR),
    }
