"""Ending and cleaning up from a page: what a worker saw, and the start of exactly that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from onboarding import runs
from onboarding.agreeing import agreements
from onboarding.engine.plan import Action
from onboarding.intake import wrong
from onboarding.models import Agreement, Inquiry, Plan, Run
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant

LOOK_COUNTS_FOR = timedelta(hours=1)
"""People may have been given access since; they would not have been counted."""


LOOKS = {Plan.Purpose.OFFBOARD: Inquiry.What.END, Plan.Purpose.PAUSE: Inquiry.What.PAUSE}
OFFBOARD = Plan.Purpose.OFFBOARD


def last_look(tenant: Tenant, purpose: Plan.Purpose = OFFBOARD) -> Inquiry | None:
    return tenant.inquiries.filter(what=LOOKS[purpose]).last()


def planned(tenant: Tenant, look: Inquiry | None, purpose: Plan.Purpose = OFFBOARD) -> Plan | None:
    """What the last look would remove; None where it is too old, unclear, or carried out already."""
    if look is None or look.answered_at is None or not look.is_good:
        return None
    if look.answered_at < now() - LOOK_COUNTS_FOR:
        return None
    found = Plan.objects.filter(tenant=tenant, purpose=purpose, digest=look.answer["plan"])
    return found.filter(run=None).last()


def counts(plan: Plan) -> dict[str, int]:
    """Objects deleted and given back, and the packages whose assignments end: those the look counts."""
    changes = [each for each in plan.changes if each["kind"] != "package_assignments"]
    return {
        "packages": len(plan.changes) - len(changes),
        "deleted": sum(each["action"] == Action.DELETE for each in changes),
        "given_back": sum(each["action"] == Action.RELEASE for each in changes),
    }


def start(
    tenant: Tenant,
    number: str,
    typed: str,
    by: str,
    reviewer: Person | None = None,
    purpose: Plan.Purpose = OFFBOARD,
) -> Run:
    """Begin what was seen, and nothing else. Agreed to or ended by the customer, or else withdrawn by us.

    `reviewer`: who decides it for the customer.
    Raises Refused: the domain is not this tenant's, the look is too old, or something else is under way.
    """
    if typed.strip().lower() != tenant.domain.lower():
        raise wrong("the domain", f"type {tenant.domain} to show that this tenant is meant")
    look = last_look(tenant, purpose)
    plan = planned(tenant, look, purpose)
    if plan is None or look is None or plan.digest != number:
        raise Refused("not_yet", why="what would be removed has to be looked at anew")
    if runs.open_run(tenant) is not None:
        raise Refused("not_yet", why="a run is open in this tenant; it must end first")
    if look.answer["setup_missing"]:
        raise Refused("no_admin_consent", app=look.answer.get("missing") or "setup", tenant=tenant.domain)
    return begin(
        plan, by, lambda: agreements.end(plan, reviewer) if reviewer else agreements.withdraw(plan, by)
    )


@transaction.atomic
def begin(plan: Plan, by: str, decide: Callable[[], object]) -> Run:
    """Together: a withdrawal without its run would stand in the record as something that happened.

    `decide`: enters whose decision it is, where none was yet.
    """
    runs.hold(plan.tenant)
    if not hasattr(plan, "agreement"):
        decide()
    run = runs.start(plan, by)
    if run.plan_id != plan.pk:
        raise Refused("not_yet", why="a run is open in this tenant; it must end first")
    return run


def stop(run: Run, by: str, *, reviewer: bool) -> None:
    """Ask the run to stop. Raises Refused where the other side decided that end."""
    if (refused := may_stop(run, reviewer=reviewer)) is not None:
        raise refused
    runs.cancel(run, by)


def may_stop(run: Run, *, reviewer: bool) -> Refused | None:
    """Each side its own end, either of them a set-up. None: yes.

    A pause by the provider that waits for something must not keep the customer from ending it all.
    """
    form = Agreement.objects.get(plan=run.plan_id).form
    if form == Agreement.Form.ENDED:
        return None if reviewer else Refused("customers_end")
    theirs = reviewer and run.plan.purpose == OFFBOARD
    return Refused("providers_end") if theirs else None
