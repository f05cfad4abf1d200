"""What the objects of entitlement management share: our marker stands in the last line of their description.

They are made by a plain POST that would make a second one, so a second try looks for its own marker first.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.putting_back import to_write
from onboarding.engine.resource import Spec
from onboarding.engine.shape import project
from onboarding.kinds.base import Found
from onboarding.kinds.calls import ask, made, once_replicated, quoted, send, unless_gone
from tenants.microsoft.graph import Graph

MARKED = re.compile(r"\s*\[gatehouse:([^\]\s]+)\]\s*\Z")


def with_marker(description: str | None, marker: str | None) -> str:
    return "\n".join(part for part in (description, f"[gatehouse:{marker}]" if marker else "") if part)


def without_marker(description: str | None) -> tuple[str, str | None]:
    """The description as the spec has it, and the marker that stood in it."""
    found = MARKED.search(description or "")
    return ((description or "")[: found.start()], found[1]) if found else (description or "", None)


class Described(ABC):
    """A kind of entitlement management; each says where its objects are and which one fits a spec."""

    name: ClassVar[str]
    permissions: ClassVar[tuple[str, ...]] = ("EntitlementManagement.ReadWrite.All",)
    identity: ClassVar[tuple[str, ...]] = ()
    marked: ClassVar[bool] = True
    expand_list: ClassVar[str] = ""
    expand: ClassVar[str] = ""

    @abstractmethod
    def collection(self, graph: Graph) -> Any:
        """The builder of the list."""

    @abstractmethod
    def item(self, graph: Graph, remote_id: str) -> Any:
        """The builder of one object."""

    def filter(self, spec: Spec) -> str:
        return f"displayName eq {quoted(spec['displayName'])}"

    def fits(self, spec: Spec, raw: Mapping[str, Any]) -> bool:
        return True

    def values(self, spec: Spec, raw: Mapping[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = project(spec, raw)
        return result

    def strange(self, spec: Spec, raw: Mapping[str, Any]) -> tuple[str, ...]:
        return ()

    def blockers(self, raw: Mapping[str, Any]) -> tuple[str, ...]:
        return ()

    def about(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def queue(self, spec: Spec) -> str:
        return ""

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        listing = ask(self.collection(graph), filter=self.filter(spec), expand=self.expand_list)
        ids = [raw["id"] for raw in await graph.pages(listing) if self.fits(spec, raw)]
        return [await once_replicated(self._whole(graph, id, spec), f"{self.name} {id}") for id in ids]

    async def read(self, graph: Graph, remote_id: str, spec: Spec) -> Found | None:
        return await unless_gone(self._whole(graph, remote_id, spec))

    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str:
        there = [] if first else await self.find(graph, spec)
        mine = [found.remote_id for found in there if found.marker == marker]
        if mine:
            return mine[0]
        body = {**spec, "description": with_marker(spec.get("description"), marker)}
        posting = graph.write(send(Method.POST, self.collection(graph)), body)
        return made(await once_replicated(posting, f"what the {self.name} needs"), self.name)

    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None:
        body = {key: spec[key] for key in sorted(changed)}
        if "description" in changed:
            raw = await self.raw(graph, remote_id)
            body["description"] = with_marker(spec["description"], without_marker(raw.get("description"))[1])
        await graph.write(send(Method.PATCH, self.item(graph, remote_id)), body)

    async def restore(self, graph: Graph, remote_id: str, spec: Spec, before: Spec) -> None:
        raw = await self.raw(graph, remote_id)
        there = {**raw, "description": without_marker(raw.get("description"))[0]}
        if back := to_write(there, spec, before):
            await self.update(graph, remote_id, back, frozenset(back))

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        await unless_gone(graph.write(send(Method.DELETE, self.item(graph, remote_id))))

    async def raw(self, graph: Graph, remote_id: str) -> dict[str, Any]:
        return await graph.get(ask(self.item(graph, remote_id), expand=self.expand))

    async def _whole(self, graph: Graph, remote_id: str, spec: Spec) -> Found:
        """Read alone and in full: the answer to a POST is not to be trusted (facts 3.1)."""
        raw = await self.raw(graph, remote_id)
        description, marker = without_marker(raw.get("description"))
        values = self.values(spec, {**raw, "description": description})
        strange, blockers = self.strange(spec, raw), self.blockers(raw)
        return Found(remote_id, values, marker, strange, blockers, self.about(raw))
