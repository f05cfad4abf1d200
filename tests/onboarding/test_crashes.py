"""A bug that strikes at every try ends the run after some tries, in words, with what was made still ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from access import progress
from onboarding import runs
from onboarding.models import OwnedObject, Plan, Run, Step
from onboarding.running import advance as advancing
from onboarding.running import checking, crashes
from onboarding.running.advance import advance
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.onboarding.conftest import agreed_plan
from tests.onboarding.test_leases import after


@pytest.fixture
def run(portal: Cloud, file: Callable[..., Path]) -> Run:
    """Half of it is written."""
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "a test")
    portal.faults.append(Fault("503", "POST", "/accessPackages$", times=1000, retry_after=None))
    assert advance(run.pk) is not None
    portal.faults.clear()
    return run


def crash(run: Run, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checking, "only_what_was_agreed", after(0, ZeroDivisionError(), _nothing))
        for _ in range(times):
            again(run)
            with pytest.raises(ZeroDivisionError):
                advance(run.pk)


def _nothing(*_: Any) -> None: ...


def again(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(not_before=now())
    run.steps.update(not_before=None)


def test_the_tenth_crash_in_a_row_ends_the_run_and_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = set(OwnedObject.objects.values_list("address", flat=True))
    crash(run, monkeypatch, crashes.MOST - 1)
    assert Run.objects.get().closed_at is None
    crash(run, monkeypatch, 1)
    run.refresh_from_db()
    assert (run.ended, run.owner, run.lease_until) == ("failed", "", None)
    failed = run.steps.filter(state=Step.State.FAILED, reason="worker_crashed").first()
    assert failed is not None
    words = progress.words_for(failed)
    assert (
        words is not None and "ZeroDivisionError" in words.what and words.who == "Whoever runs this portal."
    )
    assert set(OwnedObject.objects.values_list("address", flat=True)) == ours != set()
    assert advance(run.pk) is None


def test_one_turn_that_goes_well_begins_the_count_anew(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        crash(run, monkeypatch, crashes.MOST - 1)
        with monkeypatch.context() as patch:
            patch.setattr(advancing.WriteStop.objects, "exists", lambda: True)
            again(run)
            assert advance(run.pk) is not None
    assert Run.objects.get().closed_at is None


def test_a_worker_that_is_killed_at_every_try_ends_it_too(run: Run) -> None:
    """As by a time limit: nobody hears its last words."""
    step = run.steps.get(address="access_package/tier-1")
    for at in range(crashes.MOST):
        again(run)
        assert Run.objects.claim(run.pk, f"worker {at}")
        Run.objects.update(lease_until=now())
    run.steps.filter(pk=step.pk).update(state=Step.State.RUNNING, marker="0123456789abcdef")
    again(run)
    assert advance(run.pk) is None
    run.refresh_from_db()
    step.refresh_from_db()
    assert (run.ended, step.reason) == ("failed", "left_unclear")
    assert set(run.steps.filter(state=Step.State.FAILED).values_list("reason", flat=True)) == {
        "left_unclear",
        "worker_crashed",
    }
