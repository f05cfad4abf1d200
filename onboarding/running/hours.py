"""Which hours count where somebody is waited for: none in which nobody asked, none that Microsoft named."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.timezone import now

from onboarding.models import Step

MICROSOFT_HAS = timedelta(hours=1)
"""Later has an end: after this a person looks at it."""
READING_HAS = MICROSOFT_HAS
"""As long for what cannot be read."""
OFF = timedelta(minutes=10)
"""Due for so long and not looked at: the worker was off, or nobody was allowed to."""


def was_off(due: datetime | None) -> bool:
    return due is not None and now() - due > OFF


def begin_anew(step: Step, started: datetime) -> bool:
    """Whether Microsoft's hour begins with what was just tried.

    A reason is left from waiting for the customer, whose days are not Microsoft's hour.
    """
    nobody_asked = step.not_before is not None and started - step.not_before > OFF
    return bool(step.reason) or nobody_asked or _was_told_when(step)


def _was_told_when(step: Step) -> bool:
    """Its last wait was all of the hour or more from the start, as after a user was deleted."""
    last = step.attempts.exclude(ended_at=None).order_by("number").last()
    if last is None or last.ended_at is None or step.not_before is None:
        return False
    return step.not_before - last.ended_at > MICROSOFT_HAS - OFF
