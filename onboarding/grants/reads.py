"""The reads behind the grants of one tenant, all at once, each on its own: one that fails hides no other.

A guest's home tenant is in no property of theirs; the domain of their address is asked for its tenant
(facts/graph.md 5). A connected organisation names its tenant itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from onboarding.kinds.calls import ask
from onboarding.kinds.package_assignments import HELD
from tenants.directory import tenant_by_domain
from tenants.microsoft.discovery import DOMAIN
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph

Json = dict[str, Any]
T = TypeVar("T")
Unread = Later | NotFound | Refused | Rejected
UNREAD = (Later, NotFound, Refused, Rejected)
MOST_DOMAINS = 100
"""Of guests, asked for their tenant in one look; the others' home is not known then."""
ELSEWHERE = "elsewhere"
GUEST = "id,displayName,mail,otherMails,userPrincipalName,userType,externalUserState,createdDateTime"


@dataclass(frozen=True, slots=True)
class People:
    """Of one group. `apps` are ids that only the group itself tells of, of its first twenty members."""

    members: list[Json]
    owners: list[Json]
    apps: list[str]


@dataclass(frozen=True, slots=True)
class Reads:
    """What came back, or what kept it from coming. `homes`: domain → tenant id, ELSEWHERE, or Unread."""

    assignments: list[Json] | Unread
    organizations: list[Json] | Unread
    guests: list[Json] | Unread
    groups: Mapping[str, People | Unread]
    homes: Mapping[str, str | Unread] = field(default_factory=dict)


async def read(there: Graph, groups: Mapping[str, str], first_asked: Collection[str] = ()) -> Reads:
    """`groups`: address → id of those we answer for. `first_asked`: domains that matter most."""
    management = there.client.identity_governance.entitlement_management
    wide = "target($expand=connectedOrganization),accessPackage,assignmentPolicy"
    first = asyncio.gather(
        or_why(_assignments(there, wide)),
        or_why(there.pages(ask(management.connected_organizations))),
        or_why(there.pages(ask(there.client.users, filter="userType eq 'Guest'", select=GUEST))),
    )
    people = asyncio.gather(*(or_why(_people(there, id)) for id in groups.values()))
    assignments, organizations, guests = await first
    found = dict(zip(groups, await people, strict=True))
    named = domains(assignments, guests, found.values())
    homes = await _homes(there, [*sorted(named & {*first_asked}), *sorted(named - {*first_asked})])
    return Reads(assignments, organizations, guests, found, homes)


async def _assignments(there: Graph, wide: str) -> list[Json]:
    """Those that let somebody in, or are about to."""
    assignments = there.client.identity_governance.entitlement_management.assignments
    asked = [there.pages(ask(assignments, filter=f"state eq '{state}'", expand=wide)) for state in HELD]
    return [each for found in await asyncio.gather(*asked) for each in found]


async def _people(there: Graph, group: str) -> People:
    item = there.client.groups.by_group_id(group)
    members, owners, whole = await asyncio.gather(
        there.pages(ask(item.members)),
        there.pages(ask(item.owners)),
        there.get(ask(item, select="id", expand="members($select=id)")),
    )
    listed = {each["id"] for each in members}
    return People(members, owners, [m["id"] for m in whole.get("members") or () if m["id"] not in listed])


async def _homes(there: Graph, names: Iterable[str]) -> dict[str, str | Unread]:
    asked = list(names)[:MOST_DOMAINS]
    return dict(zip(asked, await asyncio.gather(*(_home(there, each) for each in asked)), strict=True))


async def _home(there: Graph, domain: str) -> str | Unread:
    """A domain that is no tenant's is a home of its own: a personal account, a one-time code."""
    try:
        return (await tenant_by_domain(there, domain)).id
    except Refused as refused:
        return ELSEWHERE if refused.reason == "no_such_tenant" else refused
    except (Later, NotFound, Rejected) as error:
        return error


async def or_why(reading: Awaitable[T]) -> T | Unread:
    try:
        return await reading
    except UNREAD as error:
        return error


def rows(read: list[Json] | Unread) -> list[Json]:
    """None where it could not be read: that they are not known has to be said beside."""
    return [] if isinstance(read, UNREAD) else read


def domains(
    assignments: list[Json] | Unread, guests: list[Json] | Unread, groups: Iterable[People | Unread]
) -> set[str]:
    """Of everybody whose home their directory entry does not tell."""
    people = [*rows(guests), *(each.get("target") or {} for each in rows(assignments))]
    for group in groups:
        people += [*group.members, *group.owners] if isinstance(group, People) else []
    return {name for each in people for name in domains_of(each)}


def domains_of(person: Json) -> tuple[str, ...]:
    """Of somebody from outside, by every address: one may have been changed. () for a member."""
    if not is_from_outside(person):
        return ()
    known = (address(person), at_home(person), *(person.get("otherMails") or ()))
    names = (str(each).rpartition("@")[2].lower() for each in known)
    return tuple(dict.fromkeys(name for name in names if DOMAIN.match(name)))


def is_from_outside(person: Json) -> bool:
    upn = str(person.get("userPrincipalName") or person.get("principalName") or "")
    return person.get("userType") == "Guest" or "#EXT#" in upn.upper()


def address(person: Json) -> str:
    """How they are written to; of a guest without that, the address that is in their sign-in name."""
    return str(person.get("mail") or person.get("email") or at_home(person))


def at_home(person: Json) -> str:
    """The sign-in name; of a guest the one at home, which is in it."""
    upn = str(person.get("userPrincipalName") or person.get("principalName") or "")
    name, outside, _ = upn.partition("#EXT#")
    return "@".join(name.rsplit("_", 1)) if outside else upn
