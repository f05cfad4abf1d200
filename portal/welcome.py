"""The start: from here everybody is sent to where their work is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from access import closed
from access.reviewing import review_dates
from access.to_do import customer_tasks
from onboarding.agreeing import agreeable
from tenants.guards import Request, door, tenants_of
from tenants.people import Role


@door()
@require_safe
def home(request: Request) -> HttpResponse:
    """Analysts to their own desk, other staff to all customers; reviewers have their own tenants only."""
    if request.visitor.capabilities == {Role.ANALYST}:
        return redirect("my-customers")
    if request.visitor.capabilities:
        return redirect("customers")
    mine = tenants_of(request.visitor, Role.REVIEWER).select_related("customer").order_by("domain")
    there = [(each, closed.of(each), each.owned.exists(), customer_tasks.still_to_do(each)) for each in mine]
    due = [(each, day, *review_dates.urgency(day)) for each in mine if (day := review_dates.due(each))]
    context = {"there": there, "plans": agreeable.waiting(mine), "due": due}
    return render(request, "portal/home.html", context)
