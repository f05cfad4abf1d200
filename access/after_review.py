"""What became of what a review decided to end: seen gone, still there, or not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access import reviews, stops, who
from access.models import Review
from onboarding import ending_access
from onboarding.models import Grant, Run, Survey
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant


@dataclass(frozen=True, slots=True)
class Ending:
    """`word` and `colour`: green only where a whole read no longer showed it."""

    review: Review
    said: Mapping[str, Any]
    word: str
    colour: str
    at: datetime | None
    stop: stops.Stop
    held: tuple[str, str] | None = None
    """The assignment and its package, where the portal can end it: still there, of a package it made."""


def endings(tenant: Tenant, review: Review) -> list[Ending]:
    return list(_endings(tenant, review))


def still_open(tenant: Tenant) -> list[Ending]:
    """Of all reviews that were signed, the last first; each grant once."""
    found: dict[str, Ending] = {}
    for review in reviews.signed(tenant).order_by("-pk"):
        for each in _endings(tenant, review):
            found.setdefault(each.said["key"], each)
    return list(found.values())


def questions(tenant: Tenant) -> tuple[Review | None, int]:
    """The last signed review, and what it asks about that is still there. The next review decides anew."""
    last = reviews.signed(tenant).last()
    asked = (
        [each["key"] for each in last.document.get("grants", ()) if each["choice"] == "ask"] if last else []
    )
    return last, Grant.objects.filter(tenant=tenant, key__in=asked, gone_seen=None).count()


def _endings(tenant: Tenant, review: Review) -> Iterator[Ending]:
    last = Survey.objects.filter(tenant=tenant).last()
    for said in review.document.get("grants", ()):
        if said["choice"] != "end":
            continue
        rows = Grant.objects.filter(tenant=tenant, key=said["key"], seen_until__gte=said["seen_until"])
        row = rows.filter(gone_seen=None).last() or rows.last()
        if row is not None:
            stop = stops.stop(tenant, row.about)
            yield Ending(review, said, *_state(row, last), stop, _held(tenant, row))


def _held(tenant: Tenant, row: Grant) -> tuple[str, str] | None:
    ids = row.about["ids"]
    mine = row.about["sort"] == "assignment" and ending_access.may_end(tenant, ids["package"])
    return (ids["assignment"], ids["package"]) if mine and row.gone_seen is None else None


def end(tenant: Tenant, review: Review, person: Person) -> Run:
    """What this review decided to end and the portal can, in one run. Refused for whoever is no reviewer."""
    if reviews.broken(review):
        raise Refused("not_yet", why="the review kept here is not what was signed")
    held = [each.held for each in _endings(tenant, review) if each.held]
    return ending_access.start(tenant, held, person)


def _state(row: Grant, last: Survey | None) -> tuple[str, str, datetime | None]:
    if row.gone_seen is not None:
        return "Ended: no longer there when read", "green", row.gone_seen
    if who.is_seen(row, last):
        return "Asked to end, and still there when read", "red", row.seen_until
    return "Asked to end; not known whether it is still there", "orange", row.seen_until
