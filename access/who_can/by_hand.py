"""What has to be done by hand in a customer's portals, with exact places and values, and who says it is done.

Defender's roles have no documented way in for programs, so for each tier somebody of the customer links the
tier's group to a role. Source: Microsoft, "Grant MSSP access", step 1.2, and "Manage unified RBAC".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from access import links
from access.models import Confirmation
from onboarding import plans
from onboarding.models import Onboarding, OwnedObject
from tenants import ledger
from tenants.microsoft import clouds
from tenants.models import Tenant

WHO = "A Security Administrator or Global Administrator of the customer."
KEPT = "what stands under Authorization and settings or Data operations"
CHOICES = {
    "tier-1": f"Tick everything but basic live response, advanced live response, and {KEPT}.",
    "tier-2": f"Tick everything but {KEPT}.",
}
"""As Microsoft's guide describes its two tiers, in the names of unified roles. Neither lets anybody in. Of
any other tier only the offer's own words are shown."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do. `about` is the id of the object it is done for.

    `customers`: that it was done is for the customer's own people to say, and never for the provider's.
    """

    slug: str
    title: str
    about: str
    url: str
    clicks: tuple[str, ...]
    said: Confirmation | None = None
    customers: bool = False


def acts(tenant: Tenant) -> list[Act]:
    """One a tier whose group exists; nothing before that, for there would be nothing to link."""
    kept = plans.agreed_for(tenant)
    said = {(row.act, row.about): row for row in Confirmation.objects.filter(tenant=tenant)}
    return list(_defender(tenant, kept, said)) if kept else []


def _defender(tenant: Tenant, kept: Onboarding, said: dict[tuple[str, str], Confirmation]) -> Iterator[Act]:
    groups = {row.address: row for row in OwnedObject.objects.filter(tenant=tenant, kind="group")}
    url = links.url("defender-roles", clouds.current(), tid=str(tenant.tenant_id))
    for tier in kept.offer.document["tiers"]:
        group = groups.get(f"group/{tier['slug']}")
        if group is not None and tier["slug"] in kept.tiers:
            slug = f"defender-{tier['slug']}"
            title = f"Give {tier['label']} its role in Defender"
            done = said.get((slug, group.remote_id))
            yield Act(slug, title, group.remote_id, url, _clicks(tier, group), done)


def _clicks(tier: dict[str, str], group: OwnedObject) -> tuple[str, ...]:
    name = group.spec["displayName"]
    return (
        "In Defender open System, Permissions, Microsoft Defender XDR, Roles. Where unified roles are not "
        "switched on: Permissions, Endpoints roles & groups, Roles.",
        f"Create a role named “{name}”. What it is for: {tier['can']}",
        *([CHOICES[tier["slug"]]] if tier["slug"] in CHOICES else []),
        f"Assign it to the group “{name}” ({group.remote_id}), for all data.",
    )


def confirm(tenant: Tenant, act: Act, by: str) -> None:
    """Said twice it is said once."""
    _, fresh = Confirmation.objects.get_or_create(
        tenant=tenant, act=act.slug, about=act.about, defaults={"by": by}
    )
    if fresh:
        ledger.record(by, "confirmed by name", act.slug, tenant.customer, about=act.about)


def take_back(tenant: Tenant, act: Act, by: str) -> None:
    """The record keeps both: that it was said, and that it was taken back."""
    if Confirmation.objects.filter(tenant=tenant, act=act.slug, about=act.about).delete()[0]:
        ledger.record(by, "took a confirmation back", act.slug, tenant.customer, about=act.about)
