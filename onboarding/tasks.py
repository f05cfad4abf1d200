"""Doors for Celery: a message carries a row's id and means "look". Losing or repeating it changes nothing."""

from __future__ import annotations

import structlog
from celery import shared_task
from celery.signals import worker_shutting_down
from kombu.exceptions import OperationalError

from onboarding import runs
from onboarding.advance import advance as carry_on
from onboarding.advance import leaving

log = structlog.get_logger()


@worker_shutting_down.connect
def leave(**_: object) -> None:
    """Seen where tasks run in threads; a forked child ends its slice, or its lease runs out."""
    leaving.set()


@shared_task(name="onboarding.advance")
def advance(run_id: int) -> None:
    """Carry a run on and pass the baton."""
    pause = carry_on(run_id)
    if pause is not None:
        advance.apply_async([run_id], countdown=min(pause, 300))


def ring(run_id: int) -> None:
    """Ring the bell. A broker that is down costs half a lease: the sweep rings again."""
    try:
        advance.delay(run_id)
    except OperationalError:
        log.warning("the queue does not answer; the sweep will ring", run=run_id)


@shared_task(name="onboarding.sweep")
def sweep() -> None:
    """Ring again for runs whose message or worker was lost."""
    for run_id in runs.forgotten():
        advance.delay(run_id)
