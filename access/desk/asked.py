"""Who opened My Access to ask need not come back and press a button: the tenant is read again by itself.

Soon at first, and then less and less often. Nobody tells us whether they asked or what an approver decided.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import now

from access.models import Shortcut
from onboarding.models import Holding, Inquiry
from tenants.microsoft import clouds
from tenants.models import Membership, Person, Tenant

S = Holding.State
SOONEST = timedelta(seconds=10)
MAY_HAVE_ASKED = timedelta(minutes=15)
"""So long a tenant is read again although nothing of a request is seen there."""
WAITED_FOR = timedelta(days=1)
"""And so long where one waits; after that the nights are enough."""
SHOWN_FOR = timedelta(hours=1)
UNDER_WAY = (S.WAITING, S.DELIVERING)


def with_asked(tenants: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """Each tenant with `asked_at`, where this person is waited with, and `my_read_at`, of the last read."""
    asked = _waited_with(SHOWN_FOR).filter(tenant=OuterRef("pk"), person=person)
    rows: QuerySet[Any] = tenants.annotate(
        asked_at=Subquery(asked.values("asked_at")[:1]),
        my_read_at=Subquery(_readings("pk", person).values("read_at")[:1]),
    )
    return rows


def due() -> QuerySet[Tenant]:
    """The tenants that are to be read again now.

    Not one that is being read, or that told us when to come back. Whoever is no analyst there any more is not
    waited with.
    """
    given = Membership.objects.filter(person=OuterRef("person"), customer=OuterRef("tenant__customer"))
    reading = Inquiry.objects.open().filter(tenant=OuterRef("tenant"), what=Inquiry.What.ACCESS)
    asked = _waited_with(WAITED_FOR).filter(Exists(given), ~Exists(reading))
    read_at = Subquery(_readings("tenant", OuterRef("person")).values("read_at")[:1])
    found = [row.tenant_id for row in asked.annotate(read_at=read_at) if _is_due(row)]
    return Tenant.objects.filter(pk__in=found, cloud=clouds.current().name)


def _waited_with(at_most: timedelta) -> QuerySet[Shortcut]:
    """Who may just have asked, or has a request that waits: one rule for reading and page."""
    lately = Shortcut.objects.filter(asked_at__gte=now() - at_most)
    under_way = _readings("tenant", OuterRef("person")).filter(state__in=UNDER_WAY)
    return lately.filter(Q(asked_at__gte=now() - MAY_HAVE_ASKED) | Exists(under_way))


def _readings(tenant: str, person: Any) -> QuerySet[Holding]:
    of_theirs = Holding.objects.filter(tenant=OuterRef(tenant), membership__person=person)
    return of_theirs.order_by("-read_at")


def _is_due(row: Any) -> bool:
    """As long again as it has been waited for, by quarters: soon at first, and then seldom."""
    seen: datetime = max(row.asked_at, row.read_at or row.asked_at)
    return bool(now() - seen >= max(SOONEST, (now() - row.asked_at) / 4))
