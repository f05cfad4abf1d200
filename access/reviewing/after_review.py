"""What became of what a review decided to end: seen gone, still there, or not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access.models import Review
from access.reviewing import let_in_again, reviews
from access.who_can import lines, stops
from onboarding.ending import ending_access
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
    later: Review | None = None
    """The newest review that names the same grant: it decides, and this one no more."""
    held: tuple[str, str] | None = None
    """The assignment and its package, where the portal can end it: still there, of a package it made."""


def endings(tenant: Tenant, review: Review) -> list[Ending]:
    since = [*reviews.signed(tenant).filter(pk__gt=review.pk).order_by("-pk"), review]
    return [each for each in _endings(tenant, since) if each.review == review]


def still_open(tenant: Tenant) -> list[Ending]:
    """Of all that were signed, the last first; of each grant what the newest review that names it decided."""
    signed = list(reviews.signed(tenant).order_by("-pk"))
    return [each for each in _endings(tenant, signed) if each.later is None]


def questions(tenant: Tenant) -> tuple[Review | None, int]:
    """The last signed review, and what it asks about that is still there. The next review decides anew."""
    last = reviews.signed(tenant).last()
    asked = (
        [each["key"] for each in last.document.get("grants", ()) if each["choice"] == "ask"] if last else []
    )
    return last, Grant.objects.filter(tenant=tenant, key__in=asked, gone_seen=None).count()


def _endings(tenant: Tenant, signed: Sequence[Review]) -> Iterator[Ending]:
    """`signed`: the last first, with all that were signed since."""
    ended = [(review, said) for review in signed for said in _ended(review)]
    if not ended:
        return
    known, rows = _known(tenant, signed), _rows(tenant, {said["key"] for _, said in ended})
    for review, said in ended:
        if (row := _meant(rows[said["key"]], said)) is not None:
            yield _ending(known, review, said, row)


@dataclass(frozen=True, slots=True)
class Known:
    """What is the same for all that was decided to end. `newest`: the last review of each grant by its key;
    `there`: what was not seen gone; `ours`: the packages of which the portal can end an access."""

    tenant: Tenant
    newest: Mapping[str, Review]
    last: Survey | None
    there: Sequence[Grant]
    ours: Collection[str]


def _known(tenant: Tenant, signed: Sequence[Review]) -> Known:
    there = list(Grant.objects.filter(tenant=tenant, gone_seen=None))
    last = Survey.objects.filter(tenant=tenant).last()
    return Known(tenant, _newest(signed), last, there, ending_access.packages(tenant))


def _ending(known: Known, review: Review, said: Mapping[str, Any], row: Grant) -> Ending:
    """By what else the same is there (`again`) a later review may have decided, too."""
    again = list(let_in_again.found(row, known.there)) if row.gone_seen else []
    deciding = {each.key: _later(known.newest.get(each.key), review) for each in (row, *again)}
    for each in again:
        if deciding[each.key] is None:
            return Ending(review, said, *_again(row, each), stops.stop(known.tenant, each.about))
    later = deciding[again[0].key] if again else deciding[row.key]
    held = _held(row, known.ours) if later is None else None
    state = _state(row, known.last, later, is_there=bool(again))
    return Ending(review, said, *state, stops.stop(known.tenant, row.about), later, held)


def _later(newest: Review | None, review: Review) -> Review | None:
    """The review that decided since, if one did."""
    return newest if newest is not None and newest.pk > review.pk else None


def _newest(signed: Sequence[Review]) -> Mapping[str, Review]:
    """Key → the last that decided anything of it: to keep, to end or to ask."""
    return {said["key"]: review for review in reversed(signed) for said in review.document.get("grants", ())}


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
    """What this review decided to end, no later one decided anew, and the portal can: in one run.

    Refused for whoever is no reviewer.
    """
    if reviews.broken(review):
        raise Refused("not_yet", why="the review kept here is not what was signed")
    held = [each.held for each in endings(tenant, review) if each.held]
    return ending_access.start(tenant, held, person)


def _again(row: Grant, other: Grant) -> tuple[str, str, datetime | None]:
    if row.about["sort"] == "guest":
        return "The account is still there, and holds another access", "red", other.seen_until
    return "That ended; what it gave is held by another access", "red", other.seen_until


def _state(
    row: Grant, last: Survey | None, later: Review | None, *, is_there: bool
) -> tuple[str, str, datetime | None]:
    if row.gone_seen is not None and not is_there:
        return "Ended: no longer there when read", "green", row.gone_seen
    if later is not None:
        return "Decided anew by a later review", "secondary", later.signed_at
    if lines.is_seen(row, last):
        return "Asked to end, and still there when read", "red", row.seen_until
    return "Asked to end; not known whether it is still there", "orange", row.seen_until
