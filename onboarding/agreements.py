"""Agreements: who agreed to which plan, and the check a run makes before every write."""

from __future__ import annotations

import hmac
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from onboarding.engine.digest import digest
from onboarding.models import Agreement, Plan, Run, Step
from tenants import ledger
from tenants.microsoft.errors import Refused


def record(plan: Plan, *, by: str, reference: str, asked_by: str, decided_by: str) -> Agreement:
    """A paper agreement, recorded by us: only where the setting allows it, shown as such for ever."""
    if not settings.ALLOW_RECORDED_AGREEMENT:
        raise Refused("agreement_missing", why="recorded agreements are switched off here")
    check_plan(plan)
    with transaction.atomic():
        entry = ledger.record(
            decided_by,
            "recorded an agreement",
            f"plan {plan.digest[:12]}",
            plan.tenant.customer,
            digest=plan.digest,
            by=by,
            reference=reference,
        )
        return Agreement.objects.create(
            plan=plan,
            digest=plan.digest,
            form=Agreement.Form.RECORDED,
            by=by,
            reference=reference,
            asked_by=asked_by,
            decided_by=decided_by,
            ledger_number=entry.number,
        )


def check_plan(plan: Plan) -> None:
    """The plan is what its number says and may still be agreed to."""
    if not hmac.compare_digest(plan.digest, digest(document(plan, plan.changes))):
        raise Refused("plan_changed", id=plan.digest[:12])
    if plan.expires_at < now():
        raise Refused("agreement_missing", why="the plan has expired")


def check(run: Run) -> None:
    """Refuses the run unless its rows, as they are now, are what was agreed to and entered in the ledger."""
    plan = Plan.objects.select_related("tenant__customer").get(pk=run.plan_id)
    agreement = Agreement.objects.filter(plan=plan).first()
    if agreement is None:
        raise Refused("agreement_missing")
    if plan.tenant_id != run.tenant_id:
        raise Refused("plan_changed", id=plan.digest[:12])
    steps = [step_as_json(step) for step in run.steps.order_by("position")]
    if digest(document(plan, steps)) != plan.digest or digest(document(plan, plan.changes)) != plan.digest:
        raise Refused("plan_changed", id=plan.digest[:12])
    _check_ledger(plan, agreement)


def _check_ledger(plan: Plan, agreement: Agreement) -> None:
    customer = plan.tenant.customer
    entry = customer.ledger.filter(number=agreement.ledger_number).first()
    said = entry.facts if entry and ledger.digest(entry) == entry.hash else {}
    if not (said.get("digest") == agreement.digest == plan.digest and said.get("by") == agreement.by):
        raise Refused("agreement_mismatch", id=plan.digest[:12])


def document(plan: Plan, changes: list[dict[str, Any]]) -> dict[str, Any]:
    """All a digest covers: the frame, the purpose, the tenant and every change in full."""
    tenant = plan.tenant
    return {
        "purpose": plan.purpose,
        "tenant": str(tenant.tenant_id),
        "cloud": tenant.cloud,
        "expires": plan.expires_at.isoformat(),
        "made": plan.made_at.isoformat(),
        "frame": plan.frame,
        "changes": changes,
    }


def step_as_json(step: Step) -> dict[str, Any]:
    """A step's agreed columns, in the shape of engine.digest.change_as_json."""
    return {
        "address": step.address,
        "kind": step.kind,
        "tenant": str(step.target),
        "action": step.action,
        "spec": step.spec,
        "needs": step.needs,
        "remote_id": step.planned_id,
        "fields": step.fields,
        "before": step.before,
    }
