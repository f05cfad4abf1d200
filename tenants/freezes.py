"""Freeze windows: times in which a customer wants nothing set up or changed in a tenant. An end never waits.

Either side may set one. What the customer set only the customer takes away.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from tenants import ledger
from tenants.models import Freeze, Person, Tenant


def until(tenant: Tenant) -> datetime | None:
    """When the freeze that holds now is over, with all windows that follow without a gap; None: none does."""
    return _over(ahead(tenant))


def of_all(tenants: Iterable[int]) -> dict[int, datetime]:
    """The same of many tenants in one query: only those in a freeze, by their row's number."""
    windows: dict[int, list[Freeze]] = {}
    for window in Freeze.objects.filter(tenant__in=list(tenants), ends__gt=now()).order_by("begins"):
        windows.setdefault(window.tenant_id, []).append(window)
    found = {tenant: _over(each) for tenant, each in windows.items()}
    return {tenant: end for tenant, end in found.items() if end}


def _over(windows: Iterable[Freeze]) -> datetime | None:
    end, at = None, now()
    for window in windows:
        if window.begins <= (end or at):
            end = max(end or at, window.ends)
    return end


def ahead(tenant: Tenant) -> QuerySet[Freeze]:
    """What holds now and what is still to come."""
    return tenant.freezes.filter(ends__gt=now()).order_by("begins")


def is_customers(person: Person, tenant: Tenant) -> bool:
    return person.tid == tenant.tenant_id


@transaction.atomic
def add(tenant: Tenant, begins: datetime, ends: datetime, why: str, by: Person) -> Freeze:
    window = Freeze.objects.create(
        tenant=tenant, begins=begins, ends=ends, why=why, by_customer=is_customers(by, tenant)
    )
    ledger.record(by.actor, "set a freeze window", tenant.slug, tenant.customer, **facts(window))
    return window


@transaction.atomic
def remove(window: Freeze, by: Person) -> None:
    ledger.record(
        by.actor, "removed a freeze window", window.tenant.slug, window.tenant.customer, **facts(window)
    )
    window.delete()


def may_remove(window: Freeze, by: Person) -> bool:
    return not window.by_customer or is_customers(by, window.tenant)


def facts(window: Freeze) -> dict[str, str]:
    return {"begins": window.begins.isoformat(), "ends": window.ends.isoformat(), "why": window.why}
