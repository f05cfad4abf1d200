"""One person in one group. The pair is its own key; the list of members is the only place to look."""

from __future__ import annotations

from typing import ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.resource import Spec
from onboarding.kinds.base import Found, Link
from onboarding.kinds.calls import ask, once_replicated, send
from tenants.microsoft.errors import NotFound, Rejected
from tenants.microsoft.graph import Graph

ALREADY = "added object references already exist"
ABSENT = "removed object references do not exist"


class GroupMembership(Link):
    name: ClassVar[str] = "group_membership"
    permissions: ClassVar[tuple[str, ...]] = ("Group.ReadWrite.All",)
    identity: ClassVar[tuple[str, ...]] = ("group", "member")

    def queue(self, spec: Spec) -> str:
        return f"group/{spec['group']}"

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        found = await self.read(graph, _id(spec), spec)
        return [found] if found else []

    async def read(self, graph: Graph, remote_id: str, spec: Spec) -> Found | None:
        group, _, member = remote_id.partition("/")
        members = graph.client.groups.by_group_id(group).members
        try:
            listed = await graph.pages(ask(members, select="id"))
        except NotFound:
            return None
        if member not in {one["id"] for one in listed}:
            return None
        return Found(remote_id, {**spec, "group": group, "member": member})

    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str:
        members = graph.client.groups.by_group_id(spec["group"]).members
        body = {"@odata.id": f"{graph.client.request_adapter.base_url}/directoryObjects/{spec['member']}"}
        try:
            adding = graph.write(send(Method.POST, members.ref), body)
            await once_replicated(adding, "the group or its member")
        except Rejected as no:
            if no.status != 400 or ALREADY not in no.message:
                raise
        return _id(spec)

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        """Always with /$ref: without it the person would be deleted (facts 2.4)."""
        group, _, member = remote_id.partition("/")
        link = graph.client.groups.by_group_id(group).members.by_directory_object_id(member).ref
        try:
            await graph.write(send(Method.DELETE, link))
        except NotFound:
            return
        except Rejected as no:
            if no.status != 400 or ABSENT not in no.message:
                raise


def _id(spec: Spec) -> str:
    return f"{spec['group']}/{spec['member']}"
