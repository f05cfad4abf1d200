"""What a delegation takes from the provider's own tenant: its groups by name, and our app as it stands there.

Refused before a customer sees anything where Azure, or good sense, would refuse the whole.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from onboarding import pens, plans, pools
from onboarding.delegations import roles, rules
from onboarding.delegations.roles import DELETE, READER, Role, Roles
from onboarding.delegations.rules import Place
from onboarding.models import Offer, Onboarding, OwnedObject
from onboarding.planes import lighthouse
from tenants import provider
from tenants.checks import US, Check, cause, passed, warned
from tenants.directory import TenantInfo
from tenants.home import security_group
from tenants.microsoft import bridge, clouds, credentials
from tenants.microsoft.azure import azure
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph, graph
from tenants.models import Provider, Tenant

Azure = dict[str, Any]
DEFINITIONS = "/providers/Microsoft.Authorization/roleDefinitions"
ROLES = "the roles that Azure delegates"
STILL_GOOD = (
    "You may go on: a role that Azure does not delegate any more is refused when the customer deploys, and "
    "nothing is made. Or check again, so that it is read from Azure."
)
HELD = ("authorizations", "eligibleAuthorizations")


def sells(offer: Offer) -> bool:
    return "lighthouse" in offer.document["planes"]


def looked_up(offer: Offer, tiers: list[str], given: Azure, customer: str, ours: TenantInfo) -> Azure:
    """The scopes and the pool, with the id of every group that is named in the tenant that is `ours`, and our
    app's own."""
    gaps = _gaps(customer, given.get("pool") or customer, ours)
    there = graph(clouds.current(), pens.registered(pens.HOME), ours.id)
    names = lighthouse.groups(offer.document["lighthouse"], tiers, gaps)
    found = bridge.run(_groups(there, names))
    portal = credentials.object_id(clouds.current(), there.app, there.tenant_id)
    return {**given, "principals": found, "portal": portal, **_roles(offer, tiers, ours.id)}


def _roles(offer: Offer, tiers: list[str], home: str) -> dict[str, Any]:
    """Each role that would be held, with its name, where all of them may be delegated today.

    And by which list that is known, where Azure's own could not be read.
    """
    known = roles_today(home)
    held = [role["role"] for role in offer.document["lighthouse"]["roles"] if role["tier"] in tiers]
    for refusal in rules.of_roles({*held, READER, DELETE}, known):
        raise Refused(refusal.reason, **refusal.facts)
    listed = {"checked": known.checked.isoformat(), "why": known.why} if known.checked else None
    named = {id: known.name(id) for id in sorted({*held, READER, DELETE})}
    return {"roles": named, **({"roles_listed": listed} if listed else {})}


def roles_today(home: str) -> Roles:
    """Azure's own list, which any app may read; where it cannot be read, ours of a certain day, and why."""
    try:
        there = azure(clouds.current(), pens.registered(pens.HOME), home)
        listed = bridge.run(there.pages(DEFINITIONS, "2022-04-01", filter="type eq 'BuiltInRole'"))
    except (Later, Refused, NotFound, Rejected) as error:
        return replace(roles.listed(), why=cause(error))
    return roles.from_azure(listed)


def roles_check(home: str) -> Check:
    """For readiness: whether it was read from Azure what a delegation may hold, or is known by our list."""
    known = roles_today(home)
    if known.checked is None:
        return replace(passed("Which roles may be delegated was read from Azure itself."), name=ROLES)
    said = roles.by_list(known.checked.isoformat(), known.why)
    return replace(warned(said, STILL_GOOD, US), name=ROLES)


def check(kept: Onboarding) -> None:
    """Refused with the first thing that may not be in a delegation, where there is to be one.

    In a transaction: two customers whose answers are kept at the same instant are looked at one by one.
    """
    if not kept.azure:
        return
    Provider.objects.select_for_update().first()
    answers, tenant = plans.answers(kept), kept.tenant
    others, pool = (
        (pools.answers(tenant.customer), kept.azure["pool"]) if kept.azure.get("pool") else ([], "")
    )
    pools.check(kept, others)
    mates, ours = pools.sharing(others, pool), lighthouse.pooled(answers)
    place = Place(
        tenant=str(tenant.tenant_id),
        cloud=clouds.current().name,
        customer=str(tenant.customer.slug),
        together={group: slugs for group, slugs in mates.items() if group in ours},
        served=_served(tenant),
    )
    known = Roles({id: Role(id, name) for id, name in answers.azure["roles"].items()}, None)
    for refusal in rules.refusals(lighthouse.delegation(answers), place, known):
        raise Refused(refusal.reason, **refusal.facts)


async def _groups(there: Graph, names: list[str]) -> dict[str, str]:
    found = await asyncio.gather(*(security_group(there, name) for name in names))
    return {name: group.id for name, group in zip(names, found, strict=True)}


def _served(tenant: Tenant) -> Mapping[str, frozenset[str]]:
    """Which customers each group of ours is in a delegation of, this one left out."""
    served = defaultdict(set)
    for slug, groups in (*_answered(tenant), *_delegated(tenant)):
        for group in groups:
            served[group].add(slug)
    return {group: frozenset(slugs) for group, slugs in served.items()}


def _answered(tenant: Tenant) -> Iterator[tuple[str, set[str]]]:
    others = pools.going_on().exclude(tenant__customer=tenant.customer).exclude(azure={})
    for slug, named in others.values_list("tenant__customer__slug", "azure"):
        yield str(slug), set(named.get("principals", {}).values())


def _delegated(tenant: Tenant) -> Iterator[tuple[str, set[str]]]:
    """What stands there still, whatever the answers say by now."""
    others = OwnedObject.objects.exclude(tenant__customer=tenant.customer).filter(kind="delegation")
    for slug, spec in others.values_list("tenant__customer__slug", "spec"):
        held = [each for name in HELD for each in spec["properties"].get(name, ())]
        yield str(slug), {each["principalId"] for each in held}


def _gaps(customer: str, pool: str, ours: TenantInfo) -> dict[str, str]:
    return {**provider.names(ours.name), "customer": customer, "pool": pool}
