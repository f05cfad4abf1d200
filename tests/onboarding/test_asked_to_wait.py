"""Microsoft says when it may be asked again, and until then it is not asked: nor for a read."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from onboarding import runs
from onboarding.models import Run, Step
from onboarding.running.advance import advance
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.onboarding.test_attacks import to_the_end
from tests.onboarding.test_hours_that_do_not_count import run, said, written  # noqa: F401
from tests.onboarding.test_lost_answers import lose
from tests.onboarding.test_unread_tenant import tried


def throttle(portal: Cloud, path: str, seconds: int, times: int = 10_000) -> None:
    portal.faults.append(Fault("429", "GET", path, times=times, retry_after=seconds))


@pytest.mark.parametrize(("said", "kept"), [(120, 120), (7200, 900)])
def test_a_run_looks_at_the_tenant_again_only_then(run: Run, portal: Cloud, said: int, kept: int) -> None:  # noqa: F811
    throttle(portal, "^/v1.0/groups", said)
    pause = advance(run.pk)
    assert pause is not None and kept - 1 < pause <= kept
    asked = len(portal.calls)
    assert advance(run.pk) is None
    assert len(portal.calls) == asked


def test_what_was_written_is_read_back_only_then(run: Run, portal: Cloud) -> None:  # noqa: F811
    throttle(portal, "/assignmentPolicies/", 120)
    written(run)
    Run.objects.filter(pk=run.pk).update(not_before=now())
    pause = advance(run.pk)
    assert pause is not None and 119 < pause <= 120


def test_what_a_lost_answer_did_is_looked_for_only_then(run: Run, portal: Cloud) -> None:  # noqa: F811
    lose(portal, run, "cut after", "POST", "/catalogs$")
    runs.cancel(run, "a test")
    throttle(portal, "/catalogs$", 120)
    run.steps.update(not_before=None)
    tried(run)
    step = run.steps.get(kind="catalog")
    assert step.not_before is not None and step.not_before > now() + timedelta(seconds=100)


def test_a_step_that_was_told_to_wait_an_hour_is_tried_again_after_it(run: Run, portal: Cloud) -> None:  # noqa: F811
    portal.faults.append(Fault("429", "POST", "/catalogs$", times=2, retry_after=7200))
    advance(run.pk)
    step = run.steps.get(kind="catalog")
    assert step.state == Step.State.MICROSOFT
    for hour in (1, 2):
        with time_machine.travel(now() + timedelta(hours=hour, minutes=hour), tick=True):
            tried(run)
    step.refresh_from_db()
    assert step.state in (Step.State.WRITTEN, Step.State.VERIFIED), said(run)


def test_reads_that_fail_an_hour_apart_are_no_hour_of_them(run: Run, portal: Cloud) -> None:  # noqa: F811
    """What a lost answer did is looked for; in between it could be read, and the worker was off."""
    lose(portal, run, "cut after", "POST", "/catalogs$")
    runs.cancel(run, "a test")
    portal.faults.append(Fault("503", "GET", "/catalogs$", times=2, retry_after=None))
    run.steps.update(not_before=None)
    tried(run)
    assert run.steps.get(kind="catalog").attempts.filter(outcome="unreadable").exists()
    with time_machine.travel(now() + timedelta(hours=3), tick=True):
        tried(run)
        assert to_the_end(run).ended == "cancelled", said(run)
        assert run.steps.get(kind="catalog").state == Step.State.VERIFIED, said(run)
