"""The protocol every kind of resource speaks, and the little they share.

A kind only ever sees resolved specs (no references) and one tenant's Graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from onboarding.engine.resource import Spec
from tenants.microsoft.graph import Graph


@dataclass(frozen=True, slots=True)
class Found:
    """An object as read from the tenant.

    values    the spec's keys as they really are, in the spec's own shape and normal form
    marker    our marker, where the object carries one
    strange   sentences about what nobody planned: a foreign owner, member, approval stage
    blockers  sentences why nobody may adopt it: synced, dynamic, role-assignable, foreign
    """

    remote_id: str
    values: Mapping[str, Any]
    marker: str | None = None
    strange: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)


class Kind(Protocol):
    """Create, read, update and delete one sort of object.

    find    every object the natural key fits, following all pages: [] none, several: ambiguous
    read    the object with this id, None when the service says it is gone
    create  write it, with the marker in it where the kind has a place for one; returns its id.
            Raises Later while something it needs is not replicated yet
    update  put the `changed` keys of the spec in place and keep every field that is not ours
    delete  remove it; gone already is fine

    Errors of all of them: tenants.microsoft.errors.
    """

    name: ClassVar[str]
    permissions: ClassVar[tuple[str, ...]]
    identity: ClassVar[tuple[str, ...]]
    """The spec's keys that cannot change after creation."""
    marked: ClassVar[bool]
    """False: the natural key itself is unique (a membership, a role in a package)."""

    def queue(self, spec: Spec) -> str:
        """Writes with the same queue name go one after the other; "" is no queue."""
        ...

    async def find(self, graph: Graph, spec: Spec) -> list[Found]: ...
    async def read(self, graph: Graph, remote_id: str, spec: Spec) -> Found | None: ...
    async def create(self, graph: Graph, spec: Spec, marker: str) -> str: ...
    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None: ...
    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None: ...
