"""A run whose tenant cannot be read before going on: it says so while it waits, and after an hour it ends."""

from __future__ import annotations

from django.utils.timezone import now

from onboarding.models import Run
from onboarding.running import hours, outcomes
from onboarding.words import reasons
from tenants.microsoft.errors import Later, Refused


def noted(run: Run, owner: str, later: Later) -> None:
    """Refused when it has waited long enough: a person looks at it then."""
    anew = hours.was_off(run.not_before)
    run.unread_since = now() if anew or run.unread_since is None else run.unread_since
    run.unread = {"why": later.why.rstrip(".")[:300]}
    _save(run, owner)
    if now() - run.unread_since > hours.READING_HAS:
        raise Refused("never_read", **run.unread) from later


def over(run: Run, owner: str) -> None:
    if run.unread_since is not None:
        run.unread_since, run.unread = None, {}
        _save(run, owner)


def _save(run: Run, owner: str) -> None:
    with outcomes.fenced(run, owner):
        run.save(update_fields=["unread_since", "unread"])


def words(run: Run) -> reasons.Words | None:
    """Why an open run waits and who can end that; None where it does not wait for a read."""
    waits = run.unread_since is not None and run.closed_at is None and run.cancelled_at is None
    return reasons.words("unread", run.unread) if waits else None
