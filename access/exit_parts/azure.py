"""Look for Azure Lighthouse delegations to the provider, in every subscription that you can see."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from typing import Any

from access.exit_parts.web import Refused, pages
from access.exit_parts.words import KIT, Found, Thing, is_provider, plain

VERSION = "2022-10-01"
SERVICES = "/providers/Microsoft.ManagedServices"


def look_at_azure(token: str, found: Found) -> int:
    """How many subscriptions were looked at: those you cannot see are not among them."""
    try:
        seen = list(subscriptions(token))
    except Refused as no:
        found.unread.append(("delegation", str(no)))
        return 0
    for each in seen:
        try:
            found.things.extend(delegations(token, each["id"], each.get("displayName", "")))
        except Refused as no:
            found.unread.append(("delegation", f"subscription {plain(each.get('displayName'))}: {no}"))
    return len(seen)


def subscriptions(token: str) -> Iterator[dict[str, Any]]:
    """Your own: others may be delegated to your tenant."""
    for each in pages(token, azure_url("/subscriptions", "2022-12-01")):
        if str(each.get("tenantId", "")).lower() == KIT["tenant"]:
            yield each


def delegations(token: str, subscription: str, name: str) -> Iterator[Thing]:
    groups = [each["id"] for each in pages(token, azure_url(f"{subscription}/resourcegroups", "2021-04-01"))]
    for scope in (subscription, *groups):
        where = f"{scope}{SERVICES}/registrationAssignments"
        for each in pages(token, azure_url(where, VERSION, expand="true")):
            inner = (each["properties"].get("registrationDefinition") or {}).get("properties") or {}
            if is_provider(inner.get("managedByTenantId")):
                why = "of the subscription " + plain(name) + place(scope)
                yield Thing("delegation", called(inner), why, azure_url(each["id"], VERSION), each)
    for each in pages(token, azure_url(f"{subscription}{SERVICES}/registrationDefinitions", VERSION)):
        if is_provider(each["properties"].get("managedByTenantId")):
            why = "in the subscription " + plain(name)
            yield Thing("definition", called(each["properties"]), why, azure_url(each["id"], VERSION), each)


def called(properties: dict[str, Any]) -> str:
    return plain(properties.get("registrationDefinitionName") or "without a name")


def place(scope: str) -> str:
    group = scope.partition("/resourceGroups/")[2]
    return f", resource group {plain(group)}" if group else ""


def azure_url(path: str, version: str, expand: str = "") -> str:
    query = {"api-version": version} | ({"$expandRegistrationDefinition": expand} if expand else {})
    return f"{KIT['arm']}{urllib.parse.quote(path)}?{urllib.parse.urlencode(query)}"
