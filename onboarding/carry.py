"""One step carried out in a tenant. No rows here: an intent goes in, the id of what is there comes out."""

from __future__ import annotations

from dataclasses import dataclass

from onboarding.engine.plan import Action
from onboarding.engine.resource import Spec
from onboarding.kinds import KINDS
from onboarding.kinds.base import Kind
from tenants.microsoft.errors import Later
from tenants.microsoft.graph import Graph

LOOKS = 5
"""Misses in a row before we believe that a lost write never happened; Terraform asks for five, too."""


class NotSeenYet(Later):
    """A write whose answer was lost may still show up; it is looked for again before it is repeated."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be done. `spec` is resolved; `unclear`: an earlier try may have done it."""

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


async def carry_out(graph: Graph, intent: Intent) -> str:
    """Do it and return the object's id. Doing it twice gives one thing."""
    kind = KINDS[intent.kind]
    match intent.action:
        case Action.CREATE:
            return await _create(graph, kind, intent)
        case Action.ADOPT | Action.UPDATE:
            if intent.fields:
                await kind.update(graph, intent.remote_id, intent.spec, frozenset(intent.fields))
        case Action.RELEASE:
            if intent.fields:
                await kind.update(
                    graph, intent.remote_id, {**intent.spec, **intent.before}, frozenset(intent.fields)
                )
        case Action.DELETE:
            await kind.delete(graph, intent.remote_id, intent.spec)
    return intent.remote_id


async def _create(graph: Graph, kind: Kind, intent: Intent) -> str:
    if intent.unclear:
        mine = await _mine(graph, kind, intent)
        if mine is not None:
            return mine
        if intent.looks < LOOKS:
            raise NotSeenYet(intent.pause * 2**intent.looks, "looking for what a lost answer may have made")
    return await kind.create(graph, intent.spec, intent.marker)


async def _mine(graph: Graph, kind: Kind, intent: Intent) -> str | None:
    """What the earlier try made: by our marker, or by the natural key where that is unique."""
    for found in await kind.find(graph, intent.spec):
        if not kind.marked or found.marker == intent.marker:
            return found.remote_id
    return None
