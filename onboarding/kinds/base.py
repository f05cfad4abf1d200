"""The protocol every kind of resource speaks, and the little they share.

A kind only ever sees resolved specs (no references) and one tenant's Graph.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from onboarding.engine.resource import Spec
from onboarding.kinds.calls import unless_gone
from tenants.microsoft.graph import Graph

AS_AGREED = "as_agreed"
"""In `about`, of an object that others have settings in, too: which of ours stand in it."""


def holds_ours(about: Mapping[str, Any]) -> bool:
    """An object that others share may stay when nothing of ours is left in it: as good as gone."""
    return bool(about.get(AS_AGREED, True))


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
    create  write it, with the marker in it where the kind has a place for one; returns its id. It looks
            before it writes, but not on the `first` try, before which nothing was ever sent. The id is ""
            where the first answer does not tell it; then it is found by its key or marker.
            Raises Later while something it needs is not replicated yet
    update  put the `changed` keys of the spec in place and keep every field that is not ours
    restore put the values of `before` in the spec's place again; None was absent, and is absent again
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
    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str: ...
    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None: ...
    async def restore(self, graph: Graph, remote_id: str, spec: Spec, before: Spec) -> None: ...
    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None: ...


class Link(ABC):
    """A relation that is its own key: it is there or it is not, and nothing of it can change."""

    marked: ClassVar[bool] = False

    @abstractmethod
    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        """Where it would be listed."""

    async def read(self, graph: Graph, remote_id: str, spec: Spec) -> Found | None:
        found = await unless_gone(self.find(graph, spec))
        return next((one for one in found or () if one.remote_id == remote_id), None)

    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None:
        raise TypeError(f"nothing of {remote_id} can change")

    async def restore(self, graph: Graph, remote_id: str, spec: Spec, before: Spec) -> None:
        raise TypeError(f"nothing of {remote_id} can have changed")
