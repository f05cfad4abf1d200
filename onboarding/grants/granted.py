"""Who can do what in a customer's tenant: read there by the worker, judged, and kept with when it was seen.

A grant that is seen again goes on; one is gone since a look that read its source without it.
Where nothing was read nothing is gone: it is unknown, and the look says why. Asked by the page, and at night.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from onboarding import analysts, enrol, pens, plans
from onboarding.engine.resource import Resource
from onboarding.grants import before, in_groups, our_apps, strays
from onboarding.grants.by_plane import (
    TRUST,
    Delegated,
    Reader,
    delegated,
    nothing,
    of_azure,
    of_strays,
    of_trust,
    stray,
    trust,
)
from onboarding.grants.judging import ASSIGNMENTS, GUESTS, HOMES, Entry, Known, failed, judged, unread, untold
from onboarding.grants.reads import Json, Reads, Unread
from onboarding.grants.reads import read as read_all
from onboarding.grants.strays import Strays
from onboarding.models import Grant, OwnedObject, Survey
from onboarding.words import reasons
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import graph
from tenants.models import Person, ProviderTenant, Tenant
from tenants.people import provider_tids

READ_SECONDS = 45.0
Places = Sequence[Resource]
WHOLE = "tenant"
"""The source that stands for all of them: the tenant could not be read at all."""


def held() -> list[int]:
    """All tenants that hold something of ours, or did and somebody was still let in when it was read last."""
    ours = OwnedObject.objects.filter(tenant=OuterRef("pk"))
    still = Grant.objects.filter(tenant=OuterRef("pk"), gone_seen=None)
    found = Tenant.objects.filter(Exists(ours) | Exists(still), cloud=clouds.current().name)
    return list(found.order_by("pk").values_list("pk", flat=True))


def look(tenant: Tenant) -> Callable[[], dict[str, Any]]:
    """Read the tenant; what comes back writes the rows. Raises where it cannot be read at all."""
    until = time.monotonic() + READ_SECONDS
    began, known, ours = now(), before.held_before(tenant, known_of(tenant)), _ours(tenant)
    places = [each for each in ours if each.kind == "delegation"]
    ended = before.places(tenant, places)
    reader = pens.to_read(tenant) if places or ended else None
    try:
        besides = strays.begin(tenant, before.stray_places(tenant))
        looking = _read(tenant, known, (places, ended), reader, besides)
        reads, trusted, azure, delegated_besides = bridge.run(looking, READ_SECONDS)
    except TimeoutError:
        raise Later(5, "reading who can do what took too long") from None
    reads = before.told_gone(reads, known)
    planned = any(each.kind == "partner_inbound" for each in ours)
    in_apps, unread_apps = our_apps.let_in(tenant)
    believed = of_trust(trusted, known, planned, analysts.named(tenant))
    others = [*believed, *of_azure([*places, *ended], azure), *in_apps]
    others += of_strays(strays.besides(delegated_besides, strays.covered(tenant)).found)
    hidden = untold(reads, known)
    not_read = unread(reads) | failed({TRUST: trusted, **azure}) | unread_apps | _whose(hidden.values())
    not_read |= {stray(scope): why for scope, why in delegated_besides.unread.items()}
    there = {stray(scope) for scope in delegated_besides.read}
    looked = {ASSIGNMENTS, GUESTS, TRUST, *azure, *our_apps.sources(tenant), *there} - not_read.keys()
    looked |= before.read_ids(known, not_read)
    left = max(until - time.monotonic(), 1.0)
    entries = in_groups.told([*judged(reads, known), *others], left)
    return lambda: keep(tenant, began, entries, not_read, looked, hidden)


def _whose(homes: Collection[str]) -> dict[str, str]:
    """One line for all of them; nothing where every home was told."""
    named = ", ".join(sorted(set(homes))[:10])
    return {HOMES: f"which tenant these belong to could not be read: {named}"} if homes else {}


async def _read(
    tenant: Tenant,
    known: Known,
    places: tuple[Places, Places],
    reader: Reader | None,
    besides: Awaitable[Strays],
) -> tuple[Reads, list[Json] | Unread, Delegated, Strays]:
    there = graph(clouds.current(), apps.reader(), str(tenant.tenant_id))
    groups = {address: id for address, (id, _) in known.groups.items()}
    azure = delegated(reader, *places) if reader else nothing()
    found = await asyncio.gather(
        read_all(there, groups, known.provider_domains), trust(there), azure, besides
    )
    return found


def _ours(tenant: Tenant) -> list[Resource]:
    return [mine.resource for mine in plans.owned_by(tenant).values()]


def read(tenant_id: int) -> None:
    """Look and keep, or keep why not."""
    tenant, began = Tenant.objects.get(pk=tenant_id), now()
    try:
        enrol.check_consent(apps.reader(), str(tenant.tenant_id))
        look(tenant)()
    except Refused as refused:
        keep(tenant, began, (), {WHOLE: reasons.words(refused.reason, refused.facts).what})
    except (Later, NotFound, Rejected) as error:
        keep(tenant, began, (), {WHOLE: str(error)})


def known_of(tenant: Tenant) -> Known:
    rows = list(OwnedObject.objects.filter(tenant=tenant))
    ours = {str(tid) for tid in ProviderTenant.objects.values_list("tenant_id", flat=True)} | provider_tids()
    mails = Person.objects.filter(tid__in=ours).values_list("email", flat=True)
    return Known(
        provider_tids={tid.lower() for tid in ours},
        provider_domains={mail.rpartition("@")[2].lower() for mail in mails},
        packages={row.remote_id: (row.address, _name(row)) for row in rows if row.kind == "access_package"},
        groups={row.address: (row.remote_id, _name(row)) for row in rows if row.kind == "group"},
        planned={
            (row.spec["group"]["ref"], row.spec["member"]) for row in rows if row.kind == "group_membership"
        },
    )


def _name(row: OwnedObject) -> str:
    return str(row.spec.get("displayName") or row.address)


@transaction.atomic
def keep(
    tenant: Tenant,
    began: datetime,
    entries: Sequence[Entry],
    not_read: dict[str, str],
    looked: Collection[str] = (),
    hidden: Collection[str] = (),
) -> dict[str, Any]:
    """A look that began before the last one is late and changes nothing. `looked`: what was read of all that
    shows grants. `hidden`: keys that may be there."""
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    if Survey.objects.filter(tenant=tenant, at__gt=began).exists():
        return {"grants": 0, "late": True}
    here = {row.key: row for row in Grant.objects.filter(tenant=tenant, gone_seen=None)}
    not_read = not_read | ({} if WHOLE in not_read else before.not_asked(here.values(), looked, not_read))
    Survey.objects.create(tenant=tenant, at=began, unread=not_read)
    for entry in {each.key: each for each in entries}.values():
        _seen(tenant, began, entry, here.pop(entry.key, None))
    for row in here.values():
        if before.source(row) in looked and row.key not in hidden:
            Grant.objects.filter(pk=row.pk).update(gone_seen=began)
    return {"grants": len(entries), "unread": not_read}


def _seen(tenant: Tenant, at: datetime, entry: Entry, row: Grant | None) -> None:
    fresh = {"source": entry.source, "about": entry.about(), "seen_until": at}
    if row is None:
        Grant.objects.create(tenant=tenant, key=entry.key, seen_from=at, **fresh)
    else:
        Grant.objects.filter(pk=row.pk).update(**fresh)
