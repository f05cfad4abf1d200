"""A worker told to stop gives its run back at once: the next one need not wait for a dead lease."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from celery.signals import worker_shutting_down

from onboarding.models import Run
from onboarding.running import advance
from sandbox.cloud import Cloud
from tests.onboarding.conftest import manage, writes


def test_a_leaving_worker_starts_nothing_more_and_gives_the_run_back(
    portal: Cloud, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.terminal.carry_on", lambda run_id: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        manage("onboard", file(), "--apply", "--inline")
    run = Run.objects.get()
    worker_shutting_down.send(sender="celery@here")
    try:
        pause = advance.advance(run.pk)
    finally:
        advance.leaving.clear()
    run.refresh_from_db()
    assert (run.lease_until, run.closed_at, writes(portal)) == (None, None, 0)
    assert pause is not None and pause < 5
    advance.advance(run.pk)
    assert writes(portal) > 0
