"""What became of what a review decided to end: seen gone, still there, or not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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
    for each in _endings(tenant, *reviews.signed(tenant).order_by("-pk")):
        found.setdefault(each.said["key"], each)
    return list(found.values())


def questions(tenant: Tenant) -> tuple[Review | None, int]:
    """The last signed review, and what it asks about that is still there. The next review decides anew."""
    last = reviews.signed(tenant).last()
    asked = (
        [each["key"] for each in last.document.get("grants", ()) if each["choice"] == "ask"] if last else []
    )
    return last, Grant.objects.filter(tenant=tenant, key__in=asked, gone_seen=None).count()


def _endings(tenant: Tenant, *signed: Review) -> Iterator[Ending]:
    ended = [(review, said) for review in signed for said in _ended(review)]
    last, rows = (
        Survey.objects.filter(tenant=tenant).last(),
        _rows(tenant, {said["key"] for _, said in ended}),
    )
    ours = ending_access.packages(tenant) if ended else set[str]()
    for review, said in ended:
        row = _meant(rows[said["key"]], said)
        if row is not None:
            stop = stops.stop(tenant, row.about)
            yield Ending(review, said, *_state(row, last), stop, _held(row, ours))


def _ended(review: Review) -> list[dict[str, Any]]:
    return [said for said in review.document.get("grants", ()) if said["choice"] == "end"]


def _rows(tenant: Tenant, keys: Collection[str]) -> Mapping[str, list[Grant]]:
    """All at once: reviews go back over years."""
    rows = defaultdict(list)
    for row in Grant.objects.filter(tenant=tenant, key__in=keys).order_by("pk"):
        rows[row.key].append(row)
    return rows


def _meant(rows: Sequence[Grant], said: Mapping[str, Any]) -> Grant | None:
    """Of those that were seen then or since, the one that is there, else the last."""
    then = datetime.fromisoformat(said["seen_until"])
    since = [row for row in rows if row.seen_until >= then]
    return next((row for row in reversed(since) if row.gone_seen is None), since[-1] if since else None)


def _held(row: Grant, ours: Collection[str]) -> tuple[str, str] | None:
    ids = row.about["ids"]
    mine = row.about["sort"] == "assignment" and ids["package"] in ours
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
