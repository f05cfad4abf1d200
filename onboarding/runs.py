"""Starting, cancelling and finding runs. How one is carried out: advance.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from onboarding.agreeing import agreements, said_before
from onboarding.models import Plan, Run, Step
from tenants import freezes, ledger
from tenants.microsoft.errors import Refused
from tenants.models import Tenant

OPEN_STATES = (Step.State.WAITING, Step.State.CUSTOMER, Step.State.MICROSOFT)
BEFORE_AN_END: list[Callable[[Tenant], None]] = []
"""What an end must wait for though it is done elsewhere: each raises Refused until it is over. A room above
adds its own (access/apps.py); whatever it looks at begins under `hold`, too, or it could begin in between."""


def hold(tenant: Tenant) -> None:
    """Until the transaction ends no end begins in this tenant, nor anything that an end must wait for."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)


def start(plan: Plan, by: str) -> Run:
    """The one run of an agreed plan. Started twice it is still one run; another plan's must end first."""
    if (existing := _run_of(plan)) is not None:
        return existing
    try:
        return _open(plan, by)
    except IntegrityError:
        if (faster := _run_of(plan)) is not None:
            return faster
        raise


def _run_of(plan: Plan) -> Run | None:
    """Another plan's run must never pass for this one's: who waits for it would be told that it is done.

    The open one is read first: the run of this plan that opens between both reads is found by the second.
    """
    opened = open_run(plan.tenant)
    mine = Run.objects.filter(plan=plan).first()
    if mine is None and opened is not None:
        raise Refused("not_yet", why="another plan is being carried out in this tenant")
    return mine


@transaction.atomic
def _open(plan: Plan, by: str) -> Run:
    agreements.check_plan(plan)
    said_before.check_agreed(plan)
    _check_time(plan)
    _check_over(plan)
    run = Run.objects.create(tenant=plan.tenant, plan=plan, started_by=by)
    Step.objects.bulk_create(_step(run, at, change) for at, change in enumerate(plan.changes))
    agreements.check(run)
    ledger.record(by, "started a run", f"run {run.pk}", plan.tenant.customer, digest=plan.digest)
    return run


def _check_time(plan: Plan) -> None:
    """When the customer wants changes made. Whoever wants the access gone need not wait for that."""
    if plan.takes_away:
        return
    tenant = plan.tenant
    if tenant.not_before is not None and tenant.not_before > now():
        raise Refused("not_yet", why=f"the customer asked for not before {tenant.not_before:%F %H:%M} UTC")
    if until := freezes.until(tenant):
        raise Refused("frozen", tenant=tenant.domain, until=f"{until:%F %H:%M} UTC")


def _check_over(plan: Plan) -> None:
    if plan.purpose == Plan.Purpose.OFFBOARD:
        hold(plan.tenant)
        for check in BEFORE_AN_END:
            check(plan.tenant)


def held_until(run: Run) -> datetime | None:
    """When the freeze window is over that keeps this run from writing; None where none does."""
    return None if run.plan.takes_away else freezes.until(run.tenant)


def _step(run: Run, position: int, change: dict[str, Any]) -> Step:
    agreed = {key: change[key] for key in ("address", "kind", "action", "spec", "needs", "fields", "before")}
    return Step(run=run, position=position, target=change["tenant"], planned_id=change["remote_id"], **agreed)


def cancel(run: Run, by: str) -> None:
    """Ask the run to stop: what is under way ends, nothing new begins. What was written stays ours."""
    if Run.objects.open().filter(pk=run.pk, cancelled_at=None).update(cancelled_at=now(), not_before=now()):
        ledger.record(by, "cancelled a run", f"run {run.pk}", run.tenant.customer)


def resume(run: Run, by: str) -> None:
    """Look again now at what waits for a person or for Microsoft."""
    if run.closed_at is not None:
        raise Refused("step_failed", step=str(run), why="this run has ended; make a new plan")
    run.steps.filter(state__in=OPEN_STATES).update(not_before=None, waiting_since=None)
    run.steps.filter(unclear=True).update(not_before=None)
    Run.objects.filter(pk=run.pk).exclude(unread_since=None).update(unread_since=now())
    look_now(run)
    ledger.record(by, "resumed a run", f"run {run.pk}", run.tenant.customer)


def look_now(run: Run) -> None:
    Run.objects.open().filter(pk=run.pk).update(not_before=now())


def forgotten() -> list[int]:
    """Runs that have been due for half a lease and nobody came: their message or worker was lost."""
    return Run.objects.forgotten(settings.RUN_LEASE_SECONDS / 2)


def open_run(tenant: Tenant) -> Run | None:
    return Run.objects.open().filter(tenant=tenant).first()
