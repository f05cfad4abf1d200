"""Is Sentinel ready for analysts, in what was delegated to us? Source: facts A6.

Read from the provider's own tenant, with the Reader role that the delegation itself gives.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tenants.checks import Check, failed, passed, unreadable, warned
from tenants.microsoft.azure import Azure
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected

WORKSPACES, SENTINEL = "2025-07-01", "2022-12-01-preview"
INSIGHTS = "providers/Microsoft.SecurityInsights"
WORKSPACE = re.compile(
    r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/Microsoft\.OperationalInsights/workspaces/([^/]+)",
    re.IGNORECASE,
)
XDR, CREATION = "MicrosoftThreatProtection", "MicrosoftSecurityIncidentCreation"
DOUBLING = frozenset(
    {
        "Microsoft Defender Advanced Threat Protection",
        "Azure Advanced Threat Protection",
        "Office 365 Advanced Threat Protection",
        "Microsoft Cloud App Security",
        "Azure Active Directory Identity Protection",
    }
)
"""Products whose incidents Defender XDR brings itself: a rule that makes them too makes each twice."""
DEFENDER_FOR_CLOUD = "Azure Security Center"
Raw = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workspace:
    id: str
    subscription: str
    group: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """`unread`: scope → why its workspaces could not be listed."""

    workspaces: Mapping[Workspace, list[Check]]
    unread: Mapping[str, str]


async def look(azure: Azure, scopes: Iterable[str]) -> Found:
    """Every workspace of these subscriptions and resource groups, each with its checks."""
    places = list(scopes)
    listed = await asyncio.gather(*(unless_unread(_workspaces(azure, scope)) for scope in places))
    unread = {at: each.found for at, each in zip(places, listed, strict=True) if isinstance(each, Check)}
    held = dict.fromkeys(one for each in listed if not isinstance(each, Check) for one in each)
    checked = await asyncio.gather(*(_checks(azure, one) for one in held))
    return Found(dict(zip(held, checked, strict=True)), unread)


async def _workspaces(azure: Azure, scope: str) -> list[Workspace]:
    path = f"{scope}/providers/Microsoft.OperationalInsights/workspaces"
    return [_workspace(each["id"]) for each in await azure.pages(path, WORKSPACES)]


def _workspace(id: str) -> Workspace:
    found = WORKSPACE.fullmatch(id)
    if found is None:
        raise Rejected(200, "oddWorkspace", "a workspace came with an id that is none")
    return Workspace(id, *found.groups())


async def _checks(azure: Azure, one: Workspace) -> list[Check]:
    on = await _named("Sentinel is on", _is_on(azure, one))
    if on.state != "pass":
        return [on]
    connectors = await unless_unread(azure.pages(f"{one.id}/{INSIGHTS}/dataConnectors", SENTINEL))
    rules = await unless_unread(azure.pages(f"{one.id}/{INSIGHTS}/alertRules", SENTINEL))
    doubles = replace(_doubles(connectors, rules), name="incidents that come twice")
    return [on, replace(_xdr(connectors), name="Defender XDR"), doubles]


async def _is_on(azure: Azure, one: Workspace) -> Check:
    try:
        await azure.get(f"{one.id}/{INSIGHTS}/onboardingStates/default", SENTINEL)
    except NotFound:
        return failed(
            "Sentinel is not switched on in this workspace.",
            "In the Azure portal open Microsoft Sentinel, Create, and choose this workspace.",
        )
    return passed("Sentinel is switched on.")


def _xdr(connectors: Sequence[Raw] | Check) -> Check:
    if isinstance(connectors, Check):
        return connectors
    if not any(_brings_incidents(each) for each in connectors):
        return warned(
            "Defender XDR does not bring its incidents into this workspace.",
            "In Sentinel open Data connectors, Microsoft Defender XDR, and connect incidents and alerts.",
        )
    return passed("Defender XDR brings its incidents.")


def _doubles(connectors: Sequence[Raw] | Check, rules: Sequence[Raw] | Check) -> Check:
    """Only where XDR brings incidents can a rule double them."""
    if isinstance(connectors, Check):
        return connectors
    if isinstance(rules, Check):
        return rules
    if not any(_brings_incidents(each) for each in connectors):
        return _none()
    if doubling := sorted(_named_rules(rules, DOUBLING)):
        return failed(
            f"These rules make each incident twice: {', '.join(doubling)}.",
            "In Sentinel open Analytics and disable them; Defender XDR brings these incidents itself.",
        )
    if perhaps := sorted(_named_rules(rules, {DEFENDER_FOR_CLOUD})):
        return warned(
            f"These rules may make incidents twice: {', '.join(perhaps)}.",
            "Defender XDR brings Defender for Cloud's incidents, too, but alerts only with its own "
            "connector. Look whether incidents come twice; then disable them.",
        )
    return _none()


def _none() -> Check:
    return passed("No rule makes an incident twice.")


def _brings_incidents(connector: Raw) -> bool:
    types = connector.get("properties", {}).get("dataTypes", {})
    state = str(types.get("incidents", {}).get("state", ""))
    return connector.get("kind") == XDR and state.lower() == "enabled"


def _named_rules(rules: Sequence[Raw], products: Iterable[str]) -> Iterator[str]:
    for rule in rules:
        own = rule.get("properties", {})
        if rule.get("kind") == CREATION and own.get("enabled") and own.get("productFilter") in products:
            yield str(own.get("displayName") or rule.get("name"))


async def _named(name: str, asking: Awaitable[Check]) -> Check:
    return replace(await unless_unread(asking), name=name)


async def unless_unread(asking: Awaitable[T]) -> T | Check:
    """The answer, or the check that says why there is none: unreadable is neither a pass nor a failing."""
    try:
        return await asking
    except (Later, Refused, NotFound, Rejected) as error:
        return replace(unreadable(error), remedy=REMEDY)


REMEDY = "Make sure that the delegation still gives our app the role Reader there; then look again."
