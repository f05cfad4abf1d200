"""What was read, judged: who can do what, through what, and which of it nobody planned. Pure.

Only what is ours or the provider's is kept: who else a customer lets in is none of our business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field
from typing import Any

from onboarding.grants.reads import (
    UNREAD,
    Json,
    People,
    Reads,
    address,
    domains_of,
    is_from_outside,
    rows,
)
from onboarding.reason_parts import visible
from onboarding.words.reasons import in_words

ASSIGNMENTS, ORGANIZATIONS, GUESTS, HOMES = "assignments", "organizations", "guests", "homes"
PROVIDER, CUSTOMER, OTHER, UNKNOWN = "provider", "customer", "other", "unknown"
APPROVERS = "approvers"
APP = "#microsoft.graph.servicePrincipal"
NOT_ONE_PERSON = {
    "#microsoft.graph.group": "A group: everybody in it is let in, and who that is was not read.",
    APP: "An app, not a person; its name was not read.",
}
UNEXPLAINED = (
    "Sign in to this tenant as a guest. Whether our packages or groups give this account more was not read."
)
READ = {
    ASSIGNMENTS: "GET /identityGovernance/entitlementManagement/assignments",
    GUESTS: "GET /users?$filter=userType eq 'Guest'",
    "group": "GET /groups/{id}/members and /owners",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What we answer for in this tenant. `planned`: (group's address, object id) of those we put in.

    `given_back`: names of groups that we answered for once, and in which somebody was seen.
    `provider_domains`: of its people who signed in here; they decide nothing.
    """

    provider_tids: Set[str]
    packages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    planned: Set[tuple[str, str]] = frozenset()
    given_back: Set[str] = frozenset()
    provider_domains: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One grant. `sort`: assignment, member, owner, guest, app, trust, delegation; `ids` prove it.

    `can` only where the read itself says it; of a tier the offer does. `approvers`: who of the provider lets
    a role of Azure on demand be switched on.
    """

    key: str
    source: str
    sort: str
    name: str
    address: str
    oid: str
    home: str
    read: str
    through: str = ""
    tier: str = ""
    since: str = ""
    until: str = ""
    by_request: bool = False
    approvers: tuple[str, ...] = ()
    can: str = ""
    strange: str = ""
    note: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    permissions: tuple[str, ...] = ()

    def about(self) -> dict[str, Any]:
        """As a row keeps it: names from tenants are hostile."""
        return {
            name: visible(value) if isinstance(value, str) else value for name, value in asdict(self).items()
        }


def judged(reads: Reads, known: Known) -> list[Entry]:
    """Assignments first: they explain who is in a group, and who is a guest."""
    given = list(_assignments(reads, known))
    members = [each for name, group in reads.groups.items() for each in _group(name, group, reads, known)]
    explained = {each.oid for each in [*given, *members]}
    return [*given, *members, *(each for each in _guests(reads, known) if each.oid not in explained)]


def unread(reads: Reads) -> dict[str, str]:
    """Source → why nothing is known of it by this look."""
    each = {ASSIGNMENTS: reads.assignments, ORGANIZATIONS: reads.organizations, GUESTS: reads.guests}
    return failed({**each, **reads.groups})


def untold(reads: Reads, known: Known) -> dict[str, str]:
    """Key of what is the provider's or not → the domain or organisation whose tenant could not be read."""
    others = [row for row in rows(reads.assignments) if _package(row) not in known.packages]
    people = {f"assignment/{row['id']}": row.get("target") or {} for row in others}
    people |= {f"guest/{person['id']}": person for person in rows(reads.guests)}
    return {key: home for key, each in people.items() if (home := _untold_home(each, reads, known))}


def _untold_home(person: Json, reads: Reads, known: Known) -> str:
    """ "" where it is known, or where nothing ever tells it."""
    if _home(person, reads, known) != UNKNOWN:
        return ""
    organization = (person.get("connectedOrganization") or {}).get("id")
    if organization and isinstance(reads.organizations, UNREAD):
        return visible(in_words(organization))
    untold = (name for name in domains_of(person) if not isinstance(reads.homes.get(name), str))
    return next(untold, "")


def failed(reads: Mapping[str, object]) -> dict[str, str]:
    return {name: visible(in_words(why)) for name, why in reads.items() if isinstance(why, UNREAD)}


def _assignments(reads: Reads, known: Known) -> Iterator[Entry]:
    """Of our packages whoever holds them; of other packages, those of the provider's people."""
    for row in rows(reads.assignments):
        package, target = row.get("accessPackage") or {}, row.get("target") or {}
        ours, home = known.packages.get(_package(row)), _home(target, reads, known)
        if ours or home == PROVIDER:
            yield _assignment(row, package, target, ours, home)


def _package(assignment: Json) -> str:
    return str((assignment.get("accessPackage") or {}).get("id"))


def _assignment(row: Json, package: Json, target: Json, ours: tuple[str, str] | None, home: str) -> Entry:
    schedule = row.get("schedule") or {}
    tier = ours[0].partition("/")[2] if ours else ""
    policy = row.get("assignmentPolicy") or {}
    return Entry(
        key=f"assignment/{row['id']}",
        source=ASSIGNMENTS,
        sort="assignment",
        **_who(target, home),
        read=READ[ASSIGNMENTS],
        through=ours[1] if ours else str(package.get("displayName") or package.get("id")),
        tier=tier,
        since=str(schedule.get("startDateTime") or ""),
        until=str((schedule.get("expiration") or {}).get("endDateTime") or ""),
        by_request=True,
        strange=_odd_assignment(tier, home),
        note="" if row.get("state") == "delivered" else f"Microsoft says: {row.get('state')}.",
        ids={"assignment": row["id"], "package": str(package.get("id")), "policy": str(policy.get("id", ""))},
    )


def _odd_assignment(tier: str, home: str) -> str:
    if not tier:
        return "An access package that is none of those that were agreed to lets the provider's person in."
    if tier != APPROVERS and home in (CUSTOMER, OTHER):
        return "This package is for the provider's analysts, and this person is not of the provider."
    return ""


def _group(name: str, group: People | object, reads: Reads, known: Known) -> Iterator[Entry]:
    """Who came by a package of ours that gives this group stands there already, with more to say."""
    if not isinstance(group, People):
        return
    for person in group.members:
        if not _came_by_package(name, person, reads, known):
            yield _in_group(name, person, "member", reads, known)
    for app in group.apps:
        yield _in_group(
            name, {"id": app, "displayName": "An app", "@odata.type": APP}, "member", reads, known
        )
    for person in group.owners:
        yield _in_group(name, person, "owner", reads, known)


def _in_group(name: str, person: Json, sort: str, reads: Reads, known: Known) -> Entry:
    oid, (id, called) = str(person["id"]), known.groups[name]
    return Entry(
        key=f"{sort}/{id}/{oid}",
        source=name,
        sort=sort,
        **_who(person, _home(person, reads, known)),
        read=READ["group"].format(id=id),
        through=called,
        tier=name.split("/")[1],
        strange=_odd_member(name, oid, sort, reads, known),
        note=_note(name, person, known),
        ids={"group": id, "object": oid},
    )


def _note(name: str, person: Json, known: Known) -> str:
    back = "The provider looks after this group no more." if name in known.given_back else ""
    return " ".join(part for part in (NOT_ONE_PERSON.get(str(person.get("@odata.type")), ""), back) if part)


def _odd_member(name: str, oid: str, sort: str, reads: Reads, known: Known) -> str:
    """While the assignments are unread nobody can tell who came the agreed way. In what was given back
    the customer says who is there."""
    if name in known.given_back:
        return ""
    if sort == "owner":
        return "An owner puts anybody into the group, without a request. Nobody planned an owner."
    if (name, oid) in known.planned or isinstance(reads.assignments, UNREAD):
        return ""
    return "Put into the group by hand: no request, no approval and no end."


def _came_by_package(name: str, person: Json, reads: Reads, known: Known) -> bool:
    wanted = f"access_package/{name.split('/')[1]}"
    for row in rows(reads.assignments):
        package = known.packages.get(_package(row), ("", ""))[0]
        if package == wanted and (row.get("target") or {}).get("objectId") == person["id"]:
            return True
    return False


def _guests(reads: Reads, known: Known) -> Iterator[Entry]:
    """Accounts of the provider's people that nothing of the above explains."""
    for person in rows(reads.guests):
        if _home(person, reads, known) == PROVIDER:
            yield Entry(
                key=f"guest/{person['id']}",
                source=GUESTS,
                sort="guest",
                **_who(person, PROVIDER),
                read=READ[GUESTS],
                since=str(person.get("createdDateTime") or ""),
                can="" if _explains(reads) else UNEXPLAINED,
                note=f"Invitation: {person['externalUserState']}." if person.get("externalUserState") else "",
                ids={"user": person["id"]},
            )


def _explains(reads: Reads) -> bool:
    """Only when all of it was read does its silence say that an account has nothing more."""
    return not isinstance(reads.assignments, UNREAD) and not failed(reads.groups)


def _who(person: Json, home: str) -> dict[str, Any]:
    mail = address(person)
    oid = str(person.get("objectId") or person.get("id") or "")
    return {"name": str(person.get("displayName") or mail or oid), "address": mail, "oid": oid, "home": home}


def _home(person: Json, reads: Reads, known: Known) -> str:
    """By the organisation entitlement management connects them to, else by their address's domain."""
    if person.get("@odata.type") in NOT_ONE_PERSON:
        return UNKNOWN
    organization = (person.get("connectedOrganization") or {}).get("id")
    tids = _tids(reads, organization) if organization else set()
    if not tids and is_from_outside(person):
        found = [reads.homes.get(name) for name in domains_of(person)]
        tids = {each for each in found if isinstance(each, str)}
        if not tids & known.provider_tids and len(found) != sum(isinstance(each, str) for each in found):
            return UNKNOWN
    if not tids:
        return UNKNOWN if organization or is_from_outside(person) else CUSTOMER
    return PROVIDER if tids & known.provider_tids else OTHER


def _tids(reads: Reads, organization: str) -> set[str]:
    for each in rows(reads.organizations):
        if each["id"] == organization:
            sources = each.get("identitySources") or ()
            return {str(source["tenantId"]).lower() for source in sources if source.get("tenantId")}
    return set()
