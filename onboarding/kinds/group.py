"""Security groups. Their uniqueName carries our marker, so that making one twice gives one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.putting_back import to_write
from onboarding.engine.resource import Spec
from onboarding.engine.shape import project
from onboarding.kinds.base import Found
from onboarding.kinds.calls import SOON, ask, once_replicated, quoted, send, unless_gone
from tenants.microsoft.errors import InProgress, NotFound
from tenants.microsoft.graph import Graph

FIELDS = (
    "id,displayName,description,mailNickname,securityEnabled,mailEnabled,"
    "groupTypes,uniqueName,onPremisesSyncEnabled,isAssignableToRole"
)
FIRST_MEMBERS = "members($select=id)"
"""The list of members leaves service principals out: a known issue of v1.0 that Microsoft documents."""
PREFIX = "gatehouse-"


class Group:
    name: ClassVar[str] = "group"
    permissions: ClassVar[tuple[str, ...]] = ("Group.ReadWrite.All",)
    identity: ClassVar[tuple[str, ...]] = ("securityEnabled", "mailEnabled")
    marked: ClassVar[bool] = True

    def queue(self, spec: Spec) -> str:
        return ""

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        name = f"displayName eq {quoted(spec['displayName'])}"
        listed = await graph.pages(ask(graph.client.groups, filter=name, select=FIELDS, expand=FIRST_MEMBERS))
        people = [once_replicated(_people(graph, raw["id"]), f"group {raw['id']}") for raw in listed]
        return [_found(spec, *both) for both in zip(listed, await asyncio.gather(*people), strict=True)]

    async def read(self, graph: Graph, remote_id: str, spec: Spec) -> Found | None:
        whole = graph.get(
            ask(graph.client.groups.by_group_id(remote_id), select=FIELDS, expand=FIRST_MEMBERS)
        )
        try:
            return _found(spec, *await asyncio.gather(whole, _people(graph, remote_id)))
        except NotFound:
            return None

    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str:
        """201 with the group, or 204 without a word where it was there already (facts trap 8)."""
        request = send(Method.PATCH, _unique(graph, marker))
        request.headers.add("Prefer", "create-if-missing")
        made = await graph.write(request, dict(spec))
        if made and "id" in made:
            return str(made["id"])
        try:
            return str((await graph.get(ask(_unique(graph, marker), select="id")))["id"])
        except NotFound:
            raise InProgress(SOON, "the group is not replicated yet", maybe_done=True) from None

    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None:
        item = graph.client.groups.by_group_id(remote_id)
        await graph.write(send(Method.PATCH, item), {key: spec[key] for key in sorted(changed)})

    async def restore(self, graph: Graph, remote_id: str, spec: Spec, before: Spec) -> None:
        raw = await graph.get(ask(graph.client.groups.by_group_id(remote_id), select=FIELDS))
        if back := to_write(raw, spec, before):
            await self.update(graph, remote_id, back, frozenset(back))

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        await unless_gone(graph.write(send(Method.DELETE, graph.client.groups.by_group_id(remote_id))))


def _unique(graph: Graph, marker: str) -> Any:
    """To be used before the next await: the SDK keeps the name in a place that all such builders share."""
    return graph.client.groups_with_unique_name(PREFIX + marker)


async def _people(graph: Graph, group: str) -> dict[str, list[str]]:
    item = graph.client.groups.by_group_id(group)
    lists = [graph.pages(ask(people, select="id")) for people in (item.members, item.owners)]
    members, owners = await asyncio.gather(*lists)
    return {"members": [one["id"] for one in members], "owners": [one["id"] for one in owners]}


def _found(spec: Spec, raw: Mapping[str, Any], people: Mapping[str, list[str]]) -> Found:
    """Only the group itself tells of apps among its members, and only of the first twenty members."""
    first = [one["id"] for one in raw.get("members") or ()]
    about = {**people, "members": list(dict.fromkeys([*people["members"], *first]))}
    strange = tuple(f"owner {one} that nobody planned" for one in about["owners"])
    return Found(raw["id"], project(spec, raw), _marker(raw), strange, _blockers(raw), about)


def _marker(raw: Mapping[str, Any]) -> str | None:
    unique = raw.get("uniqueName") or ""
    return unique.removeprefix(PREFIX) if unique.startswith(PREFIX) else None


def _blockers(raw: Mapping[str, Any]) -> tuple[str, ...]:
    types = raw.get("groupTypes") or ()
    facts = {
        "Its members are chosen by a rule.": "DynamicMembership" in types,
        "It is synchronised from a directory on premises.": raw.get("onPremisesSyncEnabled"),
        "It can hold directory roles.": raw.get("isAssignableToRole"),
        "It is enabled for mail.": raw.get("mailEnabled") or "Unified" in types,
    }
    return tuple(words for words, true in facts.items() if true)
