"""What may not be in a delegation, found before a customer sees it (facts A3; seed 000 for the groups).

Each rule gives the refusals it finds: a reason with words in words.py, and the facts for their gaps.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from onboarding.delegations.definition import Delegation, Eligible, Standing
from onboarding.delegations.roles import DELETE, READER, Roles

MOST_APPROVERS = 10
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=8)
DURATION = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?")
BASE = (READER, DELETE)
"""What a group may hold besides its one role."""


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is to be: the customer's tenant, the cloud, and which customers each group serves already.

    `together`: by group, the other customers that may share it with this one.
    """

    tenant: str
    cloud: str
    customer: str
    together: Mapping[str, Collection[str]] = field(default_factory=dict)
    served: Mapping[str, Collection[str]] = field(default_factory=dict)


def refusals(delegation: Delegation, place: Place, roles: Roles) -> list[Refusal]:
    return [
        *_own_tenant(delegation, place),
        *_roles(delegation, roles),
        *_principals(delegation),
        *_activation(delegation, roles),
        *_clouds(delegation, place),
        *_shared(delegation, place),
    ]


def _own_tenant(delegation: Delegation, place: Place) -> Iterator[Refusal]:
    if delegation.managing_tenant == place.tenant:
        yield Refusal("delegation_own_tenant", {"tenant": place.tenant})


def _roles(delegation: Delegation, roles: Roles) -> Iterator[Refusal]:
    yield from of_roles({each.role for each in _all(delegation)}, roles)


def of_roles(ids: Collection[str], roles: Roles) -> Iterator[Refusal]:
    for id in sorted(ids):
        role, facts = roles.known.get(id), {"role": roles.name(id)}
        if role is None:
            yield Refusal("delegation_role_unknown", facts)
        elif role.gives_access:
            yield Refusal("delegation_role_gives_access", facts)
        elif role.data_actions:
            yield Refusal("delegation_role_data_actions", facts)


def _principals(delegation: Delegation) -> Iterator[Refusal]:
    """Groups of security, and of all service principals only the portal's own, and that never on demand."""
    for each in _all(delegation):
        ours = each.who == delegation.portal and isinstance(each, Standing) and each.role in BASE
        if each.who.sort != "security group" and not ours:
            yield Refusal("delegation_no_security_group", {"name": each.who.name, "sort": each.who.sort})
    for (who, role), times in Counter((each.who, each.role) for each in _all(delegation)).items():
        if times > 1:
            yield Refusal("delegation_twice", {"name": who.name, "role": role})


def _activation(delegation: Delegation, roles: Roles) -> Iterator[Refusal]:
    """One role, one policy: Azure refuses a second one for the same role (facts 0.3)."""
    policies = defaultdict(set)
    for each in delegation.eligible:
        policies[each.role].add((each.longest, each.mfa, each.approvers))
        yield from _policy(each, roles)
    for role, various in policies.items():
        if len(various) > 1:
            yield Refusal("delegation_policies_differ", {"role": roles.name(role)})


def _policy(each: Eligible, roles: Roles) -> Iterator[Refusal]:
    facts = {"role": roles.name(each.role)}
    if len(each.approvers) > MOST_APPROVERS:
        yield Refusal("delegation_approvers", {**facts, "count": str(len(each.approvers))})
    for approver in each.approvers:
        if approver.sort not in ("security group", "user"):
            yield Refusal("delegation_approver_sort", {"name": approver.name, "sort": approver.sort})
    if not SHORTEST <= _length(each.longest) <= LONGEST:
        yield Refusal("delegation_length", {**facts, "length": each.longest})


def spoken(written: str) -> str:
    """ "8 hours" for PT8H; what Azure would not take is shown as it is written."""
    minutes = int(_length(written).total_seconds()) // 60
    parts = ((minutes // 60, "hour"), (minutes % 60, "minute"))
    said = [f"{count} {name}{'s' if count > 1 else ''}" for count, name in parts if count]
    return " ".join(said) or written


def _length(written: str) -> timedelta:
    """Nothing for what is no such duration: refused like one too short."""
    found = DURATION.fullmatch(written)
    hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0)
    return timedelta(hours=hours, minutes=minutes)


def _clouds(delegation: Delegation, place: Place) -> Iterator[Refusal]:
    if delegation.eligible and place.cloud in ("usgov", "usgov-dod", "china"):
        yield Refusal("delegation_national", {"name": place.cloud})


def _shared(delegation: Delegation, place: Place) -> Iterator[Refusal]:
    """A group for one role, and for one customer or one pool: one activation must not open every customer."""
    held = defaultdict(set)
    for each in _all(delegation):
        if each.role not in BASE:
            held[each.who].add(each.role)
    for who, its in held.items():
        if len(its) > 1:
            yield Refusal("delegation_group_of_several_roles", {"name": who.name})
    for who in sorted({each.who for each in _all(delegation)} - {delegation.portal}, key=lambda who: who.id):
        may = {place.customer, *place.together.get(who.id, ())}
        if others := set(place.served.get(who.id, ())) - may:
            yield Refusal("delegation_group_shared", {"name": who.name, "why": ", ".join(sorted(others))})


def _all(delegation: Delegation) -> tuple[Standing | Eligible, ...]:
    return (*delegation.standing, *delegation.eligible)
