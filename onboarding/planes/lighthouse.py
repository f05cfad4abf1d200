"""Azure and Sentinel by Azure Lighthouse: groups of the provider hold roles in the customer's subscriptions.

The customer alone can delegate, by deploying a template; the portal waits, reads back, and can end it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from string import Formatter
from typing import Any

from onboarding.delegations import shared, template
from onboarding.delegations.definition import Delegation, Eligible, Principal, Standing, completed
from onboarding.engine.plan import Owned
from onboarding.engine.resource import Resource
from onboarding.planes.base import Answers
from tenants.microsoft.errors import Refused

PERMISSIONS: frozenset[str] = frozenset()
AT_HOME = True
FIRST: tuple[str, ...] = ()
DOORS: tuple[str, ...] = ()
LABEL = "Azure and Sentinel (Azure Lighthouse)"
WORDS = (
    "Groups of the provider's tenant hold roles of Azure in the subscriptions or resource groups that are "
    "named. Analysts stay in their own tenant: no guest is made, and the customer's conditional access does "
    "not apply to them there."
)


def resources(answers: Answers) -> list[Resource]:
    """One delegation for each subscription or resource group that was named."""
    if not answers.azure:
        return []
    made = delegation(answers)
    return [_one(answers, made, scope) for scope in answers.azure["scopes"]]


def delegation(answers: Answers) -> Delegation:
    """What is delegated, the same at every place of this customer."""
    sold, named = answers.lighthouse, answers.azure["principals"]
    gaps, held = _gaps(answers), _held(answers)
    description = sold["description"].format_map(gaps)
    always = [role for role in held if not role.get("on_demand")]
    on_demand = [role for role in held if role.get("on_demand")]
    return completed(
        Delegation(
            name=sold["name"].format_map(gaps),
            description=shared.described(description, gaps["pool"]) if pooled(answers) else description,
            managing_tenant=answers.provider_tenant_id,
            portal=Principal(answers.azure["portal"], PORTAL, "service principal"),
            standing=tuple(Standing(_who(named, role["group"], gaps), role["role"]) for role in always),
            eligible=tuple(_eligible(named, role, gaps) for role in on_demand),
        )
    )


def _held(answers: Answers) -> list[Mapping[str, Any]]:
    tiers = {tier.slug for tier in answers.tiers}
    return [role for role in answers.lighthouse["roles"] if role["tier"] in tiers]


def _gaps(answers: Answers) -> dict[str, str]:
    """Without a pool a customer is one of its own."""
    pool = answers.azure.get("pool") or answers.customer
    return {
        "brand": answers.brand,
        "provider": answers.provider,
        "customer": answers.customer,
        "pool": pool,
    }


def pooled(answers: Answers) -> frozenset[str]:
    """The ids of the groups that are named after the pool, where there is one: only those are shared."""
    if not answers.azure.get("pool"):
        return frozenset()
    names = [role["group"] for role in _held(answers) if "pool" in gaps_of(role["group"])]
    named, gaps = answers.azure["principals"], _gaps(answers)
    return frozenset(named[name] for name in (each.format_map(gaps) for each in names) if name in named)


def takes_pool(sold: Mapping[str, Any]) -> bool:
    """Whether such an offer has a group that customers can share."""
    return any("pool" in gaps_of(role["group"]) for role in sold["roles"])


def gaps_of(name: str) -> frozenset[str]:
    """The gaps that will be filled in; what stands in double braces is none."""
    try:
        return frozenset(gap for _, gap, _, _ in Formatter().parse(name) if gap)
    except ValueError:
        return frozenset()


PORTAL = "Gatehouse, reading back"
RENAMED = "it was looked up under another name, so the answers have to be given again"


def groups(sold: Mapping[str, Any], tiers: list[str], gaps: Mapping[str, str]) -> list[str]:
    """The names of all groups that such an offer takes from the provider's tenant, each once."""
    return list(dict.fromkeys(_names(sold, tiers, gaps)))


def _names(sold: Mapping[str, Any], tiers: list[str], gaps: Mapping[str, str]) -> Iterator[str]:
    for role in sold["roles"]:
        if role["tier"] in tiers:
            yield role["group"].format_map(gaps)
            yield from (name.format_map(gaps) for name in role.get("approvers", ()))


def _eligible(named: Mapping[str, Any], role: Mapping[str, Any], gaps: Mapping[str, str]) -> Eligible:
    approvers = tuple(_who(named, name, gaps) for name in role.get("approvers", ()))
    longest = role.get("longest", "PT8H")
    return Eligible(_who(named, role["group"], gaps), role["role"], longest, approvers=approvers)


def _who(named: Mapping[str, Any], name: str, gaps: Mapping[str, str]) -> Principal:
    name = name.format_map(gaps)
    if name not in named:
        raise Refused("no_analysts_group", name=name, why=RENAMED)
    return Principal(named[name], name, "security group")


def _one(answers: Answers, made: Delegation, scope: str) -> Resource:
    where = {"customer": answers.tenant_id, "scope": scope}
    spec = {**where, "definition": made.id, "properties": template.properties(made)}
    return Resource(address(scope), "delegation", answers.provider_tenant_id, spec)


def beside(desired: Iterable[Resource], owned: Mapping[str, Owned]) -> list[Resource]:
    """The same next to the delegations that are ours already.

    Under another name it is another delegation: it has an address of its own, and comes when the older one of
    the place is gone. Of two that give one group one role, the end of either may cut both (facts 0.4, A3).
    """
    ours = [mine.resource for mine in owned.values() if mine.resource.kind == "delegation"]
    return [_beside(each, ours) if each.kind == "delegation" else each for each in desired]


def _beside(wanted: Resource, ours: list[Resource]) -> Resource:
    here = [mine for mine in ours if mine.spec["scope"] == wanted.spec["scope"]]
    same = [mine.address for mine in here if mine.spec["definition"] == wanted.spec["definition"]]
    older = [mine.address for mine in here if mine.address not in same]
    taken = f"{wanted.address}/as/{wanted.spec['definition'][:8]}"
    free = taken if wanted.address in older else wanted.address
    return replace(wanted, address=same[0] if same else free, also_needs=tuple(sorted(older)))


def address(scope: str) -> str:
    """/subscriptions/1/resourceGroups/rg → delegation/1/rg."""
    parts = scope.split("/")
    return "/".join(["delegation", parts[2], *parts[4:5]])
