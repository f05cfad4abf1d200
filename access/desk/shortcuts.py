"""What an analyst put within reach: favourites, and the tenants whose doors they opened last."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import now

from access.models import Shortcut
from tenants.models import Person, Tenant

RECENT = 5


def with_favourites(tenants: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """Each tenant with `favourite`."""
    kept = Shortcut.objects.filter(tenant=OuterRef("pk"), person=person, favourite=True)
    rows: QuerySet[Any] = tenants.annotate(favourite=Exists(kept))
    return rows


def recent(tenants: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """The last few of these whose door was opened, the latest first."""
    opened: QuerySet[Any] = tenants.filter(shortcuts__person=person, shortcuts__opened_at__isnull=False)
    return opened.order_by("-shortcuts__opened_at")[:RECENT]


def keep(person: Person, tenant: Tenant, favourite: bool) -> None:
    Shortcut.objects.update_or_create(person=person, tenant=tenant, defaults={"favourite": favourite})


def opened(person: Person, tenant: Tenant) -> None:
    Shortcut.objects.update_or_create(person=person, tenant=tenant, defaults={"opened_at": now()})
