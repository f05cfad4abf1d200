"""What is really there: every address of a blueprint read from its tenant, all at once. Reads only.

An object whose parts are not readable is unknown, never absent. Ids of what we own are known beforehand, so
their reads do not wait for each other; only what is not ours yet is looked for by name, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ParamSpec, TypeVar

from onboarding.engine.plan import Candidate, Owned, Seen, State
from onboarding.engine.resource import Resource, Spec, Unresolved, references, resolve
from onboarding.kinds import KINDS
from onboarding.kinds.base import Found, Kind
from onboarding.watch import watch
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph

P = ParamSpec("P")
T = TypeVar("T")
TRIES = 3
LONGEST_WAIT = 5.0


async def observe(
    graph: Graph,
    desired: Sequence[Resource],
    owned: Mapping[str, Owned],
    ticked: Mapping[str, str] | None = None,
) -> dict[str, Seen]:
    """Read every desired address, and every owned one that is no longer desired."""
    wanted = {resource.address: resource for resource in desired}
    everything = {address: mine.resource for address, mine in owned.items()} | wanted
    look = _Look(graph, everything, owned, ticked or {})
    seen = await look.all()
    return await watch(graph, wanted, seen)


class _Look:
    """One observation under way: who waits for whose id."""

    def __init__(
        self,
        graph: Graph,
        resources: Mapping[str, Resource],
        owned: Mapping[str, Owned],
        ticked: Mapping[str, str],
    ) -> None:
        self.graph, self.resources, self.owned, self.ticked = graph, resources, owned, ticked
        self.ids = {address: mine.remote_id for address, mine in owned.items()}
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
            spec = resolve(resource.spec, self.ids)
            found = await _patiently(self._read, kind, resource.address, spec)
        except Unresolved:
            return Seen(State.ABSENT)
        except NotFound as error:
            return await self._orphaned(resource, error)
        except (Later, Refused, Rejected) as error:
            return Seen(State.UNKNOWN, why=str(error))
        self._learn(kind, resource.address, found)
        return _seen(kind, spec, found)

    async def _orphaned(self, resource: Resource, error: NotFound) -> Seen:
        """What hangs on something that is gone is gone with it; else "not found" proves nothing."""
        parents = [await self.tasks[a] for a in references(resource.spec) if a in self.tasks]
        if any(parent.state is State.ABSENT for parent in parents):
            return Seen(State.ABSENT)
        return Seen(State.UNKNOWN, why=str(error))

    async def _wait_for_ids(self, resource: Resource) -> Seen | None:
        """Wait for what the spec refers to; unknown is contagious."""
        for address in references(resource.spec):
            if address not in self.ids and address in self.tasks:
                other = await self.tasks[address]
                if other.state is State.UNKNOWN:
                    return Seen(State.UNKNOWN, why=f"{address} could not be read: {other.why}")
        return None

    async def _read(self, kind: Kind, address: str, spec: Spec) -> list[Found]:
        mine = self.owned.get(address)
        if mine is not None:
            found = await kind.read(self.graph, mine.remote_id, spec)
            if found is not None:
                return [found]
        # One "not found" proves nothing: replicas lag and flap. The list is a second opinion.
        return await kind.find(self.graph, spec)

    def _learn(self, kind: Kind, address: str, found: list[Found]) -> None:
        if address in self.ids:
            return
        chosen = [f for f in found if f.remote_id == self.ticked.get(address)]
        if not kind.marked:
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
        link=not kind.marked,
        fixed=kind.identity,
    )
