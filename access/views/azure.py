"""Azure: what the customer deploys, in four ways, and the template itself for Azure's own form."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access import watching
from access.azure import delegated, hand_outs, lag, sides, waits
from access.deploying import deployments
from access.desk import doors
from access.links import LINKS
from access.to_do import left_offers
from onboarding import tasks
from onboarding.models import Inquiry, Step
from onboarding.wizard import inquiries
from tenants.guards import Request, door, may
from tenants.models import Tenant
from tenants.people import Role

WHO = (Role.ADMIN, Role.REVIEWER, Role.AUDITOR)
ASKERS = (Role.ADMIN, Role.REVIEWER)


@door(*WHO)
@require_safe
def page(request: Request, tenant: Tenant) -> HttpResponse:
    asked = inquiries.latest(tenant, Inquiry.What.SENTINEL)
    watch = watching.of(reverse("azure", args=[tenant.slug]), asked)
    return watching.show(request, "access/azure.html", watch, lambda: about(request, tenant, asked))


def about(request: Request, tenant: Tenant, asked: Inquiry | None) -> dict[str, Any]:
    found = hand_outs.of(tenant)
    steps = awaited(found)
    return {
        "tenant": tenant,
        "hand_outs": found,
        "steps": steps,
        "lags": lag.of(tenant, steps),
        "days": hand_outs.GOOD_FOR.days,
        "deployments": deployments.latest(tenant),
        "may_sign_in": may(request.visitor, tenant, Role.REVIEWER),
        "may_ask": may(request.visitor, tenant, *ASKERS),
        "waits": "" if found else waits.state(tenant),
        "left_offers": left_offers.of(tenant),
        "is_delegated": tenant.owned.filter(kind="delegation").exists(),
        "besides": delegated.besides(tenant),
        "asked": asked,
        "workspaces": workspaces(asked),
        "sides_are_here": bool(found),
    } | sides.about(tenant)


def awaited(found: list[hand_outs.HandOut]) -> list[Step]:
    """What the run of the plan that is handed out waits for, or waited for."""
    if not found:
        return []
    steps = found[0].plan.run.steps.filter(kind="delegation", action__in=hand_outs.DEPLOYED)
    return [step for step in steps if any(each.has(step.spec["scope"]) for each in found)]


@door(*ASKERS)
@require_POST
def look(request: Request, tenant: Tenant) -> HttpResponse:
    """Ask the worker how Sentinel stands. It only reads there."""
    asked = inquiries.ask(tenant, Inquiry.What.SENTINEL, {}, request.visitor.person.actor)
    tasks.ring_for(asked)
    return redirect("azure", tenant.slug)


def workspaces(asked: Inquiry | None) -> list[dict[str, Any]]:
    """Each as it was found the last time, with the doors into it."""
    if asked is None or not asked.is_good:
        return []
    return [{**one, "doors": list(doors.into(one, LINKS.values()))} for one in asked.answer["workspaces"]]


@door(*WHO)
@require_safe
def file(request: Request, tenant: Tenant, address: str) -> HttpResponse:
    """Known by its content: another plan's template has another address."""
    found = next((each for each in hand_outs.of(tenant) if each.address == address), None)
    if found is None:
        raise Http404
    return as_file(found.template, found.file)


@require_safe
def template(request: Request, address: str, signed: str) -> HttpResponse:
    """Without signing in: Azure's form fetches it in the browser of whoever deploys."""
    found = hand_outs.opened(address, signed)
    if found is None:
        raise Http404
    return to_azures_form(found.template)


def as_file(template: dict[str, Any], name: str) -> HttpResponse:
    response = handed(template)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def to_azures_form(template: dict[str, Any]) -> HttpResponse:
    """No other site may read it."""
    response = handed(template)
    response["Access-Control-Allow-Origin"] = hand_outs.portal()
    response["Vary"] = "Origin"
    return response


def handed(template: dict[str, Any]) -> HttpResponse:
    text = json.dumps(template, indent=2, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600, immutable"
    return response
