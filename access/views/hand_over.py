"""What customer and analysts take away when a set-up is done: links, rules, ends. Made to be printed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from access import assigning, exit_kit, hand_over, who_is_next
from access.standing import Standing, with_standing
from access.views import exit_kit as exit_kit_page
from access.who_can import by_hand
from onboarding.models import Draft
from onboarding.wizard.steps import STEPS
from tenants.guards import Request, door, may
from tenants.models import Tenant
from tenants.people import Role

DONE = (Standing.IN_ORDER, Standing.BY_HAND)
ENDED = (Standing.APPS, Standing.ENDED)


@door()
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    row = with_standing(Tenant.objects.filter(pk=tenant.pk)).get()
    standing = Standing(row.standing)
    still_open = [act for act in by_hand.acts(tenant) if act.said is None]
    state = {
        "standing": standing,
        "next": who_is_next.of_one(row),
        "is_done": standing in DONE,
        "has_ended": standing in ENDED,
        "still_open": still_open,
        "at": now(),
        "number": len(STEPS) if Draft.objects.filter(tenant=tenant).exists() else 0,
        "analysts": tenant.customer.memberships.select_related("person", "tier").order_by("person__name"),
    }
    if may(request.visitor, tenant, Role.ADMIN) and standing not in ENDED:
        state["give"] = assigning.of_one(tenant.customer, request.GET.dict())
    state |= {"kit": exit_kit.kit(tenant), "may_have_kit": may(request.visitor, tenant, *exit_kit_page.WHO)}
    context = {"tenant": tenant, "read_back_at": row.read_back_at} | state
    return render(request, "access/hand-over.html", context | hand_over.about(tenant))
