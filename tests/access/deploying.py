"""A plan with a delegation of Azure in it, and deployments of it at different points, as rows."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.timezone import now

from access.azure import hand_outs
from access.deploying import looking_ahead
from access.models import Deployment
from onboarding.agreeing import agreements
from onboarding.engine.digest import digest
from onboarding.models import Plan, Run, Step
from tenants.models import Person, Tenant
from tests.cast import FABRIKAM

SUBSCRIPTION = "42a00000-0000-4000-8000-00000000a001"
GROUP = "fab30000-0000-4000-8000-00000000a001"
RESPONDER = "3e150937-b8fe-4cfb-8069-0eaf05ecd056"
ROLES = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments"


def planned(whose: Tenant) -> Plan:
    """Begun some days ago: to be made before any other run."""
    held = [{"principalId": GROUP, "principalIdDisplayName": "Sentinel Responder, Northwind"}]
    properties = {
        "registrationDefinitionName": "Fabrikam for Northwind",
        "description": "Sentinel, looked after by Fabrikam.",
        "managedByTenantId": FABRIKAM,
        "authorizations": [{**each, "roleDefinitionId": RESPONDER} for each in held],
    }
    spec = {"customer": str(whose.tenant_id), "definition": str(uuid.uuid4()), "properties": properties}
    spec["scope"] = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-security"
    change: dict[str, Any] = {"address": "delegation/1", "kind": "delegation", "tenant": FABRIKAM}
    change |= {"action": "create", "spec": spec, "needs": [], "remote_id": "", "fields": [], "before": {}}
    made = now() - dt.timedelta(days=3)
    plan = Plan(tenant=whose, purpose="onboard", frame={}, changes=[change], made_at=made)
    plan.expires_at = made + dt.timedelta(days=45)
    plan.digest = digest(agreements.document(plan, plan.changes))
    plan.save()
    run = Run.objects.create(tenant=whose, plan=plan, started_by="person 1", opened_at=made, closed_at=made)
    fixed = {"position": 0, "address": "delegation/1", "kind": "delegation", "target": FABRIKAM}
    Step.objects.create(run=run, action="create", spec=spec, needs=[], state="customer", **fixed)
    return plan


def deployed(whose: Tenant, by: Person) -> dict[str, int]:
    planned(whose)
    [found] = hand_outs.of(whose)
    lines = [
        {"id": id, "title": title, "change": "Create", "fields": []}
        for id, title in looking_ahead.expected(found).items()
    ]
    lines[0] |= {"change": "Modify", "fields": ["properties.authorizations"]}
    more = {"id": f"{ROLES}/1", "title": "", "change": "Create", "fields": []}
    strange = row(found, by, "failed", changes=[*lines, more], reason="deploy_unexpected", ended_at=now())
    shown = row(found, by, "planned", changes=lines, digest="0" * 64, token="sealed")
    return {"deployment": shown.pk, "strange": strange.pk}


def row(found: hand_outs.HandOut, by: Person, state: str, **more: Any) -> Deployment:
    return Deployment.objects.create(
        tenant=found.plan.tenant,
        plan=found.plan,
        subscription=found.subscription,
        address=found.address,
        marker=uuid.uuid4().hex,
        state=state,
        asked_by=by.actor,
        account=by.oid,
        token_until=now() + dt.timedelta(hours=1),
        told_at=now(),
        **more,
    )
