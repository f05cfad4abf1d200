"""What is really there: every address of a blueprint read from its tenant, all at once. Reads only.

An object whose parts are not readable is unknown, never absent. Ids of what we own are known beforehand, so
their reads do not wait for each other; only what is not ours yet is looked for by name, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import ParamSpec, TypeVar

from onboarding.engine.plan import Candidate, Owned, Seen, State, differing, in_order
from onboarding.engine.resource import Resource, Spec, Unresolved, as_far_as_known, references, resolve
from onboarding.kinds import KINDS
from onboarding.kinds.base import Found, Kind, Link
from onboarding.watch import unknown, watch
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph

P = ParamSpec("P")
T = TypeVar("T")
TRIES = 3
LONGEST_WAIT = 5.0


Reader = Callable[[Resource], Graph]
"""Where an object is read: not every one stands in the same tenant."""


async def observe(
    reader: Reader,
    desired: Sequence[Resource],
    owned: Mapping[str, Owned],
    ticked: Mapping[str, str] | None = None,
) -> dict[str, Seen]:
    """Read every desired address, and every owned one that is no longer desired; tell what nobody planned."""
    seen = await read(reader, desired, owned, ticked or {}, {})
    return await watch(reader, {resource.address: resource for resource in desired}, seen, owned)


async def read(
    reader: Reader,
    desired: Sequence[Resource],
    owned: Mapping[str, Owned],
    ticked: Mapping[str, str],
    ids: Mapping[str, str],
) -> dict[str, Seen]:
    """The same without looking for strangers. `ids`: address → id of what is known and need not be read."""
    wanted = {resource.address: resource for resource in desired}
    everything = {address: mine.resource for address, mine in owned.items()} | wanted
    seen = await _Look(reader, everything, owned, ticked, ids).all()
    return without_what_is_gone(everything, owned, seen)


def without_what_is_gone(
    resources: Mapping[str, Resource], owned: Mapping[str, Owned], seen: Mapping[str, Seen]
) -> dict[str, Seen]:
    """Ids of ours were believed beforehand. What refers to one that is gone was read as if it were there."""
    result, gone = dict(seen), set[str]()
    for resource in in_order(resources.values()):
        address = resource.address
        result[address] = _hanging(resource, result[address], gone, owned.get(address))
        if address in owned and _is_gone(owned[address], result[address]):
            gone.add(address)
    return result


def _is_gone(mine: Owned, look: Seen) -> bool:
    found = {candidate.remote_id for candidate in look.candidates}
    return look.state is not State.UNKNOWN and mine.remote_id not in found


def _hanging(resource: Resource, look: Seen, gone: set[str], mine: Owned | None) -> Seen:
    """Made anew where what is gone is part of what it is; else changed where it refers to it."""
    dead = {key: value for key, value in resource.spec.items() if gone.intersection(references(value))}
    if not dead or look.state in (State.ABSENT, State.UNKNOWN):
        return look
    if dead.keys().isdisjoint(look.fixed):
        return replace(look, resolved={**look.resolved, **dead})
    left = (c for c in look.candidates if mine is not None and c.remote_id == mine.remote_id)
    return Seen(State.ABSENT, left=next(left, None))


class _Look:
    """One observation under way: who waits for whose id."""

    def __init__(
        self,
        reader: Reader,
        resources: Mapping[str, Resource],
        owned: Mapping[str, Owned],
        ticked: Mapping[str, str],
        ids: Mapping[str, str],
    ) -> None:
        self.reader, self.resources, self.owned, self.ticked = reader, resources, owned, ticked
        self.ids = {**ids, **{address: mine.remote_id for address, mine in owned.items()}}
        self.tasks: dict[str, asyncio.Task[Seen]] = {}

    async def all(self) -> dict[str, Seen]:
        for address in self.resources:
            self.tasks[address] = asyncio.create_task(self._one(self.resources[address]))
        return dict(zip(self.tasks, await asyncio.gather(*self.tasks.values()), strict=True))

    async def _one(self, resource: Resource) -> Seen:
        kind = KINDS[resource.kind]
        blocked = await self._wait_for_ids(resource)
        if blocked is not None:
            return blocked
        try:
            spec = self._resolved(kind, resource.spec)
            found = await _patiently(self._read, kind, resource, spec)
        except Unresolved:
            return Seen(State.ABSENT)
        except NotFound as error:
            return await self._orphaned(resource, error)
        except (Later, Refused, Rejected) as error:
            return unknown(error)
        self._learn(kind, resource.address, found)
        return _seen(kind, spec, found)

    def _resolved(self, kind: Kind, spec: Spec) -> Spec:
        """What it is known by must be there, or it is not.

        What else it will name may come later: one made by hand is seen all the same, and gets no second one.
        """
        known = {key: resolve(spec[key], self.ids) for key in kind.identity if key in spec}
        return {**as_far_as_known(spec, self.ids), **known}

    async def _orphaned(self, resource: Resource, error: NotFound) -> Seen:
        """What hangs on something that is gone is gone with it; else "not found" proves nothing."""
        parents = [await self.tasks[a] for a in references(resource.spec) if a in self.tasks]
        if any(parent.state is State.ABSENT for parent in parents):
            return Seen(State.ABSENT)
        return unknown(error)

    async def _wait_for_ids(self, resource: Resource) -> Seen | None:
        """Wait for what the spec refers to; unknown is contagious."""
        for address in references(resource.spec):
            if address not in self.ids and address in self.tasks:
                other = await self.tasks[address]
                if other.state is State.UNKNOWN:
                    return Seen(State.UNKNOWN, why=f"{address} could not be read: {other.why}")
        return None

    async def _read(self, kind: Kind, resource: Resource, spec: Spec) -> list[Found]:
        mine, graph = self.owned.get(resource.address), self.reader(resource)
        if mine is not None:
            found = await kind.read(graph, mine.remote_id, spec)
            if found is not None:
                return [await self._but_for_ours(kind, graph, mine, spec, found)]
        # One "not found" proves nothing: replicas lag and flap. The list is a second opinion.
        return await kind.find(graph, spec)

    async def _but_for_ours(self, kind: Kind, graph: Graph, mine: Owned, spec: Spec, found: Found) -> Found:
        """What stands there because we wrote it is not strange while the plan is to change it."""
        if not found.strange or not differing(spec, found.values):
            return found
        try:
            then = await kind.read(graph, mine.remote_id, resolve(mine.resource.spec, self.ids))
        except Unresolved:
            return found
        nobodys = then.strange if then else found.strange
        return replace(found, strange=tuple(words for words in found.strange if words in nobodys))

    def _learn(self, kind: Kind, address: str, found: list[Found]) -> None:
        if address in self.ids:
            return
        chosen = [f for f in found if f.remote_id == self.ticked.get(address)]
        if isinstance(kind, Link):
            chosen = found
        if len(chosen) == 1:
            self.ids[address] = chosen[0].remote_id


async def _patiently(read: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs) -> T:
    """A short wait is not worth an "unknown": try again a few times."""
    for left in reversed(range(TRIES)):
        try:
            return await read(*arguments, **named)
        except Later as later:
            if not left or later.seconds > LONGEST_WAIT:
                raise
            await asyncio.sleep(later.seconds)
    raise AssertionError("unreachable")


def _seen(kind: Kind, spec: Spec, found: list[Found]) -> Seen:
    if not found:
        return Seen(State.ABSENT, resolved=spec)
    return Seen(
        State.FOUND if len(found) == 1 else State.SEVERAL,
        tuple(Candidate(f.remote_id, f.values, f.blockers, f.about) for f in found),
        resolved=spec,
        strange=found[0].strange if len(found) == 1 else (),
        link=isinstance(kind, Link),
        fixed=kind.identity,
    )
