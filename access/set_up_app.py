"""The app that writes, for a tenant's page: since when it stands, what it could do meanwhile, how it goes."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from access import links
from onboarding import app_stands
from onboarding.models import AppStand
from tenants import consent
from tenants.microsoft import clouds
from tenants.models import Tenant


def about(tenant: Tenant) -> dict[str, Any]:
    """`stand` None: from here nobody has looked yet."""
    stand = app_stands.latest(tenant)
    return {
        "stand": stand,
        "stood_not": app_stands.last_without(stand) if stand else None,
        "reach": reach(stand) if stand and stand.stands else [],
        "apps_url": links.url("apps", clouds.current(), tid=str(tenant.tenant_id)),
        "setup_id": settings.MICROSOFT_APPS["setup"]["client_id"],
    }


def reach(stand: AppStand) -> list[tuple[str, str]]:
    """Each permission its token carried, with what it would let us do beyond our use of it."""
    return [(name, words(name)) for name in stand.permissions]


def words(permission: str) -> str:
    known = consent.PERMISSIONS.get(permission)
    return known.reach if known else "Not one we ask for; what it reaches is not written down here."
