"""What becomes of a step's row, and of its run. Every save says `WHERE owner = me`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from onboarding import app_stands, ownership, pens
from onboarding.engine.plan import Action
from onboarding.engine.resource import Spec
from onboarding.kinds import AT_HOME, KINDS
from onboarding.models import Attempt, Run, Step
from onboarding.running import anew, hours
from onboarding.running.carry import Intent, NotSeenYet
from onboarding.runs import OPEN_STATES
from onboarding.words.reasons import in_words
from tenants import ledger
from tenants.microsoft import apps, credentials
from tenants.microsoft.errors import InProgress, Later, NotFound, Refused, Rejected

LINKS = tuple(name for name, kind in KINDS.items() if not kind.marked)
"""Kinds without room for a marker, whose natural key is unique."""
GOES = ("state", "marker", "remote_id", "unclear", "looks", "not_before", "waiting_since", "reason", "facts")
"""The columns of a step that say how it goes."""
TOO_LATE = "had an answer after it had lost the run"
CUSTOMER_ACTS = frozenset({"no_admin_consent", "no_licence", "missing_permission"})
AWAITED = frozenset({"delegation_awaited", "delegation_differs"})
"""What only the customer can do, and no app of ours could: there is nothing to be let in for."""
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


def let_go(run: Run, owner: str, pause: float | None, *, crashed: bool = False) -> float | None:
    """Give the run back, due again after the pause. Who asked meanwhile to look now is not put off."""
    due = now() + timedelta(seconds=pause or 0)
    held = Run.objects.filter(pk=run.pk, owner=owner)
    free = {"lease_until": None, "owner": ""} | ({} if crashed else {"crashes": 0})
    if held.filter(not_before=run.not_before).update(**free, not_before=due):
        return pause
    return 0.0 if held.update(**free) else pause


def known_ids(run: Run) -> dict[str, str]:
    """Address → id of what this run will take over or has written, and of what we own, which is checked."""
    owned = dict(run.tenant.owned.values_list("address", "remote_id"))
    planned = dict(run.steps.exclude(planned_id="").values_list("address", "planned_id"))
    written = dict(run.steps.exclude(remote_id="").values_list("address", "remote_id"))
    return planned | written | owned


def interrupted(run: Run, owner: str) -> None:
    """Steps a dead worker left running may have been written: they are looked for first."""
    with fenced(run, owner):
        left = run.steps.filter(state=Step.State.RUNNING)
        Attempt.objects.filter(step__in=left, ended_at=None).update(ended_at=now(), outcome="lost")
        left.update(state=Step.State.WAITING, unclear=True, looks=0, not_before=None, waiting_since=None)


def intent(step: Step, spec: Spec) -> Intent:
    """What is about to be done, with the step's spec resolved."""
    return Intent(
        action=Action(step.action),
        kind=step.kind,
        spec=spec,
        remote_id=step.planned_id,
        marker=step.marker,
        fields=tuple(step.fields),
        before=step.before,
        unclear=step.unclear,
        looks=step.looks,
        pause=settings.RUN_RETRY_SECONDS,
    )


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
        step.unclear = True  # it may have come after the write: settling.py looks
        _end(run, owner, step, attempt, "bug", type(error).__name__, state=Step.State.FAILED)
        raise error
    if error is None:
        _written(run, owner, step, attempt, future.result())
    elif isinstance(error, Later):
        _later(run, owner, step, attempt, error)
    elif isinstance(error, Refused):
        _refused(run, owner, step, attempt, error)
    else:
        _failed(run, owner, step, attempt, error)


def _refused(run: Run, owner: str, step: Step, attempt: Attempt, refused: Refused) -> None:
    step.unclear = step.unclear or refused.maybe_done
    waits = _waits(step, refused.reason)
    (_customer if waits else _failed)(run, owner, step, attempt, refused)


def _waits(step: Step, reason: str) -> bool:
    """For the customer. What our own tenant refuses is not theirs to mend."""
    return reason in AWAITED or (reason in CUSTOMER_ACTS and step.kind not in AT_HOME)


def _written(run: Run, owner: str, step: Step, attempt: Attempt, remote_id: str) -> None:
    step.remote_id, step.unclear, step.looks = remote_id, False, 0
    step.reason, step.facts, step.waiting_since, step.not_before = "", {}, None, None
    with fenced(run, owner):
        ownership.own(run, step)
        _keep(step, attempt, "written", "", Step.State.WRITTEN)


def too_late(run: Run, step: Step, future: Future[str]) -> None:
    """Another worker has the run: its rows are not ours to save, but what was made is named in the record."""
    if step.action == Action.CREATE and future.exception() is None:
        facts = {"id": future.result(), "mark": step.marker, "run": run.pk}
        ledger.record("worker", TOO_LATE, step.address, run.tenant.customer, **facts)


def _later(run: Run, owner: str, step: Step, attempt: Attempt, later: Later) -> None:
    if step.waiting_since is None or hours.begin_anew(step, attempt.started_at):
        step.waiting_since = now()
    step.reason, step.facts = "", {}
    step.unclear = step.unclear or later.maybe_done
    step.looks = step.looks + 1 if isinstance(later, NotSeenYet) else 0
    step.not_before = now() + _wait(later, now() - step.waiting_since)
    if now() - step.waiting_since > hours.MICROSOFT_HAS:
        step.unclear = step.unclear or (step.kind in LINKS and step.action == Action.CREATE)
        since = f"{step.waiting_since:%F %T} UTC"
        facts = {"step": step.address, "since": since, "why": later.why[:200]}
        step.reason, step.facts = "waited_too_long", facts
        _end(run, owner, step, attempt, "gave up", later.why, state=Step.State.FAILED)
        return
    _end(run, owner, step, attempt, "later", later.why, state=Step.State.MICROSOFT)


def _wait(later: Later, waited: timedelta) -> timedelta:
    """As long as Microsoft says; where it says nothing, as long again as it has been waited for."""
    longest = timedelta(seconds=later.seconds)
    soon = timedelta(seconds=settings.RUN_RETRY_SECONDS)
    return min(longest, max(soon, waited)) if isinstance(later, InProgress) else longest


def note(step: Step, outcome: str, said: str) -> None:
    """What was seen of a step when nothing was tried."""
    number = step.attempts.count() + 1
    Attempt.objects.create(step=step, number=number, ended_at=now(), outcome=outcome, note=said[:300])


def _customer(run: Run, owner: str, step: Step, attempt: Attempt, refused: Refused) -> None:
    step.waiting_since = step.waiting_since or now()
    step.not_before = now() + ASK_CUSTOMER_AGAIN
    # A token from before the consent lacks the role until it is issued anew.
    purpose = pens.writer(step.kind)
    credentials.forget(apps.app(purpose), str(step.target))
    if refused.reason == "no_admin_consent":
        app_stands.gone(run.tenant, purpose)
    step.reason, step.facts = refused.reason, refused.facts
    _end(run, owner, step, attempt, "refused", in_words(refused), state=Step.State.CUSTOMER)


def _failed(run: Run, owner: str, step: Step, attempt: Attempt, error: BaseException) -> None:
    if isinstance(error, Refused):
        step.reason, step.facts = error.reason, error.facts
    else:
        step.reason, step.facts = "step_failed", {"step": step.address, "why": str(error)[:200]}
    _end(run, owner, step, attempt, "failed", in_words(error), state=Step.State.FAILED)


def _end(
    run: Run, owner: str, step: Step, attempt: Attempt, outcome: str, note: str, *, state: Step.State
) -> None:
    with fenced(run, owner):
        _keep(step, attempt, outcome, note, state)


def _keep(step: Step, attempt: Attempt, outcome: str, note: str, state: Step.State) -> None:
    """How it went, and nothing of what was agreed."""
    step.state = state
    attempt.ended_at, attempt.outcome, attempt.note = now(), outcome, note[:300]
    step.save(update_fields=GOES)
    attempt.save(update_fields=("ended_at", "outcome", "note"))


def refuse_all(run: Run, owner: str, refused: Refused) -> None:
    """Nothing more of this run may be carried out: say why on every step that has not been."""
    _end_all(run, owner, state=Step.State.FAILED, reason=refused.reason, facts=refused.facts)


def cancel_waiting(run: Run, owner: str) -> None:
    _end_all(run, owner, state=Step.State.CANCELLED)


def skip_doomed(run: Run, owner: str) -> None:
    """Only steps that wait for a failed one are still open when this is called."""
    _end_all(run, owner, state=Step.State.SKIPPED)


def _end_all(run: Run, owner: str, **values: Any) -> None:
    """What was asked for may come although nobody waits for it any more: settling.py looks for it."""
    with fenced(run, owner):
        left = run.steps.filter(state__in=OPEN_STATES)
        left.filter(action=Action.CREATE, kind__in=LINKS, attempts__outcome="later").update(unclear=True)
        left.update(not_before=None, **values)


def seconds_until_due(steps: list[Step]) -> float:
    at = now()
    return max(0.0, min(((s.not_before or at) - at).total_seconds() for s in steps))


def put_off(run: Run, owner: str, until: datetime) -> float:
    """A freeze window holds it. The hour that Microsoft has begins anew afterwards."""
    with fenced(run, owner):
        run.steps.filter(state=Step.State.MICROSOFT).update(waiting_since=None)
    return max(1.0, (until - now()).total_seconds())


def verified(run: Run, owner: str, steps: Sequence[Step]) -> None:
    """A read-back agreed. What is gone or released is no longer ours."""
    if not steps:
        return
    with fenced(run, owner):
        for step in steps:
            step.state, step.waiting_since = Step.State.VERIFIED, None
            step.save(update_fields=["state", "waiting_since"])
        ownership.release(run)


def close(run: Run, owner: str) -> None:
    with fenced(run, owner):
        Run.objects.filter(pk=run.pk, owner=owner).update(closed_at=now(), checked_at=now())
        run.refresh_from_db(fields=["closed_at"])
        anew.doubt(run)
        ledger.record("worker", f"ended a run: {run.ended}", f"run {run.pk}", run.tenant.customer)
