"""One step carried out in a tenant. No rows here: an intent goes in, the id of what is there comes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from onboarding.engine.plan import Action
from onboarding.engine.resource import Spec
from onboarding.engine.shape import same
from onboarding.kinds import KINDS
from onboarding.kinds.base import Found, Kind, Link, holds_ours
from onboarding.kinds.calls import once_accepted, once_replicated
from tenants.microsoft.errors import InProgress, Later, NotFound, Rejected
from tenants.microsoft.graph import Graph

ACCEPTED = 15.0
"""Seconds until something asked for is looked for again that was not listed at once."""
LOOKS = 5
"""Misses in a row before we believe them, after an answer was lost; Terraform asks for five, too."""


class NotSeenYet(Later):
    """A write whose answer was lost may still show up; it is looked for again before it is repeated."""


def nobody() -> None:
    """Nobody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be done.

    spec     resolved
    unclear  an earlier try may have done it
    first    nothing was ever sent for this step
    """

    action: Action
    kind: str
    spec: Spec
    remote_id: str
    marker: str
    fields: tuple[str, ...]
    before: Spec
    unclear: bool
    looks: int
    pause: float
    first: bool = False


async def carry_out(graph: Graph, intent: Intent, answered: Callable[[], object] = nobody) -> str:
    """Do it and return the object's id. Doing it twice gives one thing.

    `answered` is called where the write is over and only reads are left: the next in its queue may begin.
    """
    kind = KINDS[intent.kind]
    match intent.action:
        case Action.CREATE:
            return await _create(graph, kind, intent, answered)
        case Action.ADOPT | Action.UPDATE:
            await _update(graph, kind, intent)
        case Action.RELEASE:
            await _release(graph, kind, intent)
        case Action.DELETE:
            await _delete(graph, kind, intent)
    return intent.remote_id


async def _update(graph: Graph, kind: Kind, intent: Intent) -> None:
    if intent.fields:
        fields = frozenset(intent.fields)
        await _though_replicas_lag(kind.update(graph, intent.remote_id, intent.spec, fields), intent)


async def _release(graph: Graph, kind: Kind, intent: Intent) -> None:
    """What somebody deleted meanwhile need not be given back."""
    if intent.fields:
        before = {name: intent.before.get(name) for name in intent.fields}
        with suppress(NotFound):
            restoring = kind.restore(graph, intent.remote_id, intent.spec, before)
            await _though_replicas_lag(restoring, intent)


async def _delete(graph: Graph, kind: Kind, intent: Intent) -> None:
    """After a lost answer, what is not seen is deleted once it was missed time after time."""
    if intent.unclear and intent.looks < LOOKS and await trace(graph, intent):
        raise NotSeenYet(intent.pause * 2**intent.looks, "looking whether a lost answer had deleted it")
    await kind.delete(graph, intent.remote_id, intent.spec)


async def _though_replicas_lag(writing: Awaitable[None], intent: Intent) -> None:
    try:
        await writing
    except NotFound:
        if intent.looks < LOOKS:
            raise NotSeenYet(intent.pause * 2**intent.looks, "looking for what is to be changed") from None
        raise


async def _create(graph: Graph, kind: Kind, intent: Intent, answered: Callable[[], object]) -> str:
    if intent.first and not intent.unclear:
        return await _at_once(graph, kind, intent, answered)
    if intent.unclear:
        mine = await _visible(graph, kind, intent)
        if mine is not None:
            return mine
        if intent.looks < LOOKS:
            raise NotSeenYet(intent.pause * 2**intent.looks, "looking for what a lost answer may have made")
    return await kind.create(graph, intent.spec, intent.marker)


async def _at_once(graph: Graph, kind: Kind, intent: Intent, answered: Callable[[], object]) -> str:
    """Written without a look: the run saw before it began that nothing of the kind is there.

    Rejected may mean that it is there after all, by another hand or by a write that was repeated on its way.
    """
    try:
        made = await kind.create(graph, intent.spec, intent.marker, True)
    except Rejected:
        mine = await _visible(graph, kind, intent)
        if mine is None:
            raise
        return mine
    if made:
        return made
    answered()
    with once_accepted():
        mine = await _visible(graph, kind, intent)
    if mine:
        return mine
    raise InProgress(ACCEPTED, f"the {kind.name} was accepted and is not listed yet", maybe_done=True)


async def trace(graph: Graph, intent: Intent) -> str | None:
    """The id of what a try did whose answer was lost; None where nothing of it is seen. Reads only."""
    kind = KINDS[intent.kind]
    try:
        if intent.action == Action.CREATE:
            return await _mine(graph, kind, intent)
        found = await kind.read(graph, intent.remote_id, intent.spec)
    except NotFound:  # where it would be is gone, or not there yet
        return None
    if intent.action == Action.DELETE:
        return None if found and holds_ours(found.about) else intent.remote_id
    wanted = intent.before if intent.action == Action.RELEASE else intent.spec
    ours = found and any(same(wanted.get(name), found.values.get(name)) for name in intent.fields)
    return intent.remote_id if ours else None


async def _visible(graph: Graph, kind: Kind, intent: Intent) -> str | None:
    return await once_replicated(_mine(graph, kind, intent), "what it belongs to")


async def _mine(graph: Graph, kind: Kind, intent: Intent) -> str | None:
    """What the earlier try made: by our marker, or by the natural key where that is unique."""
    for found in await kind.find(graph, intent.spec):
        if _is_mine(kind, found, intent):
            return found.remote_id
    return None


def _is_mine(kind: Kind, found: Found, intent: Intent) -> bool:
    """Without a marker: a relation is its own proof; anything else must be as we would have written it."""
    if kind.marked:
        return found.marker == intent.marker
    return isinstance(kind, Link) or all(same(v, found.values.get(k)) for k, v in intent.spec.items())
