"""Carrying out a run: claim it, do all that is ready at once, save each step as it ends, pass the baton on.

The rows are the truth. Before a write its intent is saved with a marker; a step found `running` under a dead
lease was interrupted, and looks for its marker before it writes again. Every save is fenced: it counts only
while the lease is ours. Threads: rows are touched here only, Graph is spoken on the bridge's loop only.
"""

from __future__ import annotations

import secrets
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait

from django.conf import settings
from django.utils.timezone import now

from onboarding import agreements, checking, outcomes
from onboarding.carry import Intent, carry_out
from onboarding.engine.plan import Action
from onboarding.engine.resource import Json, resolve
from onboarding.kinds import KINDS
from onboarding.models import Attempt, Run, Step
from onboarding.outcomes import Lost
from onboarding.runs import OPEN_STATES
from tenants.microsoft import apps, clouds
from tenants.microsoft.bridge import Bridge
from tenants.microsoft.errors import Later, Refused
from tenants.microsoft.graph import graph
from tenants.models import WriteStop

AT_ONCE = 8
leaving = threading.Event()
"""Set when this process was told to stop: start nothing more, give runs back."""
DONE = frozenset({Step.State.WRITTEN, Step.State.VERIFIED})


def advance(run_id: int) -> float | None:
    """Hold the run and carry it on. Seconds until it wants to be looked at again, or None: not needed."""
    owner = secrets.token_hex(8)
    if not Run.objects.claim(run_id, owner):
        return None
    run = Run.objects.select_related("tenant__customer", "plan").get(pk=run_id)
    hold = _Hold(run, owner)
    try:
        pause = hold.work()
    except Lost:
        return None
    finally:
        hold.drop()
    return outcomes.let_go(run, owner, pause)


class _Hold:
    """A run while we hold it."""

    def __init__(self, run: Run, owner: str) -> None:
        self.run, self.owner = run, owner
        self.until = time.monotonic() + settings.RUN_SLICE_SECONDS
        self.flying: dict[Future[str], tuple[Step, Attempt]] = {}
        self.ids: dict[str, str] = {}

    def work(self) -> float | None:
        """None when the run has ended, else the seconds to wait."""
        if WriteStop.objects.exists():
            return settings.RUN_STOPPED_SECONDS
        outcomes.interrupted(self.run, self.owner)
        try:
            agreements.check(self.run)
            checking.only_what_was_agreed(self.run)
        except Refused as refused:
            outcomes.refuse_all(self.run, self.owner, refused)
            return None
        except Later as later:
            return max(later.seconds, settings.RUN_RETRY_SECONDS)
        self.carry_on()
        return self.what_next()

    def drop(self) -> None:
        """Nothing stays in the air when we leave: a crash or a lost lease ends the calls, too."""
        for future in self.flying:
            future.cancel()

    def carry_on(self) -> None:
        """Until nothing is under way and nothing is ready, or our time is up."""
        self.ids = outcomes.known_ids(self.run)
        while True:
            steps = list(self.run.steps.all())
            if time.monotonic() < self.until and not self.stopped():
                self.launch(steps)
            if not self.flying:
                return
            done, _ = wait(self.flying, timeout=settings.RUN_LEASE_SECONDS / 4, return_when=FIRST_COMPLETED)
            for future in done:
                self.land(future)
            outcomes.renew(self.run, self.owner)

    def stopped(self) -> bool:
        return (
            leaving.is_set()
            or WriteStop.objects.exists()
            or Run.objects.filter(pk=self.run.pk).exclude(cancelled_at=None).exists()
        )

    def launch(self, steps: list[Step]) -> None:
        queues = {self.queue(step) for step, _ in self.flying.values()} - {""}
        for step in ready(steps):
            queue = self.queue(step)
            if len(self.flying) < AT_ONCE and queue not in queues and not self.is_flying(step):
                queues |= {queue} - {""}
                self.take_off(step)

    def is_flying(self, step: Step) -> bool:
        return any(step.pk == other.pk for other, _ in self.flying.values())

    def queue(self, step: Step) -> str:
        return KINDS[step.kind].queue(self.resolved(step))

    def resolved(self, step: Step) -> dict[str, Json]:
        spec: dict[str, Json] = resolve(step.spec, self.ids)
        return spec

    def take_off(self, step: Step) -> None:
        """The intent is a row before it is a call; what was agreed is checked once more just before."""
        agreements.check(self.run)
        attempt = outcomes.begin(self.run, self.owner, step)
        intent = Intent(
            action=Action(step.action),
            kind=step.kind,
            spec=self.resolved(step),
            remote_id=step.planned_id,
            marker=step.marker,
            fields=tuple(step.fields),
            before=step.before,
            unclear=step.unclear,
            looks=step.looks,
            pause=settings.RUN_RETRY_SECONDS,
        )
        there = graph(clouds.current(), apps.setup(), str(step.target))
        future = Bridge.get().submit(carry_out(there, intent))
        self.flying[future] = (step, attempt)

    def land(self, future: Future[str]) -> None:
        step, attempt = self.flying.pop(future)
        outcomes.save(self.run, self.owner, step, attempt, future)
        if step.state == Step.State.WRITTEN and step.remote_id:
            self.ids[step.address] = step.remote_id

    def what_next(self) -> float | None:
        """Wait, give up what depends on a failure, or read everything back."""
        steps = list(self.run.steps.all())
        if Run.objects.filter(pk=self.run.pk).exclude(cancelled_at=None).exists():
            outcomes.cancel_waiting(self.run, self.owner)
        elif waiting := [step for step in steps if step.state in OPEN_STATES and not doomed(step, steps)]:
            return outcomes.seconds_until_due(waiting)
        else:
            outcomes.skip_doomed(self.run, self.owner)
        if time.monotonic() > self.until:
            return 0.0
        return checking.read_back(self.run, self.owner)


def ready(steps: list[Step]) -> list[Step]:
    """Steps that may begin now: due, and all they need is written. Endings go the other way round."""
    at, by_address = now(), {step.address: step for step in steps}
    return [
        step
        for step in steps
        if step.state in OPEN_STATES
        and step.is_due(at)
        and all(by_address[need].state in DONE for need in before(step, steps) if need in by_address)
    ]


def before(step: Step, steps: list[Step]) -> list[str]:
    """Addresses that must be done first: what it needs, or, when it ends, all that needs it."""
    if step.action in (Action.DELETE, Action.RELEASE):
        return [other.address for other in steps if step.address in other.needs]
    return list(step.needs)


def doomed(step: Step, steps: list[Step]) -> bool:
    """Something it waits for has failed or was given up."""
    by_address = {other.address: other for other in steps}
    bad = (Step.State.FAILED, Step.State.SKIPPED, Step.State.CANCELLED)
    return any(
        by_address[need].state in bad or doomed(by_address[need], steps)
        for need in before(step, steps)
        if need in by_address
    )
