"""Where access was ended or paused: since when and by whom, for whoever comes to work there.

Read with the tenant, so that a list of many needs no query more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from access.names import named
from onboarding.models import Agreement, Plan, Run, Step
from tenants.models import Tenant

SAID = {"run": "pk", "at": "closed_at", "purpose": "plan__purpose"}
SAID |= {name: f"plan__agreement__{name}" for name in ("form", "by", "decided_by")}


@dataclass(frozen=True, slots=True)
class Closed:
    """`by`: whose word it was, and what makes it theirs to say."""

    run: int
    is_paused: bool
    at: datetime
    by: str

    @property
    def word(self) -> str:
        return "paused" if self.is_paused else "ended"


def of(tenant: Tenant) -> Closed | None:
    """With the name of whoever decided it for the provider."""
    row = with_closing(Tenant.objects.filter(pk=tenant.pk)).get()
    decided = row.closing["decided_by"] if row.closing else ""
    return read(row, named([decided])[decided] if decided else "")


def with_closing(tenants: QuerySet[Any]) -> QuerySet[Any]:
    """Each with `closing`: None where it was not closed, or was opened again since."""
    said = JSONObject(**{name: F(field) for name, field in SAID.items()})
    found: QuerySet[Any] = tenants.annotate(closing=Subquery(_last_runs().values(said=said)[:1]))
    return found


def read(tenant: Any, name: str = "") -> Closed | None:
    """From what `with_closing` read."""
    said = tenant.closing
    if not said:
        return None
    at = parse_datetime(said["at"])
    assert at is not None  # noqa: S101  only a run that is over was asked for
    when = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Closed(said["run"], said["purpose"] == Plan.Purpose.PAUSE, when, _by(said, name))


def _last_runs() -> QuerySet[Any]:
    """The last one that decides how the tenant stands, where it took everything away and read that back."""
    deciding = Run.objects.filter(tenant=OuterRef("pk")).exclude(plan__purpose=Plan.Purpose.ACCESS)
    later = Run.objects.exclude(plan__purpose=Plan.Purpose.ACCESS).filter(tenant=OuterRef("tenant"))
    unverified = Step.objects.filter(run=OuterRef("pk")).exclude(state=Step.State.VERIFIED)
    runs = deciding.filter(plan__purpose__in=Plan.CLOSING, plan__agreement__isnull=False)
    runs = runs.exclude(closed_at=None)
    return runs.exclude(Exists(later.filter(pk__gt=OuterRef("pk")))).exclude(Exists(unverified))


def _by(said: dict[str, Any], name: str) -> str:
    if said["form"] == Agreement.Form.ENDED:
        return f"{said['by']}, a reviewer of the customer"
    if said["form"] == Agreement.Form.WITHDRAWAL:
        return f"the provider ({name})" if name else "the provider"
    return f"the provider, as {said['by']} of the customer agreed"
