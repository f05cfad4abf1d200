"""One read of what some steps are about, under way: begun here, judged when its answers are in."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings

from onboarding import pens, plans
from onboarding.engine import plan as engine
from onboarding.engine.plan import ENDINGS, Action, Seen, State
from onboarding.engine.resource import Resource
from onboarding.kinds import READ_BY_ITSELF
from onboarding.models import Run, Step
from onboarding.observe import Reader, observe, read
from onboarding.running import twins
from onboarding.watch import WATCHED, watch
from tenants.microsoft import bridge
from tenants.microsoft.bridge import Bridge
from tenants.microsoft.errors import Later

T = TypeVar("T")
READ_SECONDS = 40.0
LONGEST_PAUSE = 900.0
"""Seconds after which it is read again, whatever was asked for: a run that waits for a read has an hour."""
Looks = Future[dict[str, Seen]]


@dataclass(frozen=True, slots=True)
class Reading:
    steps: Sequence[Step]
    ours: Mapping[str, engine.Owned]
    ticked: Mapping[str, str]
    seen: Looks

    def planned(self) -> engine.Plan:
        """What would have to change. Later: reading took too long."""
        return engine.plan([resource(step) for step in self.steps], answer(self.seen), self.ours, self.ticked)

    def unread(self) -> Later | None:
        """What keeps these steps from being judged; it may be asked again when Microsoft said."""
        try:
            return could_not_be_read(answer(self.seen), [step.address for step in self.steps])
        except Later as later:
            return later

    def agreeing(self) -> list[Step]:
        """Steps whose object was read and is as it should be; none while reading is too slow."""
        try:
            found = self.planned()
        except Later:
            return []
        off = {c.resource.address for c in found.changes} | {q.address for q in found.questions}
        off |= {*found.unknown, *self.strange()}
        return [step for step in self.steps if step.address not in off]

    def strange(self) -> dict[str, list[str]]:
        """Address → what nobody planned and is there all the same; nothing while reading is too slow."""
        try:
            return {a: list(look.strange) for a, look in answer(self.seen).items() if look.strange}
        except Later:
            return {}


def of_steps(run: Run, steps: Sequence[Step]) -> Reading:
    """Reads all we own besides, and all this run takes over: what these steps hang on may be gone."""
    owned, taken = plans.owned_by(run.tenant), run.steps.filter(action=Action.ADOPT)
    hung_on = [step for step in taken if step.address not in owned] if steps else []
    every = {step.address: resource(step) for step in (*hung_on, *steps)}
    ticked = _ticked([*hung_on, *steps])
    looking = observe(pens.to_read(run.tenant), list(every.values()), owned if every else {}, ticked)
    return Reading(steps, _ours(steps, owned), ticked, _begun(looking))


def of_just(run: Run, steps: Sequence[Step]) -> Reading:
    """Reads nothing but these steps' own objects: what was written a moment ago hangs on what is there."""
    owned, ticked = plans.owned_by(run.tenant), _ticked(steps)
    ours = _ours(steps, owned)
    ids = {address: mine.remote_id for address, mine in owned.items()}
    looking = read(pens.to_read(run.tenant), [resource(step) for step in steps], ours, ticked, ids)
    return Reading(steps, ours, ticked, _begun(looking))


def of_the_end(run: Run, steps: Sequence[Step]) -> Reading:
    """These steps with all they hang on, and what strangers could have come into: everything of ours that
    only all the rest tells apart, whoever wrote it."""
    owned, ticked = plans.owned_by(run.tenant), _ticked(steps)
    ended, written = _ended(run), {step.address: resource(step) for step in steps}
    wanted = {a: mine.resource for a, mine in owned.items() if a not in ended} | written
    looked_at = {a for a, each in wanted.items() if each.kind in WATCHED}
    looked_at |= _with_needs(wanted, [step.address for step in steps])
    looking = _look(pens.to_read(run.tenant), wanted, owned, ticked, looked_at, twins.marks(run))
    return Reading(steps, _ours(steps, owned), ticked, _begun(looking))


def _ours(steps: Sequence[Step], owned: Mapping[str, engine.Owned]) -> dict[str, engine.Owned]:
    return {step.address: owned[step.address] for step in steps if step.address in owned}


def _ended(run: Run) -> set[str]:
    done = run.steps.filter(action__in=ENDINGS, state__in=(Step.State.WRITTEN, Step.State.VERIFIED))
    return set(done.values_list("address", flat=True))


def _with_needs(wanted: Mapping[str, Resource], addresses: Sequence[str]) -> set[str]:
    found, left = set[str](), list(addresses)
    while left:
        if (address := left.pop()) in wanted and address not in found:
            found.add(address)
            left += wanted[address].needs
    return found


async def _look(
    reader: Reader,
    wanted: Mapping[str, Resource],
    owned: Mapping[str, engine.Owned],
    ticked: Mapping[str, str],
    addresses: Collection[str],
    marks: Mapping[str, str],
) -> dict[str, Seen]:
    ids = {address: mine.remote_id for address, mine in owned.items()}
    ours = {address: owned[address] for address in addresses if address in owned}
    seen = await read(reader, [wanted[address] for address in addresses], ours, ticked, ids)
    seen = await twins.with_twins(reader, wanted, seen, marks)
    return await watch(reader, wanted, seen, owned)


def of_ended(run: Run, owned: Mapping[str, engine.Owned]) -> Looks:
    """What we were told would end, or has ended: where the right to look went with it, it is ours no more."""
    gone = {a: mine.resource for a, mine in owned.items() if mine.resource.kind in READ_BY_ITSELF}
    ours = {a: mine for a, mine in owned.items() if a not in gone}
    return _begun(observe(pens.to_read(run.tenant), list(gone.values()), ours, {}))


def could_not_be_read(seen: Mapping[str, Seen], addresses: Collection[str]) -> Later | None:
    unknown = {a: seen[a] for a in addresses if seen[a].state is State.UNKNOWN}
    if not unknown:
        return None
    address, look = next(iter(unknown.items()))
    pause = max(min(one.again, LONGEST_PAUSE) for one in unknown.values())
    words = f"{address} could not be read: {look.why}"
    return Later(max(pause, settings.RUN_RETRY_SECONDS), words)


def answer(seen: Looks) -> dict[str, Seen]:
    """What was seen; too slow an answer is no answer."""
    try:
        return seen.result()
    except TimeoutError:
        raise Later(settings.RUN_RETRY_SECONDS, "reading the tenant took too long") from None
    except BaseException:
        seen.cancel()
        raise


def resource(step: Step) -> Resource:
    return Resource(step.address, step.kind, str(step.target), step.spec, tuple(step.needs))


def _ticked(steps: Sequence[Step]) -> dict[str, str]:
    return {step.address: step.planned_id for step in steps if step.action == Action.ADOPT}


def _begun(looking: Coroutine[None, None, dict[str, Seen]]) -> Looks:
    return Bridge.get().submit(asyncio.wait_for(looking, READ_SECONDS))


def every(looks: Sequence[Coroutine[None, None, T]]) -> list[T | BaseException]:
    """What each look found, or why it could not. Raises TimeoutError where all of them take too long."""
    return bridge.run(_every(looks), READ_SECONDS)


async def _every(looks: Sequence[Coroutine[None, None, T]]) -> list[T | BaseException]:
    return await asyncio.gather(*looks, return_exceptions=True)
