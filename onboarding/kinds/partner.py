"""What one tenant says of one other: a partner of its cross-tenant access policy (facts/graph.md 4.1).

The entry is shared: the customer may have settings of its own in it. A setting is one property of
Microsoft's, and null is inherited from the tenant's default. So ours are laid over what is there and taken
out again one by one; the entry itself goes only where nothing of anybody else's is in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.putting_back import put_back
from onboarding.engine.resource import Spec
from onboarding.engine.shape import overlay, plain, project, same
from onboarding.kinds.base import AS_AGREED, Found
from onboarding.kinds.calls import SOON, ask, send, unless_gone
from onboarding.kinds.taking_out import remains, says
from tenants.microsoft.errors import InProgress, Refused, Rejected
from tenants.microsoft.graph import Graph

NOISE = frozenset({"tenantId", "crossCloudMeetingConfiguration"})
"""What comes with every entry, or is not documented: nobody's setting."""
TWICE = "Request_MultipleObjectsWithSameKeyValue"
KEY = "tenantId"
OTHERS = "settings_of_others"
Raw = Mapping[str, Any]


class Partner:
    """An entry has no room for a marker: that it is ours is known by its tenant and by what is in it."""

    name: ClassVar[str]
    permissions: ClassVar[tuple[str, ...]] = ("Policy.ReadWrite.CrossTenantAccess",)
    identity: ClassVar[tuple[str, ...]] = (KEY,)
    marked: ClassVar[bool] = False

    def queue(self, spec: Spec) -> str:
        return ""

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        listed, default = await asyncio.gather(graph.pages(ask(_policy(graph).partners)), _default(graph))
        return [_found(raw, spec, default) for raw in listed if raw[KEY].lower() == spec[KEY].lower()]

    async def read(self, graph: Graph, remote_id: str, spec: Spec) -> Found | None:
        raw, default = await asyncio.gather(unless_gone(_raw(graph, remote_id)), _default(graph))
        return _found(raw, spec, default) if raw is not None else None

    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str:
        there = [] if first else await self.find(graph, spec)
        if there:
            return _ours(there[0], spec)
        default = await _default(graph)
        body = {
            key: value if key == KEY else _laid(None, value, default.get(key)) for key, value in spec.items()
        }
        try:
            await graph.write(send(Method.POST, _policy(graph).partners), body)
        except Rejected as no:
            if no.code != TWICE:
                raise
            return await self._taken(graph, spec)
        return str(spec[KEY])

    async def _taken(self, graph: Graph, spec: Spec) -> str:
        """Somebody, or a write of ours that was sent twice on its way, was faster."""
        found = await self.read(graph, spec[KEY], spec)
        if found is None:
            raise InProgress(SOON, "the entry is not replicated yet")
        return _ours(found, spec)

    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None:
        raw, default = await asyncio.gather(_raw(graph, remote_id), _default(graph))
        body = {key: _laid(raw.get(key), spec[key], default.get(key)) for key in sorted(changed)}
        await graph.write(send(Method.PATCH, _item(graph, remote_id)), body)

    async def restore(self, graph: Graph, remote_id: str, spec: Spec, before: Spec) -> None:
        raw, default = await asyncio.gather(_raw(graph, remote_id), _default(graph))
        body = {key: _back(raw.get(key), spec[key], before[key], default.get(key)) for key in sorted(before)}
        await graph.write(send(Method.PATCH, _item(graph, remote_id)), body)

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        """Between this read and the write somebody may add a setting: Microsoft offers no condition here."""
        raw = await self._there(graph, remote_id)
        if raw is None:
            return
        left = await _left(graph, raw, spec)
        synchronised = await unless_gone(graph.get(ask(_item(graph, remote_id).identity_synchronization)))
        if others(raw, spec) or synchronised or any(value is not None for value in left.values()):
            await graph.write(send(Method.PATCH, _item(graph, remote_id)), left)
        else:
            await unless_gone(graph.write(send(Method.DELETE, _item(graph, remote_id))))

    async def _there(self, graph: Graph, remote_id: str) -> Raw | None:
        """One "not found" proves nothing: the list is a second opinion."""
        raw = await unless_gone(_raw(graph, remote_id))
        if raw is not None:
            return raw
        listed = await graph.pages(ask(_policy(graph).partners))
        return next((one for one in listed if one[KEY].lower() == remote_id.lower()), None)


def others(raw: Raw, spec: Spec) -> list[str]:
    """Settings in the entry that are none of ours."""
    foreign = (key for key in raw if key not in spec and key not in NOISE and "@odata." not in key)
    return sorted(key for key in foreign if says(raw[key]))


def _policy(graph: Graph) -> Any:
    return graph.client.policies.cross_tenant_access_policy


def _item(graph: Graph, tenant_id: str) -> Any:
    return _policy(graph).partners.by_cross_tenant_access_policy_configuration_partner_tenant_id(tenant_id)


async def _raw(graph: Graph, tenant_id: str) -> dict[str, Any]:
    return await graph.get(ask(_item(graph, tenant_id)))


async def _default(graph: Graph) -> Raw:
    """What null stands for."""
    found: Raw = plain(await graph.get(ask(_policy(graph).default)))
    return found


def _found(raw: Raw, spec: Spec, default: Raw) -> Found:
    ours = {key: value for key, value in spec.items() if key != KEY}
    standing = [k for k, v in ours.items() if not same(remains(raw.get(k), v, default.get(k)), raw.get(k))]
    about = {AS_AGREED: sorted(standing), OTHERS: others(raw, spec)}
    return Found(raw[KEY].lower(), {KEY: spec[KEY], **project(ours, raw)}, about=about)


def _laid(there: Any, ours: Any, default: Any) -> Any:
    """What a setting holds besides goes on as it was, inherited or not: a setting is inherited only whole."""
    return overlay(default if there is None else there, ours)


def _back(there: Any, ours: Any, before: Any, default: Any) -> Any:
    if before is None:
        return remains(there, ours, default)
    return put_back(there, ours, before)


async def _left(graph: Graph, raw: Raw, spec: Spec) -> dict[str, Any]:
    default = await _default(graph)
    return {key: remains(raw.get(key), spec[key], default.get(key)) for key in sorted(spec) if key != KEY}


def _ours(found: Found, spec: Spec) -> str:
    if all(same(value, found.values.get(key)) for key, value in spec.items()):
        return found.remote_id
    raise Refused("lookalike", name="the entry for the other tenant", id=found.remote_id)
