"""Who opened My Access to ask need not come back and press a button: the tenant is read again by itself.

Soon at first, and then less and less often. Nobody tells us whether they asked or what an approver decided.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.timezone import now

from access.models import Shortcut
from onboarding.models import Holding
from tenants.microsoft import clouds
from tenants.models import Membership, Person

S = Holding.State
SOONEST = timedelta(seconds=30)
MAY_HAVE_ASKED = timedelta(minutes=15)
"""So long a tenant is read again although nothing of a request is seen there."""
WAITED_FOR = timedelta(days=1)
"""And so long where one waits; after that the nights are enough."""
SHOWN_FOR = timedelta(hours=1)
UNDER_WAY = (S.WAITING, S.DELIVERING)


def with_asked(tenants: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """Each tenant with `asked_at`, where this person asked lately, and `my_read_at`, of the last reading."""
    since = now() - SHOWN_FOR
    asked = Shortcut.objects.filter(tenant=OuterRef("pk"), person=person, asked_at__gte=since)
    rows: QuerySet[Any] = tenants.annotate(
        asked_at=Subquery(asked.values("asked_at")[:1]),
        my_read_at=Subquery(_readings("pk", person).values("read_at")[:1]),
    )
    return rows


def due() -> list[int]:
    """The tenants that are to be read again now. Whoever is no analyst there any more is not waited with."""
    given = Membership.objects.filter(person=OuterRef("person"), customer=OuterRef("tenant__customer"))
    asked = Shortcut.objects.filter(Exists(given), tenant__cloud=clouds.current().name)
    newest = _readings("tenant", OuterRef("person"))
    rows = asked.filter(asked_at__gte=now() - WAITED_FOR).annotate(
        read_at=Subquery(newest.values("read_at")[:1]), waits=Exists(newest.filter(state__in=UNDER_WAY))
    )
    return sorted({row.tenant_id for row in rows if _is_due(row.asked_at, row.read_at, row.waits)})


def _readings(tenant: str, person: Any) -> QuerySet[Holding]:
    of_theirs = Holding.objects.filter(tenant=OuterRef(tenant), membership__person=person)
    return of_theirs.order_by("-read_at")


def _is_due(asked: datetime | None, read: datetime | None, waits: bool) -> bool:
    if asked is None or (now() - asked > MAY_HAVE_ASKED and not waits):
        return False
    return now() - max(asked, read or asked) >= max(SOONEST, (now() - asked) / 8)
