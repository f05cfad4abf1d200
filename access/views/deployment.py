"""One deployment with the customer's own sign-in: how far it is, what would change, and their word to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access import tasks, watching
from access.azure import lag
from access.azure.hand_outs import DEPLOYED
from access.deploying import deployments, looking_ahead
from access.models import Deployment
from access.names import named
from access.rows.deployments import SIGNED_OUT, UNKNOWN
from access.views.azure import WHO
from access.watching import Watch
from onboarding import heartbeat
from onboarding.models import Step
from onboarding.words import reasons
from tenants import stopping
from tenants.guards import Request, door, may
from tenants.microsoft import apps
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tenants.people import Role

State = Deployment.State
COLOURS: dict[str, str] = {State.FAILED: "red", State.PLANNED: "yellow", State.GIVEN_UP: "secondary"}


@door(*WHO)
@require_safe
def page(request: Request, tenant: Tenant, deployment: int) -> HttpResponse:
    row = get_object_or_404(tenant.deployments, pk=deployment)
    watch = watch_of(row)
    return watching.show(request, "access/deployment.html", watch, lambda: about(request, tenant, row))


def watch_of(row: Deployment) -> Watch:
    """While the worker works on it the page asks again by itself."""
    url = f"{reverse('deployment', args=[row.tenant.slug, row.pk])}?"
    asleep = heartbeat.asleep() if row.is_worked_on else None
    said = watching.KEPT if asleep else f"It is now: {row.shown}."
    stamp = f"{row.state}.{row.looks}.{asleep is None:d}"
    if row.is_worked_on and stopping.standing():
        stamp += ".stopped"
    return Watch(url, row.is_worked_on, stamp, said, asleep)


def colour(row: Deployment) -> str:
    if row.is_locked_out:
        return "yellow"
    return "orange" if row.reason == UNKNOWN else COLOURS.get(row.state, "blue")


@door(Role.REVIEWER, fresh=True)
@require_POST
def confirm(request: Request, tenant: Tenant, deployment: int) -> HttpResponse:
    """Pressed twice it is said once. What is said is the number of the changes that were shown."""
    row = get_object_or_404(tenant.deployments, pk=deployment)
    try:
        deployments.confirm(row, request.visitor.person, request.POST.get("number", ""))
    except Refused as refused:
        words = reasons.words(refused.reason, refused.facts)
        messages.error(request, f"{words.what} {words.safe} {words.next}")
    tasks.ring(row.pk)
    return redirect("deployment", tenant.slug, row.pk)


@door(Role.REVIEWER)
@require_POST
def give_up(request: Request, tenant: Tenant, deployment: int) -> HttpResponse:
    row = get_object_or_404(tenant.deployments, pk=deployment)
    deployments.give_up(row, request.visitor.person)
    return redirect("deployment", tenant.slug, row.pk)


def about(request: Request, tenant: Tenant, row: Deployment) -> dict[str, Any]:
    hand_out = deployments.find(tenant, row.subscription, row.address)
    steps = Step.objects.filter(run__plan=row.plan, kind="delegation", action__in=DEPLOYED)
    reason = reason_of(row, is_handed_out=hand_out is not None)
    return {
        "tenant": tenant,
        "row": row,
        "state": row.shown,
        "colour": colour(row),
        "why": reasons.words(reason, {"subscription": row.subscription, **row.facts}) if reason else None,
        "stopped": stopping.standing() if row.is_worked_on else None,
        "changes": [spoken(each) for each in row.changes],
        "who": named([row.asked_by])[row.asked_by],
        "is_mine": row.asked_by == request.visitor.person.actor,
        "may_act": may(request.visitor, tenant, Role.REVIEWER) and apps.is_complete("deploy"),
        "hand_out": hand_out,
        "may_begin_again": may_begin_again(row),
        "steps": steps,
        "lags": lag.of(tenant, steps),
    }


def reason_of(row: Deployment, *, is_handed_out: bool) -> str:
    """To sign in again is said only where it leads on: a plan that ended is deployed by nobody."""
    if row.reason == SIGNED_OUT and not row.is_open:
        return "deploy_let_go"
    if is_handed_out or not (row.is_locked_out or row.reason == UNKNOWN):
        return row.reason or (SIGNED_OUT if row.is_locked_out else "")
    return "deploy_over_sent" if row.sent_at else "deploy_over"


def may_begin_again(row: Deployment) -> bool:
    """With another sign-in: what waits for one, and what failed with nothing begun since."""
    failed = row.state == State.FAILED and deployments.latest(row.tenant)[row.subscription].pk == row.pk
    return row.is_locked_out or failed


def spoken(change: dict[str, Any]) -> dict[str, Any]:
    words = looking_ahead.WORDS.get(change["change"], change["change"])
    return {**change, "words": words, "is_strange": looking_ahead.is_strange(change)}
