"""A worker that stops for whatever reason gives its run back, and keeps what a person asked meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding import runs
from onboarding.agreeing import agreements
from onboarding.models import OwnedObject, Plan, Run
from onboarding.running import advance as advancing
from onboarding.running import outcomes
from onboarding.running.advance import advance
from sandbox.cloud import Cloud
from tests.onboarding.conftest import agreed_plan, writes


@pytest.fixture
def run(portal: Cloud, file: Callable[..., Path]) -> Run:
    """Agreed to and started, with nothing written yet."""
    agreed_plan(file())
    return runs.start(Plan.objects.get(), "a test")


def after(calls: int, error: Exception, work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work, until it has been done that often."""
    left = iter(range(calls))

    def one(*given: Any) -> Any:
        if next(left, None) is None:
            raise error
        return work(*given)

    return one


def test_an_agreement_that_ends_during_the_run_closes_it_and_keeps_what_was_written(
    portal: Cloud, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = agreements.NotAgreed("plan_changed", id="changed under way")
    monkeypatch.setattr(agreements, "check", after(3, refused, agreements.check))
    assert advance(run.pk) is None
    run.refresh_from_db()
    assert (run.ended, run.lease_until, run.owner) == ("failed", None, "")
    assert writes(portal) == OwnedObject.objects.count() > 1
    ends = set(run.steps.values_list("state", "reason"))
    assert ("failed", "plan_changed") in ends
    assert ends <= {("failed", "plan_changed"), ("written", ""), ("verified", "")}


def test_a_bug_gives_the_run_back_for_later(portal: Cloud, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "carry_out", after(0, ZeroDivisionError(), advancing.carry_out))
    with pytest.raises(ZeroDivisionError):
        advance(run.pk)
    run.refresh_from_db()
    assert (run.lease_until, run.owner, run.closed_at) == (None, "", None)
    assert run.not_before > now() + timedelta(seconds=10)
    assert writes(portal) == 0


@pytest.mark.parametrize("ask", [runs.cancel, runs.resume])
def test_what_a_person_asks_for_while_a_worker_holds_the_run_is_not_put_off(
    run: Run, ask: Callable[[Run, str], None]
) -> None:
    assert Run.objects.claim(run.pk, "me")
    held = Run.objects.get()
    ask(Run.objects.get(), "a person")
    assert outcomes.let_go(held, "me", 300) == 0
    run.refresh_from_db()
    assert run.not_before <= now() and run.lease_until is None


def test_a_bell_that_rings_before_the_time_is_up_starts_nothing(portal: Cloud, run: Run) -> None:
    Run.objects.update(not_before=now() + timedelta(seconds=60))
    portal.calls.clear()
    assert advance(run.pk) is None
    run.refresh_from_db()
    assert (portal.calls, run.claims, run.owner) == ([], 0, "")


def test_a_run_let_go_waits_as_long_as_was_said(run: Run) -> None:
    assert Run.objects.claim(run.pk, "me")
    assert outcomes.let_go(Run.objects.get(), "me", 300) == 300
    run.refresh_from_db()
    assert run.not_before > now() + timedelta(seconds=200) and run.lease_until is None
