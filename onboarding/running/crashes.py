"""A run at which every worker breaks off, by a bug or a time limit: after some tries it ends, in words."""

from __future__ import annotations

from django.conf import settings

from onboarding.models import Run
from onboarding.running import outcomes, settling
from tenants.microsoft.errors import Refused

MOST = 10
"""Tries in a row, a minute apart: somebody may be mending it, or starting the worker anew."""


def crashed(run: Run, owner: str, error: BaseException) -> None:
    """Give the run back for later, or end it where this was the last try."""
    if run.crashes >= MOST and isinstance(error, Exception):
        give_up(run, owner, type(error).__name__)
    outcomes.let_go(run, owner, settings.RUN_STOPPED_SECONDS, crashed=True)


def give_up(run: Run, owner: str, why: str) -> None:
    """What is under way nobody looks for any more: its mark is named. What was made stays ours."""
    refused = Refused("worker_crashed", why=why, times=str(MOST))
    outcomes.interrupted(run, owner)
    outcomes.refuse_all(run, owner, refused)
    settling.close_unsettled(run, owner, refused)
