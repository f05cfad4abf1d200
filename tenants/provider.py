"""What the provider is called: its name, and the brand that is put in front of what new plans make."""

from __future__ import annotations

from django.db import transaction

from tenants import ledger
from tenants.models import Customer, Provider

RENAMED = "renamed the provider"


def ours() -> Provider | None:
    return Provider.objects.order_by("pk").first()


def names(tenant_name: str) -> dict[str, str]:
    """What fills the gaps of an offer's names: as edited, or as its tenant has it until it is known here."""
    known = ours()
    name, brand = (known.name, known.brand) if known else (tenant_name, tenant_name[:60])
    return {"brand": brand, "provider": name}


@transaction.atomic
def call(brand: str, name: str, by: str) -> dict[str, dict[str, str]]:
    """What changed, each as it was and is. Every customer's record says so: plans name us to all of them.

    The first names are kept, because what was set up by plans that do not say their names is held to them.
    """
    row = Provider.objects.select_for_update().order_by("pk").first() or Provider()
    is_new = row.pk is None
    was, now = {"brand": row.brand, "name": row.name}, {"brand": brand, "name": name}
    changed = {key: {"was": was[key], "is": now[key]} for key in now if was[key] != now[key]}
    if not changed:
        return {}
    if not is_new:
        row.first_brand, row.first_name = row.first_brand or row.brand, row.first_name or row.name
    row.brand, row.name = brand, name
    row.save()
    for customer in Customer.objects.all():
        ledger.record(by, RENAMED, "the provider", customer, **changed)
    return changed
