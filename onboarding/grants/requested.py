"""Every request for a package of ours, denied ones included: for the evidence.

Who approved or denied is not in it: an app cannot read approvals (facts/graph.md, trap 4). For how long
Microsoft keeps a request that is over is documented nowhere we found: so they are read each night, and what
was read once stays, for 400 days after it was shown last: they name people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from onboarding.kinds.calls import ask
from onboarding.models import OwnedObject, PackageRequest, Step
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.errors import Later
from tenants.microsoft.graph import Graph, graph
from tenants.models import Tenant

READ_SECONDS = 45.0
KEPT = timedelta(days=400)
"""A year that is audited, and some weeks to do it in; said in SECURITY.md and in each pack."""
STATES = (
    "submitted", "pendingApproval", "scheduled", "delivering", "delivered", "partiallyDelivered",
    "deliveryFailed", "denied", "canceled",
)  # fmt: skip
"""All that the service names; the only filter that is documented."""
KIND = "access_package"
Json = dict[str, Any]


def look(tenant: Tenant) -> Callable[[], Json]:
    began, ours = now(), packages(tenant)
    there = graph(clouds.current(), apps.reader(), str(tenant.tenant_id))
    try:
        found = bridge.run(_read(there), READ_SECONDS)
    except TimeoutError:
        raise Later(5, "reading the requests took too long") from None
    rows = [row for row in found if row.get("id") and package(row).get("id") in ours]
    return lambda: keep(tenant, began, rows)


def held() -> list[int]:
    """All tenants with a package of ours."""
    ours = OwnedObject.objects.filter(tenant=OuterRef("pk"), kind=KIND)
    found = Tenant.objects.filter(Exists(ours), cloud=clouds.current().name)
    return list(found.order_by("pk").values_list("pk", flat=True))


def forget() -> None:
    """Whatever nobody saw for so long, also of customers who have ended and are read no more."""
    PackageRequest.objects.filter(seen_until__lt=now() - KEPT).delete()


@transaction.atomic
def keep(tenant: Tenant, began: datetime, rows: Iterable[Json]) -> Json:
    """Each once, as it was told last: a look that began before another one leaves what that one read."""
    told = {str(row["id"]): row for row in rows}
    known = tenant.package_requests.filter(request__in=told, seen_until__gt=began)
    newer = set(known.values_list("request", flat=True))
    fresh = [_row(tenant, began, id, row) for id, row in told.items() if id not in newer]
    PackageRequest.objects.bulk_create(
        fresh,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["tenant", "request"],
        update_fields=["about", "asked_at", "over_at", "seen_until"],
    )
    return {"began": began.isoformat(), "requests": len(told)}


def _row(tenant: Tenant, began: datetime, id: str, told: Json) -> PackageRequest:
    known = about(told)
    asked, over = (parse_datetime(str(known[name] or "")) for name in ("asked", "over"))
    seen = {"seen_from": began, "seen_until": began}
    return PackageRequest(tenant=tenant, request=id, about=known, asked_at=asked, over_at=over, **seen)


def packages(tenant: Tenant) -> set[str]:
    """Ids of those we hold or once made here: what is over counts as well."""
    held = OwnedObject.objects.filter(tenant=tenant, kind=KIND).values_list("remote_id", flat=True)
    once = Step.objects.filter(run__tenant=tenant, kind=KIND).exclude(remote_id="")
    return {*held, *once.values_list("remote_id", flat=True)}


async def _read(there: Graph) -> list[Json]:
    requests = there.client.identity_governance.entitlement_management.assignment_requests
    wide = {"expand": "requestor,accessPackage"}
    pages = (there.pages(ask(requests, filter=f"state eq '{state}'", **wide)) for state in STATES)
    return [row for page in await asyncio.gather(*pages) for row in page]


def about(row: Json) -> Json:
    who = row.get("requestor") or {}
    return {
        "id": row.get("id"),
        "type": row.get("requestType"),
        "state": row.get("state"),
        "package": package(row).get("displayName"),
        "package_id": package(row).get("id"),
        "name": who.get("displayName"),
        "address": who.get("email"),
        "asked": row.get("createdDateTime"),
        "over": row.get("completedDateTime"),
        "words": row.get("justification"),
    }


def package(row: Json) -> Json:
    return row.get("accessPackage") or {}
