"""A group in a catalog. It comes and goes by requests that take their time, so none is ever sent twice."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.resource import Spec
from onboarding.engine.shape import project
from onboarding.kinds.base import Found, Link
from onboarding.kinds.calls import ask, once_accepted, once_replicated, quoted, send, unless_gone
from tenants.microsoft.errors import InProgress, Rejected
from tenants.microsoft.graph import Graph

SLOW = 15.0
FRESH = dt.timedelta(minutes=30)
FAILED = "deliveryFailed"
OVER = frozenset({"delivered", FAILED, "denied", "canceled"})


class CatalogResource(Link):
    name: ClassVar[str] = "catalog_resource"
    permissions: ClassVar[tuple[str, ...]] = ("EntitlementManagement.ReadWrite.All", "Group.ReadWrite.All")
    identity: ClassVar[tuple[str, ...]] = ("catalog", "originId", "originSystem")

    def queue(self, spec: Spec) -> str:
        return f"elm/{spec['catalog']}"

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        found = await self._listed(graph, spec)
        return [Found(raw["id"], project(spec, {**raw, "catalog": spec["catalog"]})) for raw in found]

    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str:
        """The id is that of the resource in the catalog, which is known once it is listed there."""
        if first:
            await self._add(graph, spec)
            return ""
        listed = await once_replicated(self._listed(graph, spec), "the catalog")
        if listed:
            return str(listed[0]["id"])
        if not _under_way(await self._last(graph, spec)):
            await self._add(graph, spec)
            with once_accepted():
                listed = await once_replicated(self._listed(graph, spec), "the catalog")
        if not listed:
            raise InProgress(SLOW, "the group is on its way into the catalog", maybe_done=True)
        return str(listed[0]["id"])

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        if not await unless_gone(self._listed(graph, spec)):
            return
        last = await self._last(graph, spec)
        if not last or last["requestType"] != "adminRemove" or last["state"] in OVER:
            await unless_gone(self._request(graph, spec, "adminRemove"))

    async def _listed(self, graph: Graph, spec: Spec) -> list[dict[str, Any]]:
        catalogs = graph.client.identity_governance.entitlement_management.catalogs
        resources = catalogs.by_access_package_catalog_id(spec["catalog"]).resources
        return await graph.pages(ask(resources, filter=f"originId eq {quoted(spec['originId'])}"))

    async def _last(self, graph: Graph, spec: Spec) -> dict[str, Any] | None:
        """The newest request about this group and this catalog."""
        requests = graph.client.identity_governance.entitlement_management.resource_requests
        listed = await graph.pages(ask(requests, expand="catalog,resource"))
        ours = [raw for raw in listed if _is_about(raw, spec)]
        return max(enumerate(ours), key=_age)[1] if ours else None

    async def _add(self, graph: Graph, spec: Spec) -> None:
        """Entitlement management does not know a new group for a while, and says so in three ways (16.12)."""
        try:
            await once_replicated(self._request(graph, spec, "adminAdd"), "the group")
        except Rejected as no:
            if no.status not in (200, 400) or not await self._is_fresh(graph, spec["originId"]):
                raise
            raise InProgress(SLOW, "entitlement management does not know the group yet") from None

    async def _request(self, graph: Graph, spec: Spec, sort: str) -> None:
        requests = graph.client.identity_governance.entitlement_management.resource_requests
        resource = {"originId": spec["originId"], "originSystem": spec["originSystem"]}
        body = {"requestType": sort, "resource": resource, "catalog": {"id": spec["catalog"]}}
        made = await graph.write(send(Method.POST, requests), body) or {}
        if made.get("state") == FAILED:
            raise Rejected(200, FAILED, f"the request {sort} was accepted and then failed")

    async def _is_fresh(self, graph: Graph, group: str) -> bool:
        item = graph.client.groups.by_group_id(group)
        raw = await unless_gone(graph.get(ask(item, select="id,createdDateTime")))
        return raw is None or _recent(raw.get("createdDateTime"))


def _is_about(raw: dict[str, Any], spec: Spec) -> bool:
    catalog, resource = raw.get("catalog") or {}, raw.get("resource") or {}
    return bool(catalog.get("id") == spec["catalog"] and resource.get("originId") == spec["originId"])


def _age(numbered: tuple[int, dict[str, Any]]) -> tuple[str, int]:
    return numbered[1].get("createdDateTime") or "", numbered[0]


def _under_way(last: dict[str, Any] | None) -> bool:
    """Also one that is delivered and not listed yet; but an old one proves nothing."""
    if not last or last["requestType"] != "adminAdd" or last["state"] == FAILED:
        return False
    return last["state"] not in OVER or _recent(last.get("createdDateTime"))


def _recent(moment: str | None) -> bool:
    return moment is not None and dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(moment) < FRESH
