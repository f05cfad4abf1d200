"""Ending and cleaning up from a page: what a worker saw, and the start of exactly that."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from onboarding import agreements, runs
from onboarding.engine.plan import Action
from onboarding.intake import wrong
from onboarding.models import Inquiry, Plan, Run
from tenants.microsoft.errors import Refused
from tenants.models import Tenant

LOOK_COUNTS_FOR = timedelta(hours=1)
"""People may have been given access since; they would not have been counted."""


def last_look(tenant: Tenant) -> Inquiry | None:
    return tenant.inquiries.filter(what=Inquiry.What.END).last()


def planned(tenant: Tenant, look: Inquiry | None) -> Plan | None:
    """What the last look would remove; None where it is too old, unclear, or carried out already."""
    if look is None or look.answered_at is None or not look.is_good:
        return None
    if look.answered_at < now() - LOOK_COUNTS_FOR:
        return None
    found = Plan.objects.filter(tenant=tenant, purpose=Plan.Purpose.OFFBOARD, digest=look.answer["plan"])
    return found.filter(run=None).last()


def counts(plan: Plan) -> dict[str, int]:
    """Objects deleted and given back; the assignments are people's and are counted by the look."""
    changes = [each for each in plan.changes if each["kind"] != "package_assignments"]
    return {
        "deleted": sum(each["action"] == Action.DELETE for each in changes),
        "given_back": sum(each["action"] == Action.RELEASE for each in changes),
    }


def start(tenant: Tenant, number: str, typed: str, by: str) -> Run:
    """Begin what was seen, and nothing else. Agreed to by the customer, or else withdrawn by us.

    Raises Refused: the domain is not this tenant's, the look is too old, or something else is under way.
    """
    if typed.strip().lower() != tenant.domain.lower():
        raise wrong("the domain", f"type {tenant.domain} to show that this tenant is meant")
    look = last_look(tenant)
    plan = planned(tenant, look)
    if plan is None or look is None or plan.digest != number:
        raise Refused("not_yet", why="what would be removed has to be looked at anew")
    if runs.open_run(tenant) is not None:
        raise Refused("not_yet", why="a run is open in this tenant; it must end first")
    if look.answer["setup_missing"]:
        raise Refused("no_admin_consent", app="setup", tenant=tenant.domain)
    return _begin(plan, by)


@transaction.atomic
def _begin(plan: Plan, by: str) -> Run:
    """Together: a withdrawal without its run would stand in the record as something that happened."""
    if not hasattr(plan, "agreement"):
        agreements.withdraw(plan, by)
    run = runs.start(plan, by)
    if run.plan_id != plan.pk:
        raise Refused("not_yet", why="a run is open in this tenant; it must end first")
    return run
