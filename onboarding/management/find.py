"""The one way of the command lines to a tenant: by its short name."""

from __future__ import annotations

from onboarding.models import Onboarding
from tenants.microsoft.errors import Refused


def draft_of(slug: str) -> Onboarding:
    found = Onboarding.objects.select_related("tenant__customer", "offer").filter(tenant__slug=slug).first()
    if found is None:
        raise Refused("wrong_input", field="slug", why=f"there is no tenant {slug!r} here")
    return found
