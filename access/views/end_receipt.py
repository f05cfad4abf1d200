"""The receipt of an end or a pause, one page to print and keep."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from access import progress
from access.evidence import end_receipt
from onboarding.models import Plan
from tenants.guards import Request, door
from tenants.models import Tenant
from tenants.people import Role

WHO = (Role.REVIEWER, Role.ADMIN, Role.AUDITOR)


@door(*WHO)
@require_safe
def page(request: Request, tenant: Tenant, over: int) -> HttpResponse:
    """Only when it is over: before that nothing is certain, and the run's own page shows it."""
    ended = tenant.runs.filter(closed_at__isnull=False).exclude(plan__purpose=Plan.Purpose.ONBOARD)
    row = get_object_or_404(progress.with_progress(ended), pk=over)
    return render(request, "access/end_receipt.html", end_receipt.about(row))
