"""A delegation has two sides, read by two sign-ins: the provider's at home, and the customer's own.

Each read-back looks from the provider's side. From the customer's nobody looks but with a sign-in of theirs:
what Azure told the last one is all that is known of it, and may have changed since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from access import found, links
from access.found import Thing
from access.models import Deployment
from tenants.microsoft import apps, clouds
from tenants.models import Tenant

SERVICE_PROVIDERS = "service-providers"


@dataclass(frozen=True, slots=True)
class Sides:
    """Of one subscription. `ours`: what was seen of each place, and when. `theirs`: when it was read last."""

    subscription: str
    ours: Sequence[tuple[Thing, datetime]]
    theirs: datetime | None


def about(tenant: Tenant) -> dict[str, Any]:
    known = {"tid": str(tenant.tenant_id), "domain": tenant.initial_domain}
    place = links.url_if_any(SERVICE_PROVIDERS, clouds.current(), **known)
    by_own_sign_in = apps.is_complete("deploy")
    return {"sides": of(tenant), "service_providers": place, "by_own_sign_in": by_own_sign_in}


def of(tenant: Tenant) -> list[Sides]:
    """Where something is delegated."""
    places, reading = defaultdict(list), tenant.readings.first()
    for thing in found.things(tenant, reading):
        if thing.row.kind == "delegation":
            at = max(thing.row.since, reading.at) if reading else thing.row.since
            places[str(thing.row.spec["scope"]).split("/")[2].lower()].append((thing, at))
    read = _read_by_them(tenant) if places else {}
    return [Sides(subscription, ours, read.get(subscription)) for subscription, ours in places.items()]


def _read_by_them(tenant: Tenant) -> dict[str, datetime]:
    """By subscription. Who only signed in was not told anything by Azure yet."""
    told = Deployment.objects.filter(tenant=tenant).exclude(told_at=None).order_by()
    last = told.values("subscription").annotate(at=Max("told_at"))
    return {row["subscription"].lower(): row["at"] for row in last}
