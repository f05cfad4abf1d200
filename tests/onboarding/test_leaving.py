"""A worker told to stop gives its run back at once: the next one need not wait for a dead lease."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from celery.signals import worker_shutting_down

from onboarding.models import Run
from onboarding.running import advance
from sandbox.cloud import Cloud
from tests.onboarding.conftest import manage, writes


@pytest.fixture
def run(portal: Cloud, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Agreed, started, and not carried on yet."""
    monkeypatch.setattr("onboarding.terminal.carry_on", lambda run_id: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        manage("onboard", file(), "--apply", "--inline")
    return Run.objects.get()


@pytest.fixture
def leaving() -> Iterator[None]:
    worker_shutting_down.send(sender="celery@here")
    yield
    advance.leaving.clear()


def test_a_leaving_worker_starts_nothing_more_and_gives_the_run_back(
    portal: Cloud, run: Run, leaving: None
) -> None:
    pause = advance.advance(run.pk)
    run.refresh_from_db()
    assert (run.lease_until, run.closed_at, writes(portal)) == (None, None, 0)
    assert pause is not None and pause < 5
    advance.leaving.clear()
    advance.advance(run.pk)
    assert writes(portal) > 0


def test_a_leaving_worker_waits_for_no_reading(run: Run, leaving: None) -> None:
    """What is read back slowly would hold the run until the worker is killed, and the next for a lease."""
    held = advance._Hold(run, "nobody")
    never: Future[str] = Future()
    held.readings[never] = None  # type: ignore[index, assignment]
    held.carry_on()
    assert held.readings
