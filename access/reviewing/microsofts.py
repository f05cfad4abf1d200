"""Microsoft's own reviews of who holds a package: when they are open, and who looks whether anybody answered.

Their answers are read nowhere: that takes AccessReview.Read.All, for which none of our apps asks.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from access.reviewing import review_dates
from tenants.models import Contact, Tenant


@dataclass(frozen=True, slots=True)
class Round:
    """One review of one package, from its first day to the day on which it closes."""

    begins: dt.date
    closes: dt.date


def last_begun(first: dt.date, every_months: int, days_open: int, today: dt.date) -> Round | None:
    """The newest that has begun; None before the first."""
    if today < first:
        return None
    months = (today.year - first.year) * 12 + today.month - first.month
    done = months // every_months
    while review_dates.months_after(first, done * every_months) > today:
        done -= 1
    begins = review_dates.months_after(first, done * every_months)
    return Round(begins, begins + dt.timedelta(days=days_open))


def looks(tenant: Tenant) -> str:
    """Who looks after a review that nobody may have answered: a reviewer, if there is one who answers none.

    "" where nobody is named.
    """
    named = tenant.contacts.select_related("person").order_by("pk")
    reviewers = [each.person for each in named if each.role == Contact.Role.REVIEWER]
    approvers = [each.person for each in named if each.role == Contact.Role.APPROVER]
    others = [person for person in reviewers if person not in approvers]
    return next((str(person) for person in (*others, *reviewers)), "")
