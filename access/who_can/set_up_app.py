"""Our apps, for a tenant's page: since when each stands, what it could do, and how it goes.

Of the reader only once the tenant has ended: until then it stands as long as the customer stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.text import capfirst

from access import links
from onboarding import app_stands, verifying
from onboarding.models import AppStand
from onboarding.reason_parts import the_app
from tenants import consent
from tenants.microsoft import clouds
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Writer:
    """One app. `stand` None: from here nobody has looked yet. `stood_not`: the last look before it stood."""

    purpose: str
    name: str
    client_id: str
    stand: AppStand | None
    stood_not: datetime | None
    reach: list[tuple[str, str]]


def about(tenant: Tenant) -> dict[str, Any]:
    url = links.url("apps", clouds.current(), tid=str(tenant.tenant_id))
    ours = all_of_ours(tenant) if verifying.has_ended(tenant) else []
    return {"writers": writers(tenant), "apps_url": url, "ours": ours, "left": verifying.apps_left(tenant)}


def writers(tenant: Tenant) -> list[Writer]:
    return [writer(each, app_stands.latest(tenant, each)) for each in app_stands.looked_for(tenant)]


def all_of_ours(tenant: Tenant) -> list[Writer]:
    reader = app_stands.READER
    return [writer(reader, app_stands.latest(tenant, reader)), *writers(tenant)]


def writer(purpose: str, stand: AppStand | None) -> Writer:
    name, client_id = the_app(purpose), settings.MICROSOFT_APPS[purpose]["client_id"]
    before = app_stands.last_without(stand) if stand else None
    return Writer(purpose, capfirst(name), client_id, stand, before, reach(stand) if stand else [])


def reach(stand: AppStand) -> list[tuple[str, str]]:
    """Each permission its token carried, with what it would let us do beyond our use of it."""
    return [(name, words(name)) for name in stand.permissions]


def words(permission: str) -> str:
    known = consent.PERMISSIONS.get(permission)
    return known.reach if known else "Not one we ask for; what it reaches is not written down here."
