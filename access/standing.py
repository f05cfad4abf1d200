"""How a tenant stands: one word, and who must act next. Derived from rows in the database, never stored.

What happened last decides: an open run; else the newest plan; else the newer of the last run and the last
reading. To end single accesses decides nothing, unless it stopped. Only a read-back makes "in order", and
what could not be read is neither in order nor changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Now, NullIf

from access.models import Confirmation
from onboarding.app_stands import READER, SETUP
from onboarding.models import AppStand, OwnedObject, Plan, Reading, Run, Step
from tenants.models import Tenant


class Standing(TextChoices):
    PREPARING = "preparing", "In preparation"
    AGREEMENT = "agreement", "Waiting for the agreement"
    DECLINED = "declined", "The customer said no"
    AGREED = "agreed", "Agreed, not started"
    RUNNING = "running", "Being carried out"
    CUSTOMER = "customer", "Waiting for the customer"
    MICROSOFT = "microsoft", "Waiting for Microsoft"
    STOPPED = "stopped", "Stopped before its end"
    CHANGED = "changed", "Changed since we checked"
    UNREADABLE = "unreadable", "Could not be read"
    BY_HAND = "by-hand", "Let in, but no Defender role yet"
    IN_ORDER = "in-order", "As agreed"
    PAUSED = "paused", "Paused"
    APPS = "apps", "Ended, but our apps were not seen gone"
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
    S.PAUSED: "yellow",
    S.APPS: "yellow",
    S.STOPPED: "red",
    S.DECLINED: "red",
    S.CHANGED: "red",
    S.UNREADABLE: "orange",
}
WAITS = {Step.State.CUSTOMER: S.CUSTOMER, Step.State.MICROSOFT: S.MICROSOFT}
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
APPROVERS = "group/approvers"
"""The one group of ours that is no tier's."""
NEXT = {
    S.PREPARING: "An administrator of the provider: go on with the onboarding.",
    S.AGREEMENT: "A reviewer of the customer: read the plan, and agree if it is what they want.",
    S.DECLINED: "An administrator of the provider: see why, change it, and ask again.",
    S.AGREED: "An administrator of the provider: start the run.",
    S.RUNNING: "Nobody: the worker is at it.",
    S.CUSTOMER: "The customer: the run says what and where.",
    S.MICROSOFT: "Nobody: it goes on when Microsoft is ready.",
    S.STOPPED: "An administrator of the provider: see why, then plan again.",
    S.CHANGED: "An administrator of the provider: see what changed, with the customer.",
    S.UNREADABLE: "An administrator of the provider: see why it could not be read.",
    S.BY_HAND: "An administrator of the customer: give each tier its role. Then one of its reviewers, or an "
    "administrator of the provider, confirms it by name.",
    S.IN_ORDER: "Nobody, for what was set up. Tasks that are open stand on the customer's page.",
    S.PAUSED: "Nobody, while it is to stay so. To go on, an administrator of the provider makes a fresh plan "
    "and a reviewer of the customer agrees to it.",
    S.APPS: "An administrator of the customer: delete our apps in their tenant, as the tasks say.",
    S.ENDED: "Nobody.",
}


def with_standing(tenants: QuerySet[Tenant]) -> QuerySet[Any]:
    """Each tenant with `standing` and `read_back_at`, in one query."""
    return tenants.annotate(**_derived())


@cache
def _derived() -> dict[str, Any]:
    """Of four, each says its word or nothing, and the first word counts.

    Each subquery stands here once, for Django writes an annotation out again wherever it is used. They are
    put together once: that takes longer than to ask the database.
    """
    words = [Subquery(rows) for rows in (_open_run(), _new_plan(), _reading_since(), _last_run())]
    return {
        "read_back_at": NullIf(Greatest(*map(_or_never, _read_backs())), Value(NEVER)),
        "standing": Coalesce(*words, Value(S.PREPARING), output_field=CharField()),
    }


def _open_run() -> QuerySet[Any]:
    """There is one at most, and it is the last one."""
    waits = [_when(_steps("pk", state=state), says) for state, says in WAITS.items()]
    return _word(Run.objects.filter(tenant=OuterRef("pk"), closed_at=None), *waits, default=S.RUNNING)


def _new_plan() -> QuerySet[Any]:
    """The newest plan that nobody has started and that may still be agreed to, made since the last run.

    To have looked what an end would remove changes nothing: it counts once it is agreed to.
    """
    only_looked = Q(purpose__in=Plan.CLOSING, agreement=None)
    run_since = _deciding("tenant").filter(opened_at__gte=OuterRef("made_at"))
    plans = Plan.objects.filter(tenant=OuterRef("pk"), run=None, expires_at__gt=Now())
    plans = plans.exclude(only_looked).exclude(Exists(run_since)).order_by("-pk")
    agreed, no = Q(agreement__isnull=False), Q(decline__isnull=False)
    return _word(plans, _when(agreed, S.AGREED), _when(no, S.DECLINED), default=S.AGREEMENT)


def _reading_since() -> QuerySet[Any]:
    """The last reading, where it is newer than the last run."""
    runs = _deciding("tenant")
    readings = Reading.objects.filter(Exists(runs), tenant=OuterRef("pk")).order_by("-at")
    good = Q(in_order=True)
    return _word(
        readings.exclude(Exists(runs.filter(closed_at__gt=OuterRef("at")))),
        _when(good & _has_ended() & _apps_are_gone("at"), S.ENDED),
        _when(good & _has_ended(), S.APPS),
        _when(good & _is_paused(), S.PAUSED),
        _when(good & _open_by_hand(), S.BY_HAND),
        _when(good, S.IN_ORDER),
        _when(Q(found__has_key="unknown") & ~Q(found__unknown={}), S.UNREADABLE),
        default=S.CHANGED,
    )


def _last_run() -> QuerySet[Any]:
    return _word(
        _deciding("pk").order_by("-pk"),
        _when(_unverified() | ~_steps("pk"), S.STOPPED),
        _when(Q(plan__purpose=Plan.Purpose.OFFBOARD) & _apps_are_gone("closed_at"), S.ENDED),
        _when(Q(plan__purpose=Plan.Purpose.OFFBOARD), S.APPS),
        _when(_is_paused(), S.PAUSED),
        _when(_open_by_hand(), S.BY_HAND),
        default=S.IN_ORDER,
    )


def _word(rows: QuerySet[Any], *rules: When, default: Standing) -> QuerySet[Any]:
    """What the first row says by the first rule that fits."""
    said = Case(*rules, default=Value(default), output_field=CharField())
    first: QuerySet[Any] = rows.annotate(said=said).values("said")[:1]
    return first


def _read_backs() -> tuple[QuerySet[Any], QuerySet[Any]]:
    """When the tenant was last read, and when the last run ended that was read back whole."""
    runs = _deciding("pk").exclude(closed_at=None).exclude(_unverified())
    readings = Reading.objects.filter(tenant=OuterRef("pk"))
    return readings.order_by("-at").values("at")[:1], runs.order_by("-pk").values("closed_at")[:1]


def _deciding(tenant: str) -> QuerySet[Run]:
    """An end of single accesses reads back these alone: it says nothing of the rest, unless it stopped."""
    ends_accesses = Q(plan__purpose=Plan.Purpose.ACCESS)
    return Run.objects.filter(tenant=OuterRef(tenant)).exclude(ends_accesses & ~Q(_unverified()))


def _or_never(times: QuerySet[Any]) -> Coalesce:
    """Of two times of which one is not there some databases call none the greatest."""
    return Coalesce(Subquery(times), Value(NEVER), output_field=DateTimeField())


def _steps(run: str, **which: Any) -> Exists:
    return Exists(Step.objects.filter(run=OuterRef(run), **which))


def _unverified() -> Exists:
    return Exists(Step.objects.filter(run=OuterRef("pk")).exclude(state=Step.State.VERIFIED))


def _has_ended() -> Q:
    """The last run took everything away, and nothing of ours is left."""
    runs = Run.objects.filter(tenant=OuterRef("tenant"))
    later = _deciding("tenant").filter(pk__gt=OuterRef("pk"))
    ending = runs.filter(plan__purpose=Plan.Purpose.OFFBOARD).exclude(_unverified()).exclude(Exists(later))
    ours = OwnedObject.objects.filter(tenant=OuterRef("tenant"))
    return Q(Exists(ending)) & ~Q(Exists(ours))


def _apps_are_gone(since: str) -> Q:
    """As onboarding.app_stands.left has it: looked for since then and not found, each of them."""
    apps = AppStand.objects.filter(tenant=OuterRef("tenant"))
    gone = apps.exclude(gone_seen=None).filter(looked_at__gte=OuterRef(since))
    always = [Q(Exists(gone.filter(app=each))) for each in (READER, SETUP)]
    return always[0] & always[1] & ~Q(Exists(apps.filter(gone_seen=None)))


def _is_paused() -> Exists:
    """The last run closed everything, read back. To end single accesses opens nothing again."""
    others = Run.objects.filter(tenant=OuterRef("tenant")).exclude(plan__purpose=Plan.Purpose.ACCESS)
    runs, later = others.filter(plan__purpose=Plan.Purpose.PAUSE), others.filter(pk__gt=OuterRef("pk"))
    return Exists(runs.exclude(_unverified()).exclude(Exists(later)))


def _open_by_hand() -> Exists:
    """A tier's group that nobody has confirmed a role for: what access/who_can/by_hand.py lists."""
    groups = OwnedObject.objects.filter(tenant=OuterRef("tenant"), kind="group").exclude(address=APPROVERS)
    return Exists(groups.exclude(Exists(Confirmation.of_the_object())))


def _when(condition: Any, standing: Standing) -> When:
    return When(condition, then=Value(standing))
