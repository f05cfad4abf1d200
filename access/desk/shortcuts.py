"""What an analyst put within reach: favourites, and the tenants whose doors they opened last."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.timezone import now

from access.models import Shortcut
from tenants.models import Person, Tenant

RECENT = 5
ASK = "ask/"
"""So begin the doors to My Access, with a tier behind."""


def with_favourites(tenants: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """Each tenant with `favourite`."""
    kept = Shortcut.objects.filter(tenant=OuterRef("pk"), person=person, favourite=True)
    rows: QuerySet[Any] = tenants.annotate(favourite=Exists(kept))
    return rows


def recent(tenants: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """The last few of these whose door was opened, the latest first, each with its `last_door`."""
    opened: QuerySet[Any] = tenants.filter(shortcuts__person=person, shortcuts__opened_at__isnull=False)
    found: QuerySet[Any] = opened.annotate(last_door=F("shortcuts__door"))
    return found.order_by("-shortcuts__opened_at")[:RECENT]


def keep(person: Person, tenant: Tenant, favourite: bool) -> None:
    Shortcut.objects.update_or_create(person=person, tenant=tenant, defaults={"favourite": favourite})


def opened(person: Person, tenant: Tenant, door: str) -> None:
    """A name of no shape that doors have is not kept; it opens none."""
    named = door if re.fullmatch(r"[\w.()/-]{1,200}", door, re.ASCII) else ""
    kept = {"opened_at": now(), "door": named} | ({"asked_at": now()} if named.startswith(ASK) else {})
    Shortcut.objects.update_or_create(person=person, tenant=tenant, defaults=kept)
