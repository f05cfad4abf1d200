"""The guard pack as it is handed out: the template that follows from what the customer's reviewer filled in.

As with a delegation's template its address is its content, what is fetched without signing in is signed for
this alone and ends by itself, and other answers make another address: the old one leads nowhere then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now

from access.azure.hand_outs import GOOD_FOR, portal
from access.models import GuardAnswers
from onboarding.delegations import guard_lines, guards, lines, template
from onboarding.delegations.guards import PARTS, Guards
from onboarding.models import Onboarding
from tenants import ledger
from tenants.microsoft import clouds
from tenants.models import Person, Provider, ProviderTenant, Tenant


@dataclass(frozen=True, slots=True)
class Pack:
    answers: GuardAnswers
    guards: Guards

    @property
    def template(self) -> dict[str, Any]:
        return guards.template(self.guards)

    @property
    def address(self) -> str:
        return template.address(self.template)

    @property
    def file(self) -> str:
        return f"gatehouse-guards-{self.address[:12]}.json"

    @property
    def link(self) -> str:
        signed = signer().sign(str(self.answers.pk))
        return settings.PORTAL_URL + reverse("guards-template", args=[self.address, signed])

    @property
    def button(self) -> str:
        """Azure's own form, with this template in it."""
        return f"{portal()}/#create/Microsoft.Template/uri/{quote(self.link, safe='')}"

    @property
    def places(self) -> list[dict[str, Any]]:
        """Each subscription that is named, with the lines that deploy, and those that take away again: of
        every part, and not only of those that are ticked today."""
        whole = frozenset(PARTS) if self.guards.group else frozenset(PARTS) - {"alert"}
        return [self._place(each, replace(self.guards, parts=whole)) for each in self.answers.subscriptions]

    def _place(self, subscription: str, whole: Guards) -> dict[str, Any]:
        tenant = str(self.answers.tenant.tenant_id)
        said = (
            tenant,
            subscription,
            f"gatehouse-guards-{self.address[:12]}",
            self.file,
            clouds.current().name,
        )
        return {
            "id": subscription,
            "azure_cli": lines.azure_cli(*said),
            "powershell": lines.powershell(*said),
            "away_cli": guard_lines.azure_cli(whole, subscription),
            "away_powershell": guard_lines.powershell(whole, subscription),
        }


def of(tenant: Tenant) -> Pack | None:
    """None before it was filled in, and where nobody knows the provider's tenant."""
    answers = GuardAnswers.objects.select_related("tenant").filter(tenant=tenant).first()
    home = managing(tenant)
    if answers is None or not home:
        return None
    allowed = (*home, *(each for each in answers.tenants if each not in home))
    parts = frozenset(part for part in PARTS if part in answers.parts)
    provider = Provider.objects.first()
    brand = provider.brand if provider else "Gatehouse"
    return Pack(answers, Guards(brand, allowed, parts, answers.email, answers.group))


def managing(tenant: Tenant) -> tuple[str, ...]:
    """The provider's tenants that delegations of this customer go to: today's first, then of what stands."""
    homes = ProviderTenant.objects.filter(purpose=ProviderTenant.Purpose.ANALYSTS)
    known = [str(id) for id in homes.values_list("tenant_id", flat=True)]
    known = known or [each.lower() for each in (settings.PROVIDER_TENANT_ID,) if each]
    return tuple(dict.fromkeys([*known, *sorted(_held(tenant))]))


def _held(tenant: Tenant) -> Iterator[str]:
    for spec in tenant.owned.filter(kind="delegation").values_list("spec", flat=True):
        yield str(spec["properties"]["managedByTenantId"]).lower()


def is_delegated(tenant: Tenant) -> bool:
    return tenant.owned.filter(kind="delegation").exists()


def subscriptions(tenant: Tenant) -> list[str]:
    """Where the answers of the onboarding delegate something."""
    kept = Onboarding.objects.filter(tenant=tenant).first()
    scopes = kept.azure.get("scopes", ()) if kept else ()
    return list(dict.fromkeys(scope.split("/")[2] for scope in scopes))


@transaction.atomic
def keep(tenant: Tenant, answers: dict[str, Any], by: Person) -> None:
    """The record says what was filled in, but for the address of a person."""
    saved = {**answers, "saved_by": by.actor, "saved_at": now()}
    GuardAnswers.objects.update_or_create(tenant=tenant, defaults=saved)
    facts = {"parts": sorted(answers["parts"]), "tenants": answers["tenants"], "tenant": tenant.slug}
    ledger.record(by.actor, "filled in the guard pack", tenant.slug, tenant.customer, **facts)


def opened(address: str, signed: str) -> Pack | None:
    """What was handed out under this address, unless the link is forged or over, or the answers changed."""
    try:
        number = signer().unsign(signed, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    answers = GuardAnswers.objects.select_related("tenant").filter(pk=number).first()
    found = of(answers.tenant) if answers else None
    return found if found and found.address == address else None


def signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(key=settings.TEMPLATE_KEY, salt="gatehouse.guards")
