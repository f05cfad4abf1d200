"""Microsoft has an hour for a step, and ten minutes to show it: none of it while nobody asks, or may ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils.timezone import now

from onboarding import runs
from onboarding.models import Plan, Run, Step
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import WriteStop
from tests.onboarding.conftest import ONE_TIER, agreed_plan
from tests.onboarding.test_unread_tenant import tried

File = Callable[..., Path]


@pytest.fixture
def run(portal: Cloud, file: File) -> Run:
    agreed_plan(file(ONE_TIER))
    return runs.start(Plan.objects.get(), "a test")


def carried(run: Run) -> str:
    """By workers that come when it is due."""
    for _ in range(400):
        advance(run.pk)
        run.refresh_from_db()
        if run.closed_at is not None:
            break
    return run.ended


def busy(portal: Cloud, run: Run) -> None:
    """Twice, and not asked again at once."""
    portal.faults += [Fault("503", "POST", "/catalogs$", retry_after=each) for each in (30, None)]
    advance(run.pk)
    assert run.steps.get(kind="catalog").state == Step.State.MICROSOFT


def test_a_second_bad_answer_after_the_worker_was_off_is_not_an_hour_of_them(run: Run, portal: Cloud) -> None:
    busy(portal, run)
    with time_machine.travel(now() + timedelta(hours=3), tick=True):
        assert carried(run) == "verified", said(run)


def test_nor_after_all_writing_was_stopped(run: Run, portal: Cloud) -> None:
    busy(portal, run)
    stop = WriteStop.objects.create(by="person 1", reason="x")
    for minutes in range(1, 120, 9):
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
            tried(run)
    with time_machine.travel(now() + timedelta(minutes=121), tick=True):
        stop.delete()
        assert carried(run) == "verified", said(run)


def said(run: Run) -> list[str]:
    return [f"{step} {step.reason} {step.facts}" for step in run.steps.all()]


def unread(portal: Cloud, times: int = 10_000) -> None:
    """The last thing that was written cannot be read."""
    portal.faults.append(Fault("503", "GET", "/assignmentPolicies/", times=times, retry_after=None))


def written(run: Run) -> None:
    for _ in range(20):
        tried(run)
        if set(run.steps.values_list("state", flat=True)) <= {Step.State.WRITTEN, Step.State.VERIFIED}:
            return
    raise AssertionError([str(step) for step in run.steps.all()])


def test_what_could_not_be_read_back_before_the_worker_was_off_is_read_more_than_once(
    run: Run, portal: Cloud
) -> None:
    unread(portal)
    written(run)
    with time_machine.travel(now() + timedelta(hours=1), tick=True):
        advance(run.pk)
        portal.faults.clear()
        assert carried(run) == "verified", said(run)


def test_nothing_is_called_missing_because_microsoft_does_not_answer_for_a_quarter_of_an_hour(
    run: Run, portal: Cloud
) -> None:
    unread(portal)
    written(run)
    for minutes in (5, 9, 13, 17):
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
            tried(run)
    portal.faults.clear()
    with time_machine.travel(now() + timedelta(minutes=18), tick=True):
        assert carried(run) == "verified", said(run)


def test_a_read_back_that_fails_for_an_hour_ends_the_run_and_says_so(run: Run, portal: Cloud) -> None:
    unread(portal)
    written(run)
    for minutes in (9, 18, 27, 36, 45, 54, 63):
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
            tried(run)
        assert (run.ended == "open") == (minutes < 60), (minutes, said(run))
        if run.closed_at:
            break
    assert {step.reason for step in run.steps.filter(state=Step.State.FAILED)} == {"never_read"}


@pytest.fixture
def not_shown(run: Run, portal: Cloud) -> Run:
    """It is read, and what was written last does not show."""
    unread(portal)
    written(run)
    portal.faults.clear()
    there = portal.store.all(seed.NORTHWIND, "assignmentPolicies")
    for policy in there:
        portal.store.put(seed.NORTHWIND, "assignmentPolicies", {**policy, "description": "as it was"})
    tried(run)
    assert run.ended == "open"
    return run


def test_what_did_not_show_is_looked_for_ten_minutes(not_shown: Run) -> None:
    for minutes, ended in ((6, "open"), (12, "failed")):
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
            tried(not_shown)
            assert not_shown.ended == ended, said(not_shown)


def test_and_ten_more_after_the_worker_was_off(not_shown: Run) -> None:
    with time_machine.travel(now() + timedelta(hours=1), tick=True):
        advance(not_shown.pk)
        not_shown.refresh_from_db()
        assert not_shown.ended == "open", said(not_shown)


def test_and_after_all_writing_was_stopped(not_shown: Run) -> None:
    stop = WriteStop.objects.create(by="person 1", reason="x")
    with time_machine.travel(now() + timedelta(minutes=58), tick=True):
        tried(not_shown)
    stop.delete()
    with time_machine.travel(now() + timedelta(hours=1), tick=True):
        tried(not_shown)
        assert not_shown.ended == "open", said(not_shown)


def test_one_bad_look_in_each_ten_minutes_keeps_no_run_open_for_ever(not_shown: Run, portal: Cloud) -> None:
    for minutes in range(2, 60, 2):
        if minutes % 4:
            unread(portal, times=100)
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
            tried(not_shown)
        portal.faults.clear()
        if not_shown.closed_at:
            break
    assert (not_shown.ended, minutes > 16) == ("failed", True), (minutes, said(not_shown))
    failed = not_shown.steps.filter(state=Step.State.FAILED)
    assert {step.reason for step in failed} == {"waited_too_long"}
    assert all(step.facts["since"].endswith(" UTC") for step in failed)


def test_what_a_lost_answer_had_done_has_its_ten_minutes_too(run: Run, portal: Cloud) -> None:
    """However long it was waited for before."""
    unread(portal)
    written(run)
    portal.faults.clear()
    for policy in portal.store.all(seed.NORTHWIND, "assignmentPolicies"):
        short = {"type": "afterDuration", "duration": "P1D"}
        portal.store.put(seed.NORTHWIND, "assignmentPolicies", {**policy, "expiration": short})
    lost = {"state": Step.State.FAILED, "unclear": True, "waiting_since": now() - timedelta(hours=2)}
    assert run.steps.filter(kind="assignment_policy", state=Step.State.WRITTEN).update(**lost)
    for _ in range(2):
        tried(run)
    assert run.ended == "open", said(run)
    assert {step.state for step in run.steps.filter(kind="assignment_policy")} == {Step.State.WRITTEN}
