"""Looking whether an app that writes is let into a tenant, and keeping what was seen.

A look is a token fetched just now: one from before would go on showing what was taken away since. What was
seen is true whatever becomes of the question it was looked for, so it is saved at once. Where the sign-in
service does not tell, nothing is kept: that is neither let in nor gone.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.utils.timezone import now

from onboarding import pens
from onboarding.models import AppStand
from tenants import consent, ledger
from tenants.microsoft import credentials
from tenants.microsoft.errors import Later, Refused
from tenants.models import Tenant

READER, SETUP = "reader", "setup"
log = structlog.get_logger()


def check(tenant: Tenant, purpose: str = SETUP) -> None:
    """Refused unless the app's own token for this tenant carries all its roles."""
    held = look(tenant, purpose)
    if lacking := consent.NEEDED[purpose] - held:
        needed = ", ".join(sorted(lacking))
        raise Refused("missing_permission", tenant=str(tenant.tenant_id), permission=needed, app=purpose)


def look(tenant: Tenant, purpose: str = SETUP) -> frozenset[str]:
    """What it may do there now. Refused: it is not let in. Whatever cannot be told is raised and not kept."""
    app, tid = pens.registered(purpose), str(tenant.tenant_id)
    credentials.forget(app, tid)
    try:
        held = credentials.roles(app, tid)
    except Refused as refused:
        if refused.reason == "no_admin_consent":
            gone(tenant, purpose)
        raise
    _stands(tenant, purpose, held)
    return held


def glance(tenant: Tenant, *besides: str) -> None:
    """A look by the way, while something else is read there."""
    for purpose in (*besides, *looked_for(tenant)):
        try:
            look(tenant, purpose)
        except (Refused, Later) as told:
            log.info("an app that writes was looked for", tenant=tenant.slug, app=purpose, told=str(told))


def _stands(tenant: Tenant, purpose: str, held: frozenset[str]) -> None:
    at, permissions = now(), sorted(held)
    fresh = {"seen_from": at, "seen_until": at, "looked_at": at, "permissions": permissions}
    with transaction.atomic():
        row, first = AppStand.objects.get_or_create(
            tenant=tenant, app=purpose, gone_seen=None, defaults=fresh
        )
        if first:
            ledger.record("worker", "saw an app let in", tenant.slug, tenant.customer, app=purpose)
        else:
            _update(row, seen_until=at, looked_at=at, permissions=permissions)


def gone(tenant: Tenant, purpose: str = SETUP) -> None:
    """Our token is refused for want of consent. Said in the record once."""
    at, last = now(), latest(tenant, purpose)
    if last is None:
        AppStand.objects.create(tenant=tenant, app=purpose, gone_seen=at, looked_at=at)
    elif last.gone_seen is not None:
        _update(last, looked_at=at)
    else:
        with transaction.atomic():
            if AppStand.objects.filter(pk=last.pk, gone_seen=None).update(gone_seen=at, looked_at=at):
                ledger.record("worker", "saw an app gone", tenant.slug, tenant.customer, app=purpose)


def _update(row: AppStand, **values: object) -> None:
    AppStand.objects.filter(pk=row.pk).update(**values)


def latest(tenant: Tenant, purpose: str = SETUP) -> AppStand | None:
    return AppStand.objects.filter(tenant=tenant, app=purpose).last()


def looked_for(tenant: Tenant) -> list[str]:
    """The set-up app always; another only where it was ever looked for, since not every offer asks for it."""
    return [each for each in consent.WRITERS if each == SETUP or latest(tenant, each)]


def left(tenant: Tenant, since: datetime) -> list[str]:
    """Of all our apps those that no look since then has found gone, looked for or not."""
    return [each for each in (READER, *looked_for(tenant)) if not is_gone(tenant, each, since)]


def is_gone(tenant: Tenant, purpose: str, since: datetime) -> bool:
    last = latest(tenant, purpose)
    return last is not None and not last.stands and last.looked_at >= since


def last_without(stand: AppStand) -> datetime | None:
    """The last look before it in which it was not let in; None: nobody had looked."""
    before = AppStand.objects.filter(tenant=stand.tenant_id, app=stand.app, pk__lt=stand.pk).last()
    return before.looked_at if before else None
