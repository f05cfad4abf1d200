"""Look for Azure Lighthouse delegations to the provider, in every subscription that you can see."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from typing import Any

from access.exit_parts.web import ODD, ODD_WORDS, Held, Refused, pages, read
from access.exit_parts.words import KIT, Found, Thing, is_provider, plain

VERSION = "2022-10-01"
SERVICES = "/providers/Microsoft.ManagedServices"


def look_at_azure(token: Held | str, found: Found) -> int:
    """How many subscriptions were looked at: those you cannot see are not among them."""
    try:
        seen = [(each["id"], each.get("displayName", "")) for each in subscriptions(token)]
    except (Refused, *ODD) as no:
        found.unread.append(("delegation", why_not(no)))
        return 0
    for id, name in seen:
        try:
            found.things.extend(delegations(token, id, name, found))
        except (Refused, *ODD) as no:
            found.unread.append(("delegation", f"subscription {plain(name)}: {why_not(no)}"))
    return len(seen)


def why_not(no: Exception) -> str:
    return str(no) if isinstance(no, Refused) else ODD_WORDS


def subscriptions(token: Held | str) -> Iterator[dict[str, Any]]:
    """Your own: others may be delegated to your tenant."""
    for each in pages(token, azure_url("/subscriptions", "2022-12-01")):
        if str(each.get("tenantId", "")).lower() == KIT["tenant"]:
            yield each


def delegations(token: Held | str, subscription: str, name: str, found: Found) -> Iterator[Thing]:
    groups = [each["id"] for each in pages(token, azure_url(f"{subscription}/resourcegroups", "2021-04-01"))]
    for scope in (subscription, *groups):
        where = f"{scope}{SERVICES}/registrationAssignments"
        for each in pages(token, azure_url(where, VERSION, expand="true")):
            inner = offer(token, each["properties"])
            if not inner.get("managedByTenantId"):
                words = f"whose the delegation {plain(each['id'])} is"
                found.unread.append(("delegation", f"subscription {plain(name)}: {words}"))
            if is_provider(inner.get("managedByTenantId")):
                why = "of the subscription " + plain(name) + place(scope)
                yield Thing("delegation", offer_name(inner), why, azure_url(each["id"], VERSION), each)
    for each in pages(token, azure_url(f"{subscription}{SERVICES}/registrationDefinitions", VERSION)):
        if is_provider(each["properties"].get("managedByTenantId")):
            why = "in the subscription " + plain(name)
            yield Thing(
                "definition", offer_name(each["properties"]), why, azure_url(each["id"], VERSION), each
            )


def offer(token: Held | str, properties: dict[str, Any]) -> dict[str, Any]:
    """What is delegated by it; looked up where the list does not tell."""
    shown: dict[str, Any] = (properties.get("registrationDefinition") or {}).get("properties") or {}
    if shown.get("managedByTenantId"):
        return shown
    found = read(token, azure_url(properties["registrationDefinitionId"], VERSION)) or {}
    looked_up: dict[str, Any] = found.get("properties") or {}
    return looked_up


def offer_name(properties: dict[str, Any]) -> str:
    return plain(properties.get("registrationDefinitionName") or "without a name")


def place(scope: str) -> str:
    group = scope.partition("/resourceGroups/")[2]
    return f", resource group {plain(group)}" if group else ""


def azure_url(path: str, version: str, expand: str = "") -> str:
    if not path.startswith("/"):
        raise Refused(0, "strange answer", "Azure names something by what is no id of its own.")
    query = {"api-version": version} | ({"$expandRegistrationDefinition": expand} if expand else {})
    return f"{KIT['arm']}{urllib.parse.quote(path)}?{urllib.parse.urlencode(query)}"
