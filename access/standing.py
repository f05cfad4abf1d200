"""How a tenant stands: one word, and who must act next. Derived from rows in the database, never stored.

What happened last decides: an open run; else the newest plan; else the newer of the last run and the last
reading. Only a read-back makes "in order", and what could not be read is neither in order nor changed.
"""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils.timezone import now

from access.models import Confirmation
from onboarding.models import Agreement, OwnedObject, Plan, Reading, Run, Step
from tenants.models import Tenant


class Standing(TextChoices):
    PREPARING = "preparing", "In preparation"
    AGREEMENT = "agreement", "Waiting for the agreement"
    AGREED = "agreed", "Agreed, not started"
    RUNNING = "running", "Being carried out"
    CUSTOMER = "customer", "Waiting for the customer"
    MICROSOFT = "microsoft", "Waiting for Microsoft"
    STOPPED = "stopped", "Stopped before its end"
    CHANGED = "changed", "Changed since we checked"
    UNREADABLE = "unreadable", "Could not be read"
    BY_HAND = "by-hand", "Let in, but no Defender role yet"
    IN_ORDER = "in-order", "In order"
    ENDED = "ended", "Ended and cleaned up"

    @property
    def colour(self) -> str:
        return COLOURS.get(self, "secondary")

    @property
    def next(self) -> str:
        return NEXT[self]


S = Standing
COLOURS = {
    S.RUNNING: "blue",
    S.IN_ORDER: "green",
    S.CUSTOMER: "yellow",
    S.AGREEMENT: "yellow",
    S.MICROSOFT: "cyan",
    S.BY_HAND: "yellow",
    S.STOPPED: "red",
    S.CHANGED: "red",
    S.UNREADABLE: "orange",
}
APPROVERS = "group/approvers"
"""The one group of ours that is no tier's."""
NEXT = {
    S.PREPARING: "An administrator of the provider: go on with the set-up.",
    S.AGREEMENT: "A reviewer of the customer: read the plan, and agree if it is what they want.",
    S.AGREED: "An administrator of the provider: start the run.",
    S.RUNNING: "Nobody: the worker is at it.",
    S.CUSTOMER: "The customer: the run says what and where.",
    S.MICROSOFT: "Nobody: it goes on when Microsoft is ready.",
    S.STOPPED: "An administrator of the provider: see why, then plan again.",
    S.CHANGED: "An administrator of the provider: see what changed, with the customer.",
    S.UNREADABLE: "An administrator of the provider: see why it could not be read.",
    S.BY_HAND: "An administrator of the customer: give each tier its role, then confirm it by name.",
    S.IN_ORDER: "Nobody.",
    S.ENDED: "Nobody.",
}


def with_standing(tenants: QuerySet[Tenant]) -> QuerySet[Any]:
    """Each tenant with `standing`, `read_back_at`, and the ids of its last run and reading, in one query."""
    return tenants.annotate(**_last_run(), **_last_reading(), **_plan()).annotate(
        read_back_at=Coalesce(Greatest("read_at", "run_read_at"), "read_at", "run_read_at"),
        standing=Case(*_rules(), default=Value(S.PREPARING), output_field=CharField()),
    )


def _last_run() -> dict[str, Any]:
    runs = Run.objects.filter(tenant=OuterRef("pk")).order_by("-pk")
    good = runs.exclude(closed_at=None).exclude(Exists(_steps("pk").exclude(state=Step.State.VERIFIED)))
    return {
        "run_id": Subquery(runs.values("pk")[:1]),
        "run_opened": Subquery(runs.values("opened_at")[:1]),
        "run_closed": Subquery(runs.values("closed_at")[:1]),
        "run_purpose": Subquery(runs.values("plan__purpose")[:1]),
        "run_read_at": Subquery(good.values("closed_at")[:1]),
    }


def _steps(run: str) -> QuerySet[Step]:
    return Step.objects.filter(run=OuterRef(run))


def _last_reading() -> dict[str, Any]:
    readings = Reading.objects.filter(tenant=OuterRef("pk")).order_by("-at")
    return {
        "reading_id": Subquery(readings.values("pk")[:1]),
        "read_at": Subquery(readings.values("at")[:1]),
        "read_in_order": Subquery(readings.values("in_order")[:1]),
    }


def _plan() -> dict[str, Any]:
    """The newest plan that nobody has started and that may still be agreed to.

    To have looked what an end would remove changes nothing: it counts once it is agreed to.
    """
    only_looked = Q(purpose=Plan.Purpose.OFFBOARD, agreement=None)
    plans = Plan.objects.filter(tenant=OuterRef("pk"), run=None, expires_at__gt=now())
    plans = plans.exclude(only_looked).order_by("-pk")
    return {
        "plan_id": Subquery(plans.values("pk")[:1]),
        "plan_made": Subquery(plans.values("made_at")[:1]),
    }


def _rules() -> list[When]:
    """The first that fits."""
    open_run = Q(run_id__isnull=False, run_closed=None)
    new_plan = Q(plan_id__isnull=False) & (Q(run_opened=None) | Q(plan_made__gt=F("run_opened")))
    read_since = Q(reading_id__isnull=False) & Q(read_at__gte=F("run_closed"))
    unverified = Exists(_steps("run_id").exclude(state=Step.State.VERIFIED))
    ours = OwnedObject.objects.filter(tenant=OuterRef("pk"))
    ended = Q(run_purpose=Plan.Purpose.OFFBOARD) & ~unverified & ~Exists(ours)
    reading = Reading.objects.filter(pk=OuterRef("reading_id"))
    unreadable = Exists(reading.filter(found__has_key="unknown").exclude(found__unknown={}))
    return [
        _when(open_run & Exists(_steps("run_id").filter(state=Step.State.CUSTOMER)), S.CUSTOMER),
        _when(open_run & Exists(_steps("run_id").filter(state=Step.State.MICROSOFT)), S.MICROSOFT),
        _when(open_run, S.RUNNING),
        _when(new_plan & Exists(Agreement.objects.filter(plan=OuterRef("plan_id"))), S.AGREED),
        _when(new_plan, S.AGREEMENT),
        _when(read_since & Q(read_in_order=True) & ended, S.ENDED),
        _when(read_since & Q(read_in_order=True) & _open_by_hand(), S.BY_HAND),
        _when(read_since & Q(read_in_order=True), S.IN_ORDER),
        _when(read_since & unreadable, S.UNREADABLE),
        _when(read_since, S.CHANGED),
        _when(Q(run_id__isnull=False) & (unverified | ~Exists(_steps("run_id"))), S.STOPPED),
        _when(Q(run_purpose=Plan.Purpose.OFFBOARD), S.ENDED),
        _when(Q(run_id__isnull=False) & _open_by_hand(), S.BY_HAND),
        _when(Q(run_id__isnull=False), S.IN_ORDER),
    ]


def _open_by_hand() -> Exists:
    """A tier's group that nobody has confirmed a role for: what access/by_hand.py lists."""
    said = Confirmation.objects.filter(tenant=OuterRef("tenant"), about=OuterRef("remote_id"))
    groups = OwnedObject.objects.filter(tenant=OuterRef("pk"), kind="group").exclude(address=APPROVERS)
    return Exists(groups.exclude(Exists(said)))


def _when(condition: Any, standing: Standing) -> When:
    return When(condition, then=Value(standing))
