"""What the log of the provider's own tenant tells of delegations to it: each that came or went in 90 days.

An app reads it with Monitoring Reader at the root of that tenant, which nobody has to give it (facts A5). It
tells the place and whose it is, and neither the offer nor who holds what. An update is told as a coming, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from onboarding.grants.reads import UNREAD, Unread, or_why
from onboarding.kinds.delegation import NO_RIGHT
from tenants.microsoft.azure import Azure
from tenants.microsoft.errors import Refused

EVENTS = "/providers/microsoft.insights/eventtypes/management/values"
VERSION = "2015-04-01"
KEPT = timedelta(days=90)
COMING, GOING = "Microsoft.Resources/tenants/register/action", "Microsoft.Resources/tenants/unregister/action"
Raw = Mapping[str, Any]


async def standing(there: Azure, customer: str) -> dict[str, str] | Unread:
    """Scope → the day on which it was delegated, of what came and did not go. None without the right."""
    since = f"eventTimestamp ge '{now() - KEPT:%Y-%m-%dT%H:%M:%SZ}'"
    listed = await or_why(there.pages(EVENTS, VERSION, filter=since))
    if isinstance(listed, UNREAD):
        has_right = not (isinstance(listed, Refused) and listed.facts.get("code") == NO_RIGHT)
        return listed if has_right else {}
    last = dict[str, tuple[str, str, str]]()
    for scope, what, at in sorted(_told(listed, customer), key=lambda each: each[2]):
        last[scope.lower()] = scope, what, at
    return {scope: at[:10] for scope, what, at in last.values() if what == COMING.lower()}


def _told(events: list[Any], customer: str) -> Iterator[tuple[str, str, str]]:
    for each in events:
        what, about = _value(each, "operationName").lower(), _about(each)
        is_done = _value(each, "eventName") == "EndRequest" and _value(each, "status") == "Succeeded"
        is_theirs = str(about.get("subscriptionTenantId", "")).lower() == customer
        if is_done and is_theirs and what in (COMING.lower(), GOING.lower()):
            yield str(about.get("delegationResourceId", "")), what, str(each.get("eventTimestamp", ""))


def _value(event: Raw, name: str) -> str:
    return str((event.get(name) or {}).get("value", ""))


def _about(event: Raw) -> Raw:
    """JSON in a text; of other events it may be anything."""
    try:
        found = json.loads(event.get("description") or "")
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}
