"""A Lighthouse delegation of one subscription or resource group, as the managing tenant sees it (facts A2).

Nothing of ours may make one: the customer deploys the template, and until it is seen the step waits for them.
It is read back, and ended, by what it gives us itself: Reader and the delete role. So with its end goes the
right to look: what may not be read is gone after our DELETE was accepted, and not there as agreed where none
of ours is known to be. Where one of ours stands it is neither: `read` takes no refusal for an answer.
The definition below it stays in the subscription; only the customer can delete that, and without an
assignment it lets nobody in.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar

from onboarding.engine.resource import Spec
from onboarding.engine.shape import project, same
from onboarding.kinds.base import Found
from tenants.microsoft.azure import Azure, azure
from tenants.microsoft.errors import NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph

VERSION = "2022-10-01"
NOT_DELEGATED = "InvalidAuthenticationTokenTenant"
"""What Azure says of a subscription of another tenant that is not delegated to the token's."""
NO_RIGHT = "AuthorizationFailed"
"""What it says where something in the subscription is delegated to the token's tenant, but not this to us."""
ON_DEMAND = "eligibleAuthorizations"
Raw = Mapping[str, Any]


class Delegation:
    """spec: customer (whose tenant it is in), scope (of the subscription or group), definition (its id),
    properties (in Azure's own shape)."""

    name: ClassVar[str] = "delegation"
    permissions: ClassVar[tuple[str, ...]] = ()
    identity: ClassVar[tuple[str, ...]] = ("customer", "scope", "definition")
    marked: ClassVar[bool] = False

    def queue(self, spec: Spec) -> str:
        return ""

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        """None where we may not look. "Absent" for "unreadable" cannot slip in: one as agreed lets our app
        read it, and this is asked of an address that is not ours, or of which our DELETE was accepted."""
        try:
            return await standing(graph, spec)
        except Refused as refused:
            if refused.facts.get("code") != NO_RIGHT:
                raise
            return []

    async def read(self, graph: Graph, remote_id: str, spec: Spec) -> Found | None:
        """Of ours. A refusal is told: somebody may have taken nothing but our app out of it."""
        found = await standing(graph, spec)
        return next((one for one in found if one.remote_id == remote_id), None)

    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str:
        found = await self.find(graph, spec)
        if not found:
            raise Refused("delegation_awaited", **_facts(spec))
        return _as_wanted(found[0], spec)

    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None:
        """Deployed again by the customer it is changed in place."""
        found = await self.read(graph, remote_id, spec)
        if found is None:
            raise Refused("delegation_awaited", **_facts(spec))
        _as_wanted(found, spec)

    async def restore(self, graph: Graph, remote_id: str, spec: Spec, before: Spec) -> None:
        """Never asked for: one that was taken over ends, too (`ENDS_WITH_US`)."""
        raise TypeError(f"{remote_id} is not given back")

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        with suppress(NotFound):
            await _unless_foreign(_azure(graph).delete(remote_id, VERSION))


async def standing(graph: Graph, spec: Spec) -> list[Found]:
    """What is delegated to us there by this definition. Raises Refused where we may not look."""
    there = await assignments(_azure(graph), spec["scope"])
    ours = [each for each in there if managing(each) == graph.tenant_id]
    return [_found(each, spec, ours) for each in ours if definition_of(each) == spec["definition"]]


def _azure(graph: Graph) -> Azure:
    return azure(graph.cloud, graph.app, graph.tenant_id)


async def assignments(there: Azure, scope: str) -> list[Raw]:
    """Those at this very scope, with their definitions; none where nothing is delegated to us. Rejected where
    Azure tells only half of one: whose it is and who holds what would be guessed at."""
    path = f"{scope}/providers/Microsoft.ManagedServices/registrationAssignments"
    listed = await _unless_foreign(there.pages(path, VERSION, expandRegistrationDefinition="true"))
    here = [each for each in listed or [] if scope_of(each).lower() == scope.lower()]
    if not all(map(_is_whole, here)):
        raise Rejected(200, "halfDelegation", "Azure tells only half of what is delegated there")
    return here


def _is_whole(raw: Raw) -> bool:
    own = raw.get("properties") or {}
    there = (own.get("registrationDefinition") or {}).get("properties") or {}
    held = [*(there.get("authorizations") or ()), *(there.get(ON_DEMAND) or ())]
    named = own.get("registrationDefinitionId") and there.get("managedByTenantId")
    return bool(named and all(each.get("principalId") and each.get("roleDefinitionId") for each in held))


async def _unless_foreign(call: Any) -> Any:
    """A refusal for want of rights is no proof that nothing is delegated; only this one is."""
    try:
        return await call
    except Refused as refused:
        if refused.facts.get("code") != NOT_DELEGATED:
            raise
        return None


def _found(raw: Raw, spec: Spec, ours: list[Raw]) -> Found:
    there = {"customer": whose(raw), "properties": _held(raw, spec["properties"])}
    besides = [each for each in ours if definition_of(each) != spec["definition"]]
    strange = [f"another delegation to us that nobody planned: {named(each)}" for each in besides]
    return Found(raw["id"], {**spec, **there}, strange=tuple(strange))


def _held(raw: Raw, wanted: Raw) -> dict[str, Any]:
    """What was agreed to as it is there, and roles on demand also where none were agreed to."""
    there = properties_of(raw)
    more = {ON_DEMAND: there[ON_DEMAND]} if there.get(ON_DEMAND) else {}
    return {**more, **project(wanted, there)}


def _as_wanted(found: Found, spec: Spec) -> str:
    if found.values["customer"] != spec["customer"]:
        raise Refused("delegation_elsewhere", id=found.values["customer"], **_facts(spec))
    if not same(found.values["properties"], spec["properties"]):
        raise Refused("delegation_differs", **_facts(spec))
    return found.remote_id


def _facts(spec: Spec) -> dict[str, str]:
    return {"name": spec["properties"]["registrationDefinitionName"], "subscription": spec["scope"]}


def scope_of(raw: Raw) -> str:
    return str(raw["id"]).partition("/providers/Microsoft.ManagedServices/")[0]


def definition_of(raw: Raw) -> str:
    return str(raw["properties"]["registrationDefinitionId"]).rpartition("/")[2].lower()


def properties_of(raw: Raw) -> Raw:
    found: Raw = raw["properties"]["registrationDefinition"]["properties"]
    return found


def managing(raw: Raw) -> str:
    return str(properties_of(raw)["managedByTenantId"]).lower()


def named(raw: Raw) -> str:
    return str(properties_of(raw).get("registrationDefinitionName") or definition_of(raw))


def whose(raw: Raw) -> str:
    """Whose tenant it is in. Untold it is not taken for anybody's: nothing would be known of it."""
    told = properties_of(raw).get("manageeTenantId")
    if not told:
        raise Rejected(200, "noManageeTenant", "Azure does not tell whose tenant the delegation is in")
    return str(told).lower()
