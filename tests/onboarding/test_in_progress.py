"""What Microsoft still works on is looked at soon, and then less and less often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils.timezone import now

from onboarding import runs
from onboarding.models import Plan, Run, Step
from onboarding.running.advance import advance
from sandbox.cloud import Cloud
from tests.onboarding.conftest import agreed_plan

A_GROUP = "catalog_resource/tier-1"

Cause = Callable[[Cloud], None]


def slow_requests(portal: Cloud) -> None:
    portal.habits.slow_elm = 1000


def slow_replicas(portal: Cloud) -> None:
    portal.habits.lag_of = {"groups": 1000}


@pytest.mark.parametrize(
    ("cause", "waits"), [(slow_requests, [2, 2, 4, 8, 16]), (slow_replicas, [2, 2, 4, 5])]
)
def test_the_first_look_comes_at_once_and_the_waits_double(
    portal: Cloud, file: Callable[..., Path], settings: Any, cause: Cause, waits: list[float]
) -> None:
    """Up to the longest that the kind names; a new group has five seconds."""
    settings.RUN_RETRY_SECONDS = 2
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "command line")
    cause(portal)
    with time_machine.travel(now(), tick=False) as clock:
        assert [wait_for(run, clock) for _ in waits] == waits


def wait_for(run: Run, clock: time_machine.Traveller) -> float:
    """How long one look at the group puts off the next, which then comes."""
    advance(run.pk)
    step: Step = run.steps.get(address=A_GROUP)
    assert step.state == Step.State.MICROSOFT and step.not_before is not None
    pause = step.not_before - now()
    clock.shift(pause)
    Run.objects.filter(pk=run.pk).update(not_before=now() - timedelta(seconds=1))
    return pause.total_seconds()
