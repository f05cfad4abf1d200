"""An analyst's desk: for each of their tenants and tiers what to ask for, how that stands, and the doors.

Constant in queries: what a page of tenants needs is read for all of them at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Exists, F, Q, QuerySet

from access import closed, grants, links, ways
from access.azure import delegated
from access.azure.delegated import Stands
from access.closed import Closed
from access.desk.doors import Request, into_sentinel, request_for
from access.desk.shortcuts import ASK
from access.grants import State
from access.links import Door, Link
from access.models import Confirmation
from onboarding.models import OwnedObject
from tenants.microsoft import clouds
from tenants.models import Membership, Person, Tenant, Tier

Owned: TypeAlias = defaultdict[int, dict[str, Any]]
FIRST = ("defender", "sentinel", "approvals")
LEAD = "assignment_policy/approvers/lead"
"""By which people of the provider may become approvers."""


@dataclass(frozen=True, slots=True)
class Level:
    """One tier of one tenant. No request where its package has not been made."""

    tier: Tier
    request: Request | None
    state: State = grants.UNKNOWN


@dataclass(frozen=True, slots=True)
class Card:
    """One tenant. No doors of a way in that does not stand yet. `in_azure`: tiers that work there."""

    tenant: Any
    levels: tuple[Level, ...]
    in_azure: frozenset[str] = frozenset()
    first: tuple[Door, ...] = ()
    more: tuple[Door, ...] = ()
    closed: Closed | None = None

    @property
    def last(self) -> tuple[str, str] | None:
        """Label and address of the door that was opened last; None where it stands there no more."""
        asked = {f"{ASK}{each.tier.slug}": each for each in self.levels}.get(self.tenant.last_door)
        if asked and asked.request and asked.request.url:
            return f"Ask in My Access, {asked.tier.name}", asked.request.url
        found = (door for door in (*self.first, *self.more) if door.name == self.tenant.last_door)
        return next(((door.label, door.url) for door in found), None)

    @property
    def can_ask(self) -> bool:
        return any(level.request for level in self.levels)


def cards(person: Person, tenants: Sequence[Any]) -> list[Card]:
    """For tenants that are `prepared`."""
    owned = _owned(tenants)
    levels = _levels(person, tenants, owned)
    stands = {each.pk: delegated.stands(each, owned[each.pk].values()) for each in tenants}
    return [_card(each, levels[each.pk], stands[each.pk], LEAD in owned[each.pk]) for each in tenants]


def prepared(tenants: QuerySet[Tenant]) -> QuerySet[Any]:
    """Each tenant with the ways in that it was sold, what was seen in Azure, and whether it is being read."""
    document = "onboarding__offer__document"
    sold = tenants.annotate(planes=F(f"{document}__planes"), roles=F(f"{document}__lighthouse__roles"))
    read = closed.with_closing(delegated.with_workspaces(grants.with_reading(sold)))
    return read.select_related("customer")


def _card(tenant: Any, levels: Sequence[Level], stands: Stands, may_approve: bool) -> Card:
    tiers, roles = [level.tier.slug for level in levels], tenant.roles or ()
    open_ways = ways.open_to(tiers, _standing(tenant, levels, stands), roles)
    found = list(links.built(tenant, clouds.current(), _links(open_ways, may_approve)))
    found += into_sentinel(stands, open_ways)
    held = {role["tier"] for role in roles} if ways.AZURE in open_ways else set()
    return Card(tenant, tuple(levels), frozenset(held), *_sorted(found), closed.read(tenant))


def _standing(tenant: Any, levels: Sequence[Level], stands: Stands) -> list[str]:
    """Its planes, without those that nobody has set up yet: they lead to a closed door."""
    there = {ways.PACKAGES: any(level.request for level in levels), ways.AZURE: stands.is_delegated}
    return [plane for plane in tenant.planes or () if there.get(plane, True)]


def _sorted(doors: Sequence[Door]) -> tuple[tuple[Door, ...], tuple[Door, ...]]:
    """What is opened most, and the rest."""
    first = sorted(
        (door for door in doors if door.link.slug in FIRST), key=lambda d: FIRST.index(d.link.slug)
    )
    return tuple(first), tuple(door for door in doors if door.link.slug not in FIRST)


def _links(open_ways: frozenset[str], may_approve: bool) -> Iterator[Link]:
    """What their tiers can use of what this tenant was sold; approvals where people of ours may approve."""
    for link in links.LINKS.values():
        of_approvers = link.slug == "approvals"
        if link.suits("approver" if of_approvers else "analyst", open_ways) and may_approve >= of_approvers:
            yield link


def _levels(person: Person, tenants: Sequence[Tenant], owned: Owned) -> dict[int, list[Level]]:
    """By tenant: the tiers this person has there, in order."""
    mine: dict[int, list[Tier]] = defaultdict(list)
    given = Membership.objects.filter(person=person, customer__in={each.customer_id for each in tenants})
    for membership in given.select_related("tier").order_by("tier__slug"):
        mine[membership.customer_id].append(membership.tier)
    states = grants.states(person, tenants)
    return {
        each.pk: [_level(each, tier, owned[each.pk], states) for tier in mine[each.customer_id]]
        for each in tenants
    }


def _level(
    tenant: Tenant,
    tier: Tier,
    owned: Mapping[str, Any],
    states: Mapping[tuple[int, int, str], State],
) -> Level:
    """A state that was read of another package, made before this one, says nothing of it."""
    row = owned.get(f"access_package/{tier.slug}")
    if row is None:
        return Level(tier, None)
    state = states.get((tenant.pk, tier.pk, row.remote_id), grants.UNKNOWN)
    group = owned.get(f"group/{tier.slug}")
    if group is not None and not group.is_confirmed:
        state = grants.without_role(state)
    if getattr(tenant, "asked_at", None):
        state = grants.just_asked(state)
    return Level(tier, request_for(tenant, row), state)


def _owned(tenants: Sequence[Tenant]) -> Owned:
    """By tenant and address, what we answer for: a link never leads to somebody else's.

    `is_confirmed`: somebody says by name that it has its role in Defender (access/who_can/by_hand.py).
    """
    wanted = Q(kind__in=("access_package", "delegation", "group")) | Q(address=LEAD)
    said = Exists(Confirmation.of_the_object())
    by_tenant: Owned = defaultdict(dict)
    rows = OwnedObject.objects.filter(wanted, tenant__in=tenants).annotate(is_confirmed=said)
    for row in rows.defer("before", "needs"):
        by_tenant[row.tenant_id][row.address] = row
    return by_tenant
