"""Azure in a plan that nobody has begun yet, or whose run was stopped: there is nothing to deploy, but it is
not nothing either."""

from __future__ import annotations

from django.utils.timezone import now

from access.azure import hand_outs
from onboarding.agreeing import agreements
from onboarding.models import Plan
from tenants.models import Tenant

AGREED = "agreed"
OPEN = "open"
STOPPED = "stopped"


def state(tenant: Tenant) -> str:
    """Of the newest plan: stopped, agreed to, or open for agreement; "" where it holds no Azure to come."""
    plan = Plan.objects.filter(tenant=tenant, purpose=Plan.Purpose.ONBOARD).order_by("pk").last()
    if plan is None or agreements.closed_since(tenant, plan.made_at):
        return ""
    if not any(hand_outs.of_plan(plan)):
        return ""
    if hasattr(plan, "run"):
        return STOPPED if hand_outs.given_up(plan.run) else ""
    if hasattr(plan, "agreement"):
        return AGREED
    return OPEN if plan.expires_at > now() else ""
