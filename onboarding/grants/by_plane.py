"""Grants of the ways in that let whole groups or tenants do something: trust between tenants, delegations.

Trust is an entry in the customer's tenant; a delegation of Azure is read from the provider's side, as the
groups that hold it live there. Who is in those groups: in_groups.py.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from onboarding.delegations import shared
from onboarding.delegations.roles import listed
from onboarding.delegations.rules import spoken
from onboarding.engine.resource import Resource
from onboarding.grants.judging import PROVIDER, Entry, Known
from onboarding.grants.reads import UNREAD, Json, Unread, or_why, rows
from onboarding.kinds import KINDS
from onboarding.kinds.base import Found
from onboarding.kinds.calls import ask
from onboarding.kinds.delegation import properties_of, scope_of, standing
from onboarding.kinds.taking_out import says
from onboarding.reason_parts import visible
from onboarding.words.sentences import spoken_group
from tenants.microsoft.graph import Graph

TRUST, STRAY = "trust", "stray"
SOURCE_LENGTH = 120
KEY_LENGTH = 300
READ_TRUST = "GET /policies/crossTenantAccessPolicy/partners"
READ_AZURE = "GET {scope}/providers/Microsoft.ManagedServices/registrationAssignments"
BELIEVED = {
    "isMfaAccepted": "Multifactor sign-in at home is believed.",
    "isCompliantDeviceAccepted": "Compliant devices of the provider are believed.",
    "isHybridAzureADJoinedDeviceAccepted": "Hybrid joined devices of the provider are believed.",
}
Reader = Callable[[Resource], Graph]
Delegated = dict[str, list[Found] | Unread]


async def trust(there: Graph) -> list[Json] | Unread:
    return await or_why(there.pages(ask(there.client.policies.cross_tenant_access_policy.partners)))


async def delegated(reader: Reader, ours: Sequence[Resource], ended: Sequence[Resource]) -> Delegated:
    """Address → what is delegated there, by what we answer for or did until it was read back as gone."""
    every = [*ours, *ended]
    found = await asyncio.gather(*(or_why(_found(reader, each, each in ended)) for each in every))
    return dict(zip((each.address for each in every), found, strict=True))


async def _found(reader: Reader, resource: Resource, ended: bool) -> list[Found]:
    """The reader may be refused, too. The right to look at one that was ended went with it."""
    look = KINDS["delegation"].find if ended else standing
    return await look(reader(resource), resource.spec)


async def nothing() -> Delegated:
    """Where nothing is delegated, nobody is asked."""
    return {}


def of_trust(
    partners: list[Json] | Unread, known: Known, planned: bool, names: Mapping[str, str]
) -> Iterator[Entry]:
    """`names`: of groups of the provider, by id."""
    for row in rows(partners):
        tid, can = str(row["tenantId"]).lower(), list(_believed(row, names))
        if tid in known.provider_tids and can:
            yield Entry(
                key=f"{TRUST}/{tid}",
                source=TRUST,
                sort="trust",
                name="The provider's tenant",
                address="",
                oid=tid,
                home=PROVIDER,
                read=READ_TRUST,
                through="Cross-tenant access settings",
                can=" ".join(can),
                strange="" if planned else "Settings for the provider's tenant that nobody planned here.",
                ids={"partner": tid},
            )


def _believed(row: Json, names: Mapping[str, str]) -> Iterator[str]:
    """Only what the entry says itself; what is inherited is the tenant's own default."""
    for flag, words in BELIEVED.items():
        if (row.get("inboundTrust") or {}).get(flag):
            yield words
    if (row.get("automaticUserConsentSettings") or {}).get("inboundAllowed"):
        yield "Its people need not accept an invitation."
    if says(row.get("b2bCollaborationInbound")):
        yield f"Who of it may be a guest: {_targets(row['b2bCollaborationInbound'], names)}."
    if says(row.get("b2bDirectConnectInbound")):
        yield "It says who of it may come by direct connect."


def _targets(block: Json, names: Mapping[str, str]) -> str:
    who = block.get("usersAndGroups") or {}
    listed_ = ", ".join(spoken_group(str(each.get("target")), names) for each in who.get("targets") or ())
    return f"{listed_ or 'nobody named'} ({who.get('accessType') or 'not said'})"


def of_azure(ours: Sequence[Resource], delegations: Delegated) -> Iterator[Entry]:
    for resource in ours:
        found = delegations[resource.address]
        for each in () if isinstance(found, UNREAD) else found:
            yield from _held(resource, each)


def _held(resource: Resource, found: Found) -> Iterator[Entry]:
    there, agreed = found.values["properties"], resource.spec["properties"]
    for name, on_demand in (("authorizations", False), ("eligibleAuthorizations", True)):
        wanted = {_key(each) for each in agreed.get(name) or ()}
        for each in there.get(name) or ():
            yield _role(resource, found, each, on_demand, _key(each) in wanted)


def _key(held: Mapping[str, Any]) -> tuple[str, str]:
    return str(held["principalId"]).lower(), _role_id(held)


def _role_id(held: Mapping[str, Any]) -> str:
    return str(held["roleDefinitionId"]).rpartition("/")[2].lower()


def _role(resource: Resource, found: Found, held: Mapping[str, Any], on_demand: bool, planned: bool) -> Entry:
    who, role, scope = str(held["principalId"]), _role_id(held), resource.spec["scope"]
    return Entry(
        key=_fitting(f"delegation/{found.remote_id}/{who}/{role}/{on_demand}"),
        source=resource.address,
        sort="delegation",
        name=str(held.get("principalIdDisplayName") or who),
        address="",
        oid=who,
        home=PROVIDER,
        read=READ_AZURE.format(scope=scope),
        through=f"Azure Lighthouse: {found.values['properties'].get('registrationDefinitionName', '')}",
        by_request=on_demand,
        approvers=tuple(_approvers(held)),
        can=f"What Azure's role {listed().name(role)} allows in {scope}.",
        strange="" if planned else "A role that is not in the delegation that was agreed to.",
        note=(_longest(held) if on_demand else "") + shared.said(found.values["properties"]),
        ids={"delegation": found.remote_id, "group": who, "role": role},
    )


def of_strays(found: Iterable[Mapping[str, Any]]) -> Iterator[Entry]:
    """Of delegations that no agreed plan covers."""
    for raw in found:
        spec = {"scope": scope_of(raw), "properties": {}}
        resource = Resource(stray(scope_of(raw)), "delegation", "", spec)
        for each in _held(resource, Found(raw["id"], {"properties": properties_of(raw)})):
            yield replace(each, strange="A delegation that no agreed plan covers.")


def stray(scope: str) -> str:
    """The source of what stands there and no plan covers; of the list of all places for ""."""
    return _fitting(f"{STRAY}{scope.lower()}", SOURCE_LENGTH)


def _fitting(key: str, most: int = KEY_LENGTH) -> str:
    """What is too long keeps its beginning, and its end by a print: there the role stands."""
    if len(key) <= most:
        return key
    return key[: most - 65] + "/" + hashlib.sha256(key.encode()).hexdigest()


def _approvers(held: Mapping[str, Any]) -> Iterator[str]:
    """Groups or people of the provider's tenant: Azure asks nobody of the customer's."""
    for each in (held.get("justInTimeAccessPolicy") or {}).get("managedByTenantApprovers") or ():
        yield visible(str(each.get("principalIdDisplayName") or each["principalId"]))


def _longest(held: Mapping[str, Any]) -> str:
    """On demand: switched on for a time each, and off again by itself."""
    policy = held.get("justInTimeAccessPolicy") or {}
    longest = spoken(str(policy.get("maximumActivationDuration") or "a time"))
    return f" Switched on for {longest} at most each time."
