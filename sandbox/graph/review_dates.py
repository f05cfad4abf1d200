"""When the reviews that a policy asks for begin: at its start, and then by its recurrence (facts 3.6)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from sandbox.graph.deliveries import duration
from sandbox.store import Object

DAYS = {"daily": 1, "weekly": 7}
MONTHS = {"absoluteMonthly": 1, "absoluteYearly": 12}


def terms(settings: Object, until: dt.datetime) -> Iterator[tuple[int, dt.datetime, dt.datetime]]:
    """(number, start, end) of every review that has begun by then. None without a start and a duration."""
    schedule = settings.get("schedule") or {}
    start, open_for = (
        schedule.get("startDateTime"),
        (schedule.get("expiration") or {}).get("duration"),
    )
    if not settings.get("isEnabled") or not start or not open_for:
        return
    recurrence, first = schedule.get("recurrence") or {}, dt.datetime.fromisoformat(start)
    number, begins = 0, first
    while begins <= until and _goes_on(recurrence.get("range") or {}, number, begins):
        yield number, begins, begins + duration(open_for)
        number += 1
        following = _following(first, recurrence.get("pattern") or {}, number)
        if following is None:
            return
        begins = following


def _following(first: dt.datetime, pattern: Object, number: int) -> dt.datetime | None:
    """None: it is asked for once, or by a pattern that is not told apart here."""
    times, kind = number * max(1, pattern.get("interval") or 1), pattern.get("type") or ""
    if kind in DAYS:
        return first + dt.timedelta(days=times * DAYS[kind])
    return months_after(first, times * MONTHS[kind]) if kind in MONTHS else None


def _goes_on(range: Object, number: int, begins: dt.datetime) -> bool:
    if range.get("type") == "numbered":
        return number < (range.get("numberOfOccurrences") or 1)
    if range.get("type") == "endDate":
        return begins.date() <= dt.date.fromisoformat(range["endDate"])
    return True


def months_after(moment: dt.datetime, months: int) -> dt.datetime:
    """On the same day; on the month's last where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
