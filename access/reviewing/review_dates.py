"""When a review has to be signed: by the interval that was sold with the offer."""

from __future__ import annotations

import calendar
import datetime as dt

from django.utils.timezone import now

from access.models import Review
from onboarding import plans, verifying
from onboarding.planes import review_days
from tenants.models import Tenant

EVERY_MONTHS, FIRST_AFTER_DAYS = 12, 335
"""Where an offer says nothing of it."""
SOON = dt.timedelta(days=30)


def due(tenant: Tenant) -> dt.date | None:
    """When the next one has to be signed, by the offer's interval; None while nothing of ours is there.

    The first on the day on which the first package is reviewed, so that not all customers have the same.
    After an end our apps may still stand: to remove them is a task, and nothing to be decided.
    """
    if verifying.has_ended(tenant) or not (
        tenant.owned.exists() or tenant.grants.filter(gone_seen=None).exists()
    ):
        return None
    if (kept := plans.agreed_for(tenant)) is None:
        return None
    policy = kept.offer.document.get("policy", {})
    last = Review.objects.filter(tenant=tenant).exclude(signed_at=None).last()
    if last is not None and last.signed_at is not None:
        return months_after(last.signed_at.date(), int(policy.get("review_every_months", EVERY_MONTHS)))
    if of_packages := review_days.kept(plans.owned_by(tenant).values()):
        return min(of_packages.values())
    return kept.starts + dt.timedelta(days=int(policy.get("first_review_after_days", FIRST_AFTER_DAYS)))


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of the month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def urgency(day: dt.date | None) -> tuple[str, str]:
    """A word and its colour."""
    if day is None:
        return "No date", "secondary"
    left = day - now().date()
    if left < dt.timedelta():
        return "Overdue", "red"
    return ("Due soon", "yellow") if left <= SOON else ("Not due yet", "secondary")
