"""Runs: all of them with why each waits, and one as it goes. Whoever may see the tenant may see its runs."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from django_htmx.http import HTMX_STOP_POLLING

from access import progress
from access.azure import hand_outs, lag
from access.names import named
from access.pages import paged, show
from access.views import azure, end_receipt
from onboarding import heartbeat
from onboarding.agreeing import receipts
from onboarding.models import Agreement, Plan, Run
from onboarding.running import unread
from onboarding.runs import held_until
from onboarding.taking_away import how
from onboarding.words import descriptions
from tenants import freezes, stopping
from tenants.guards import Request, door, may, tenants_of, wants_a_part
from tenants.models import Tenant
from tenants.people import STAFF, Role

RECEIPT = (Role.REVIEWER, Role.ADMIN, Role.AUDITOR)
"""As its page has it, which lies in another room."""
SHOWN = {"": "All", "open": "Under way", "ended": "Ended"}


@door(*STAFF)
@require_safe
def runs(request: Request) -> HttpResponse:
    rows = paged(request, found(request))
    frozen = freezes.of_all(run.tenant_id for run in rows if is_set_up_under_way(run))
    stopped = stopping.standing() is not None
    lags = lag.of_all(step for run in rows if run.closed_at is None for step in run.waits)
    for run in rows:
        run.why = progress.why_run(run, run.waits, stopped=stopped, lags=lags)
        run.frozen_until = frozen.get(run.tenant_id)
    context = {"rows": rows, "shown": SHOWN, "asked": request.GET, "ended": progress.ENDED}
    return show(request, "access/runs.html", "access/_runs.html", context)


def is_set_up_under_way(run: Run) -> bool:
    return run.closed_at is None and run.plan.purpose == Plan.Purpose.ONBOARD


def found(request: Request) -> QuerySet[Any]:
    mine = Run.objects.filter(tenant__in=tenants_of(request.visitor, *STAFF))
    if request.GET.get("show") in ("open", "ended"):
        mine = mine.filter(closed_at__isnull=request.GET["show"] == "open")
    return progress.with_progress(mine).order_by("-pk")


@door()
@require_safe
def run(request: Request, tenant: Tenant, run: int) -> HttpResponse:
    """Polled while it is open: nothing where nothing is new, and the answer that finds it ended stops it."""
    row = get_object_or_404(progress.with_progress(tenant.runs.all()), pk=run)
    context = about(row)
    can_be_had = receipts.can_be_had(context["agreement"])
    context["deploys"] = deploys(row) and may(request.visitor, tenant, *azure.WHO)
    context["sees_end"] = row.plan.takes_away and may(request.visitor, tenant, *end_receipt.WHO)
    context["sees_receipt"] = can_be_had and may(request.visitor, tenant, *RECEIPT)
    if wants_a_part(request) and row.closed_at is None and request.GET.get("seen") == context["stamp"]:
        return HttpResponse(status=204)
    response = show(request, "access/run.html", "access/_run_live.html", context)
    if wants_a_part(request) and row.closed_at is not None:
        response.status_code = HTMX_STOP_POLLING
    return response


def deploys(row: Run) -> bool:
    return row.steps.filter(kind="delegation", action__in=hand_outs.DEPLOYED).exists()


def about(row: Any) -> dict[str, Any]:
    steps = list(row.steps.annotate(tries=Count("attempts")).prefetch_related("attempts"))
    ended = progress.ENDED[row.how]
    lags = lag.of(row.tenant, steps)
    names = descriptions.names(row.tenant, ((step.address, step.spec) for step in steps))
    agreement = Agreement.objects.filter(plan=row.plan).first()
    return {
        "tenant": row.tenant,
        "run": row,
        "frozen_until": held_until(row) if row.closed_at is None else None,
        "stopped": stopping.standing() if row.closed_at is None else None,
        "unread": unread.words(row),
        "asleep": heartbeat.asleep() if row.closed_at is None else None,
        "ended": ended,
        "tried": progress.TRIED,
        "said": f"{ended}. {row.done} of {row.total} read back.",
        "stamp": stamp(row, steps, [each.words for each in lags.values()]),
        "colour": progress.COLOURS.get(row.how, "secondary"),
        "lines": [progress.line(step, names, lags.get(step.pk)) for step in steps],
        "agreement": agreement,
        "how": how(agreement) if agreement else "",
        "started_by": named([row.started_by])[row.started_by],
    }


def stamp(run: Run, steps: list[Any], told: list[str]) -> str:
    """Another one when there is something new to see."""
    is_open = run.closed_at is None
    held, sleeps = (held_until(run), heartbeat.asleep() is not None) if is_open else (None, False)
    stopped = is_open and stopping.standing() is not None
    seen = [(step.pk, step.state, step.reason, step.tries, step.not_before) for step in steps]
    return hashlib.sha256(
        repr((run.cancelled_at, run.closed_at, run.unread, held, sleeps, stopped, seen, told)).encode()
    ).hexdigest()[:16]
