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
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from onboarding import pens
from onboarding.agreeing import agreements
from onboarding.engine.plan import ENDINGS
from onboarding.engine.resource import Json, resolve
from onboarding.kinds import KINDS
from onboarding.models import Attempt, Run, Step
from onboarding.running import checking, crashes, order, outcomes, patience, settling, twins, unread
from onboarding.running.carry import carry_out
from onboarding.running.outcomes import Lost
from onboarding.running.reading import Looks, Reading, of_just
from onboarding.runs import held_until
from onboarding.watch import WATCHED
from tenants.microsoft.bridge import Bridge
from tenants.microsoft.errors import Later, Refused
from tenants.microsoft.fences import Fence, behind
from tenants.models import WriteStop

AT_ONCE = 8
leaving = threading.Event()
"""Set when this process was told to stop: start nothing more, give runs back."""
NOTICED_SECONDS = 1.0
"""How soon that is seen while answers are waited for."""


@dataclass(frozen=True, slots=True)
class Flight:
    """A step under way. `answered` is set when its write is over, though it may read on."""

    step: Step
    attempt: Attempt
    queue: str
    answered: Future[None]


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
    except BaseException as error:
        hold.drop()
        crashes.crashed(run, owner, error)
        raise
    finally:
        hold.drop()
    return outcomes.let_go(run, owner, pause)


class _Hold:
    """A run while we hold it."""

    def __init__(self, run: Run, owner: str) -> None:
        self.run, self.owner = run, owner
        self.until = time.monotonic() + settings.RUN_SLICE_SECONDS
        self.flying: dict[Future[str], Flight] = {}
        self.readings: dict[Looks, Reading] = {}
        self.looked_at: set[int] = set()
        self.ids: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        self.renew_at = 0.0
        self.fence = Fence(settings.RUN_LEASE_SECONDS / 2)

    def work(self) -> float | None:
        """None when the run has ended, else the seconds to wait."""
        if WriteStop.objects.exists():
            unread.over(self.run, self.owner)
            patience.begin_anew(self.run, self.owner)
            return settings.RUN_STOPPED_SECONDS
        if self.run.crashes > crashes.MOST:
            crashes.give_up(self.run, self.owner, "it was cut off each time")
            return None
        outcomes.interrupted(self.run, self.owner)
        try:
            agreements.check(self.run)
            self.compare()
            self.carry_on()
        except agreements.NotAgreed as refused:
            self.land_all()
            outcomes.refuse_all(self.run, self.owner, refused)
            settling.close_unsettled(self.run, self.owner, refused)
            return None
        except Refused as refused:
            self.land_all()
            outcomes.refuse_all(self.run, self.owner, refused)
        except Later as later:
            return max(later.seconds, settings.RUN_RETRY_SECONDS)
        return self.what_next()

    def compare(self) -> None:
        """With what was agreed. Of a run that was stopped nothing more begins, so nothing is compared."""
        if self.run.is_cancelled():
            return
        try:
            read = checking.only_what_was_agreed(self.run)
        except Later as later:
            unread.noted(self.run, self.owner, later)
            raise
        if read:
            unread.over(self.run, self.owner)

    def drop(self) -> None:
        """Nothing stays in the air when we leave: a crash or a lost lease ends the calls, too."""
        under_way: list[Future[Any]] = [*self.flying, *self.readings]
        for future in under_way:
            future.cancel()

    def carry_on(self) -> None:
        """Until nothing is under way and nothing is ready, or our time is up.

        Who leaves ends what was written and waits for no reading: another reads as well.
        """
        self.ids, self.marks = outcomes.known_ids(self.run), twins.marks(self.run)
        while True:
            steps = list(self.run.steps.all())
            unanswered = [flight.answered for flight in self.flying.values() if not flight.answered.done()]
            if time.monotonic() < self.until and not leaving.is_set():
                unanswered += self.launch(steps)
                self.begin_reading(steps)
            if not self.flying and (leaving.is_set() or not self.readings):
                return
            self.wait_for([*self.flying, *self.readings, *unanswered])
            self.renew()

    def wait_for(self, futures: list[Future[Any]]) -> None:
        timeout = min(settings.RUN_LEASE_SECONDS / 4, NOTICED_SECONDS)
        done = wait(futures, timeout=timeout, return_when=FIRST_COMPLETED).done
        for future in done & self.flying.keys():
            self.land(future)
        for future in done & self.readings.keys():
            outcomes.verified(self.run, self.owner, self.readings.pop(future).agreeing())

    def renew(self) -> None:
        """Saves renew the lease, too; this is for the time between them."""
        if time.monotonic() > self.renew_at:
            self.renew_at = time.monotonic() + settings.RUN_LEASE_SECONDS / 8
            with self.fence.renewed():
                outcomes.renew(self.run, self.owner)

    def stopped(self) -> bool:
        return WriteStop.objects.exists() or self.run.is_cancelled() or bool(held_until(self.run))

    def launch(self, steps: list[Step]) -> list[Future[None]]:
        """Begin what is ready, of each queue one. What was agreed is checked on the very rows carried out."""
        queues = {f.queue for f in self.flying.values() if not f.answered.done()} - {""}
        chosen: list[tuple[Step, str]] = []
        for step in order.ready(steps):
            queue = KINDS[step.kind].queue(self.resolved(step))
            if len(self.flying) + len(chosen) < AT_ONCE and queue not in queues and not self.is_flying(step):
                queues |= {queue} - {""}
                chosen.append((step, queue))
        if not chosen or self.stopped():
            return []
        agreements.check(self.run, steps)
        return [self.take_off(step, queue) for step, queue in chosen]

    def is_flying(self, step: Step) -> bool:
        return any(step.pk == flight.step.pk for flight in self.flying.values())

    def resolved(self, step: Step) -> dict[str, Json]:
        spec: dict[str, Json] = resolve(step.spec, self.ids)
        return spec

    def take_off(self, step: Step, queue: str) -> Future[None]:
        """The intent is a row before it is a call."""
        there, answered = pens.to_write(step.kind, str(step.target)), Future[None]()
        with self.fence.renewed():
            attempt = outcomes.begin(self.run, self.owner, step)
        intent = replace(outcomes.intent(step, self.resolved(step)), first=attempt.number == 1)
        carrying = carry_out(there, intent, lambda: answered.set_result(None))
        future = Bridge.get().submit(behind(self.fence, carrying))
        self.flying[future] = Flight(step, attempt, queue, answered)
        return answered

    def begin_reading(self, steps: list[Step]) -> None:
        """What was written is read back once while the rest is being written, and if need be at the end.

        Where strangers or twins could be, it is looked at the end only, when all of it is there.
        """
        written = [s for s in steps if s.state == Step.State.WRITTEN and s.action not in ENDINGS]
        fresh = [step for step in written if step.pk not in self.looked_at and not self.waits_for_end(step)]
        if fresh and order.unwritten(steps) and not (self.readings and self.flying):
            self.looked_at |= {step.pk for step in fresh}
            reading = of_just(self.run, fresh)
            self.readings[reading.seen] = reading

    def waits_for_end(self, step: Step) -> bool:
        return step.kind in WATCHED or step.address in self.marks

    def land_all(self) -> None:
        """What is in the air ends first: its answer says what it made."""
        while self.flying:
            for future in wait(self.flying, return_when=FIRST_COMPLETED).done:
                self.land(future)

    def land(self, future: Future[str]) -> None:
        flight = self.flying.pop(future)
        step = flight.step
        try:
            outcomes.save(self.run, self.owner, step, flight.attempt, future)
        except Lost:
            outcomes.too_late(self.run, step, future)
            raise
        if step.state == Step.State.WRITTEN and step.remote_id:
            self.ids[step.address] = step.remote_id

    def what_next(self) -> float | None:
        """Wait, give up what depends on a failure, or settle what is unclear and read everything back."""
        steps = list(self.run.steps.all())
        if self.run.is_cancelled():
            outcomes.cancel_waiting(self.run, self.owner)
        elif waiting := order.hopeful(steps):
            if until := held_until(self.run):
                return outcomes.put_off(self.run, self.owner, until)
            return outcomes.seconds_until_due(waiting)
        else:
            outcomes.skip_doomed(self.run, self.owner)
        if time.monotonic() > self.until:
            return 0.0
        pause = settling.settle(self.run, self.owner)
        return checking.read_back(self.run, self.owner) if pause is None else pause
