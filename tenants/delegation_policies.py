"""Do the customer's own policies let Azure be delegated to us? Source: facts A5.

Read from the provider's own tenant, with the Reader role that a delegation itself gives: before there is one,
nobody of ours can tell. What is assigned above a subscription is in the list of each thing below it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tenants.checks import NOBODY, Check, passed, warned
from tenants.microsoft.azure import Azure
from tenants.sentinel import unless_unread

VERSION = "2022-06-01"
BUILT_IN = "/providers/Microsoft.Authorization/"
ALLOWED = f"{BUILT_IN}policyDefinitions/7a8a51a3-ad87-4def-96f3-65a1839242b6"
AUDIT = f"{BUILT_IN}policyDefinitions/76bed37b-484f-430f-a009-fd7592dff818"
LIST, REPORT = "policy on who may be given delegations", "report of delegations"
WHO = "whoever owns the policy assignment, such as an owner of the subscription"
OPTIONAL = "Nothing has to be done. The page Guards for Azure delegations has a template for it."
Raw = Mapping[str, Any]


async def look(azure: Azure, scopes: Iterable[str], ours: str) -> dict[str, list[Check]]:
    """Of each subscription of these scopes; `ours` is the managing tenant."""
    places = defaultdict(list)
    for scope in sorted(scopes):
        places[scope.split("/")[2]].append(scope)
    read = await asyncio.gather(*(_assigned(azure, each) for each in places.values()))
    return {place: judged(found, place, ours) for place, found in zip(places, read, strict=True)}


async def _assigned(azure: Azure, scopes: Sequence[str]) -> Sequence[Raw] | Check:
    """From any scope of the subscription that can be read: what is wanted stands in the list of each."""
    found: Sequence[Raw] | Check = []
    for scope in scopes:
        path = f"{scope}/providers/Microsoft.Authorization/policyAssignments"
        found = await unless_unread(azure.pages(path, VERSION, filter="atScope()"))
        if not isinstance(found, Check):
            break
    return found


def judged(found: Sequence[Raw] | Check, subscription: str, ours: str) -> list[Check]:
    if isinstance(found, Check):
        return [replace(found, name=LIST), replace(found, name=REPORT)]
    inside = [each for each in found if _reaches(each, subscription)]
    return [replace(allowed(inside, ours), name=LIST), replace(reported(inside), name=REPORT)]


def _reaches(assignment: Raw, subscription: str) -> bool:
    """A delegation's definition stands at the subscription: what is assigned to a group never sees it."""
    own = _own(assignment)
    left_out = [str(each).casefold() for each in own.get("notScopes") or ()]
    below = "/resourcegroups/" in str(own.get("scope", "")).casefold()
    return not below and f"/subscriptions/{subscription}".casefold() not in left_out


def allowed(assignments: Sequence[Raw], ours: str) -> Check:
    """One list that forbids is enough; one that we cannot make out is not taken for a yes."""
    lists = [each for each in assignments if _is(each, ALLOWED)]
    if shut := [each for each in lists if not _is_odd(each) and not _names(each, ours)]:
        enforced = [each for each in shut if _is_enforced(each)]
        return _forbids(enforced, ours) if enforced else _would_forbid(shut, ours)
    if odd := [each for each in lists if _is_odd(each)]:
        return _unknown(f"This policy assignment was changed in a way that we cannot judge: {_called(odd)}.")
    if lists:
        return passed(f"The provider's tenant is in the list: {_called(lists)}.")
    if theirs := [each for each in assignments if not _policy(each).startswith(BUILT_IN.casefold())]:
        return _unknown(f"Nobody looked into policies of the customer's own making: {_called(theirs)}.")
    return _optional("No list of tenants stands in the way: Microsoft's policy for it is not assigned here.")


def reported(assignments: Sequence[Raw]) -> Check:
    reports = [each for each in assignments if _is(each, AUDIT) and _value(each, "effect") != "Disabled"]
    if reports:
        return passed(f"What is delegated is reported: {_called(reports)}.")
    return _optional("What is delegated is not reported: Microsoft's policy for it is not assigned here.")


def _forbids(lists: Sequence[Raw], ours: str) -> Check:
    return warned(
        f"The provider's tenant {ours} is not in the list of {_called(lists)}. What is delegated now stays, "
        "but Azure would refuse a new or changed delegation, so a plan with one would be denied.",
        f"Add {ours} to the parameter listOfAllowedTenants of that assignment; then look again.",
        WHO,
    )


def _would_forbid(lists: Sequence[Raw], ours: str) -> Check:
    return warned(
        f"The provider's tenant {ours} is not in the list of {_called(lists)}, which is not enforced today.",
        "Before it is enforced, add that tenant to its parameter listOfAllowedTenants.",
        WHO,
    )


def _unknown(found: str) -> Check:
    remedy = "Ask whether it refuses delegations. If it does, Azure says so when a template is deployed."
    return Check("", "unknown", found, remedy, WHO)


def _optional(found: str) -> Check:
    return Check("", "pass", found, OPTIONAL, NOBODY)


def _own(assignment: Raw) -> Raw:
    return assignment.get("properties") or {}


def _policy(assignment: Raw) -> str:
    return str(_own(assignment).get("policyDefinitionId", "")).casefold()


def _is(assignment: Raw, policy: str) -> bool:
    return _policy(assignment) == policy.casefold()


def _value(assignment: Raw, name: str) -> Any:
    return ((_own(assignment).get("parameters") or {}).get(name) or {}).get("value")


def _names(assignment: Raw, ours: str) -> bool:
    return ours.casefold() in [str(each).casefold() for each in _value(assignment, "listOfAllowedTenants")]


def _is_odd(assignment: Raw) -> bool:
    """Its effect was turned, or it counts for some places only, or its list is none."""
    own = _own(assignment)
    narrowed = any("/managementgroups/" in str(each).casefold() for each in own.get("notScopes") or ())
    turned = own.get("overrides") or own.get("resourceSelectors")
    return bool(turned or narrowed) or not isinstance(_value(assignment, "listOfAllowedTenants"), list)


def _is_enforced(assignment: Raw) -> bool:
    return str(_own(assignment).get("enforcementMode", "Default")).casefold() != "donotenforce"


def _called(assignments: Iterable[Raw]) -> str:
    return ", ".join(str(_own(each).get("displayName") or each.get("name")) for each in assignments)
