"""What becomes of a step's row, and of its run. Every save says `WHERE owner = me`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from onboarding.carry import NotSeenYet
from onboarding.engine.plan import Action
from onboarding.models import Attempt, OwnedObject, Run, Step
from onboarding.runs import OPEN_STATES
from tenants import ledger
from tenants.microsoft import apps, credentials
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected

MICROSOFT_HAS = timedelta(hours=1)
"""Later has an end: after this a person looks at it."""
CUSTOMER_ACTS = frozenset({"no_admin_consent", "no_licence", "missing_permission"})
ASK_CUSTOMER_AGAIN = timedelta(minutes=5)


class Lost(Exception):
    """The lease is somebody else's now: nothing more may be saved."""


@contextmanager
def fenced(run: Run, owner: str) -> Iterator[None]:
    """A transaction that counts only while we hold the run; it also renews the lease."""
    with transaction.atomic():
        renew(run, owner)
        yield


def renew(run: Run, owner: str) -> None:
    until = now() + timedelta(seconds=settings.RUN_LEASE_SECONDS)
    if not Run.objects.filter(pk=run.pk, owner=owner, closed_at=None).update(lease_until=until):
        raise Lost


def let_go(run: Run, owner: str, pause: float | None) -> float | None:
    """Give the run back, due again after the pause; closed runs stay closed."""
    due = now() + timedelta(seconds=pause or 0)
    Run.objects.filter(pk=run.pk, owner=owner).update(lease_until=None, owner="", not_before=due)
    return pause


def known_ids(run: Run) -> dict[str, str]:
    """Address → id of what we own and of what this run has written or will take over."""
    owned = dict(run.tenant.owned.values_list("address", "remote_id"))
    planned = dict(run.steps.exclude(planned_id="").values_list("address", "planned_id"))
    written = dict(run.steps.exclude(remote_id="").values_list("address", "remote_id"))
    return owned | planned | written


def interrupted(run: Run, owner: str) -> None:
    """Steps a dead worker left running may have been written: they are looked for first."""
    with fenced(run, owner):
        left = run.steps.filter(state=Step.State.RUNNING)
        Attempt.objects.filter(step__in=left, ended_at=None).update(ended_at=now(), outcome="lost")
        left.update(state=Step.State.WAITING, unclear=True, looks=0, not_before=None)


def begin(run: Run, owner: str, step: Step) -> Attempt:
    """Save the intent, with the marker the object will carry."""
    with fenced(run, owner):
        step.state = Step.State.RUNNING
        step.marker = step.marker or secrets.token_hex(8)
        step.save(update_fields=["state", "marker"])
        return Attempt.objects.create(step=step, number=step.attempts.count() + 1)


def save(run: Run, owner: str, step: Step, attempt: Attempt, future: Future[str]) -> None:
    """The attempt's end and the step's new state, in one transaction."""
    error = future.exception()
    if error is not None and not isinstance(error, Later | Refused | Rejected | NotFound):
        _end(run, owner, step, attempt, "bug", type(error).__name__, state=Step.State.FAILED)
        raise error
    if error is None:
        _written(run, owner, step, attempt, future.result())
    elif isinstance(error, Later):
        _later(run, owner, step, attempt, error)
    elif isinstance(error, Refused) and error.reason in CUSTOMER_ACTS:
        _customer(run, owner, step, attempt, error)
    else:
        _failed(run, owner, step, attempt, error)


def _written(run: Run, owner: str, step: Step, attempt: Attempt, remote_id: str) -> None:
    step.remote_id, step.unclear = remote_id, False
    step.reason, step.facts, step.waiting_since, step.not_before = "", {}, None, None
    with fenced(run, owner):
        own(run, step)
        _end(run, owner, step, attempt, "written", "", state=Step.State.WRITTEN)


def own(run: Run, step: Step) -> None:
    """What was made or taken over is ours from the moment it was written."""
    if step.action in (Action.DELETE, Action.RELEASE):
        return
    values = {
        "remote_id": step.remote_id,
        "kind": step.kind,
        "target": step.target,
        "spec": step.spec,
        "needs": step.needs,
    }
    if step.action == Action.ADOPT:
        before = {name: step.before.get(name) for name in step.fields}
        values |= {"origin": OwnedObject.Origin.ADOPTED, "before": before}
    elif step.action == Action.CREATE:
        values |= {"origin": OwnedObject.Origin.CREATED, "before": {}}
    elif mine := run.tenant.owned.filter(address=step.address, origin=OwnedObject.Origin.ADOPTED).first():
        # A later offer may touch more fields than were taken over at first; the oldest value counts.
        values["before"] = {name: step.before.get(name) for name in step.fields} | mine.before
    OwnedObject.objects.update_or_create(tenant=run.tenant, address=step.address, defaults=values)


def _later(run: Run, owner: str, step: Step, attempt: Attempt, later: Later) -> None:
    # A reason is left from waiting for the customer, whose days are not Microsoft's hour.
    step.waiting_since = now() if step.reason else step.waiting_since or now()
    step.reason, step.facts = "", {}
    step.unclear = step.unclear or later.maybe_done
    step.looks = step.looks + 1 if isinstance(later, NotSeenYet) else 0
    step.not_before = now() + timedelta(seconds=later.seconds)
    if now() - step.waiting_since > MICROSOFT_HAS:
        step.reason, step.facts = "waited_too_long", {"step": step.address, "why": later.why[:200]}
        _end(run, owner, step, attempt, "gave up", later.why, state=Step.State.FAILED)
        return
    _end(run, owner, step, attempt, "later", later.why, state=Step.State.MICROSOFT)


def _customer(run: Run, owner: str, step: Step, attempt: Attempt, refused: Refused) -> None:
    step.waiting_since = step.waiting_since or now()
    step.not_before = now() + ASK_CUSTOMER_AGAIN
    # A token from before the consent lacks the role until it is issued anew.
    credentials.forget(apps.setup(), str(step.target))
    step.reason, step.facts = refused.reason, refused.facts
    _end(run, owner, step, attempt, "refused", refused.reason, state=Step.State.CUSTOMER)


def _failed(run: Run, owner: str, step: Step, attempt: Attempt, error: BaseException) -> None:
    if isinstance(error, Refused):
        step.reason, step.facts = error.reason, error.facts
    else:
        step.reason, step.facts = "step_failed", {"step": step.address, "why": str(error)[:200]}
    _end(run, owner, step, attempt, "failed", str(error), state=Step.State.FAILED)


def _end(
    run: Run, owner: str, step: Step, attempt: Attempt, outcome: str, note: str, *, state: Step.State
) -> None:
    step.state = state
    attempt.ended_at, attempt.outcome, attempt.note = now(), outcome, note[:300]
    with fenced(run, owner):
        step.save()
        attempt.save()


def refuse_all(run: Run, owner: str, refused: Refused) -> None:
    """Nothing of this run may be carried out: say why on every step that has not been, and close it."""
    with fenced(run, owner):
        run.steps.filter(state__in=OPEN_STATES).update(
            state=Step.State.FAILED, reason=refused.reason, facts=refused.facts
        )
        close(run, owner)


def cancel_waiting(run: Run, owner: str) -> None:
    with fenced(run, owner):
        run.steps.filter(state__in=OPEN_STATES).update(state=Step.State.CANCELLED)


def skip_doomed(run: Run, owner: str) -> None:
    """Only steps that wait for a failed one are still open when this is called."""
    with fenced(run, owner):
        run.steps.filter(state__in=OPEN_STATES).update(state=Step.State.SKIPPED)


def seconds_until_due(steps: list[Step]) -> float:
    at = now()
    return max(0.0, min(((s.not_before or at) - at).total_seconds() for s in steps))


def verified(run: Run, owner: str, step: Step) -> None:
    """A read-back agreed. What is gone or released is no longer ours."""
    with fenced(run, owner):
        step.state = Step.State.VERIFIED
        step.save(update_fields=["state"])
        if step.action in (Action.DELETE, Action.RELEASE):
            mine = OwnedObject.objects.filter(tenant=run.tenant, address=step.address)
            mine.filter(remote_id=step.planned_id).delete()


def close(run: Run, owner: str) -> None:
    with fenced(run, owner):
        Run.objects.filter(pk=run.pk, owner=owner).update(closed_at=now(), checked_at=now())
        run.refresh_from_db(fields=["closed_at"])
        ledger.record("worker", f"ended a run: {run.ended}", f"run {run.pk}", run.tenant.customer)
