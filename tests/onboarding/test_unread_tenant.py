"""A tenant that cannot be read holds a run up: it says why, it can be stopped, and after an hour it ends."""

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
from onboarding.wizard import drafts
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import WriteStop
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import agreed_plan, writes
from tests.onboarding.wizarding import let_in, take_out


@pytest.fixture
def run(portal: Cloud, file: Callable[..., Path]) -> Run:
    """Begun, when the customer has thrown our reader out."""
    agreed_plan(file())
    started = runs.start(Plan.objects.get(), "command line")
    take_out(portal, seed.NORTHWIND, seed.READER)
    tried(started)
    return started


def tried(run: Run, times: int = 1) -> None:
    for _ in range(times):
        Run.objects.filter(pk=run.pk).update(not_before=now())
        if advance(run.pk) is None:
            break
    run.refresh_from_db()


def test_it_can_be_stopped(run: Run, portal: Cloud) -> None:
    runs.cancel(run, "command line")
    tried(run)
    assert (run.ended, writes(portal)) == ("cancelled", 0)
    assert set(run.steps.values_list("state", flat=True)) == {"cancelled"}


def test_after_an_hour_it_ends_and_says_what_could_not_be_read(run: Run, portal: Cloud) -> None:
    with time_machine.travel(now() + timedelta(minutes=50), tick=True):
        tried(run)
        assert run.ended == "open"
    with time_machine.travel(now() + timedelta(minutes=61), tick=True):
        tried(run)
    assert (run.ended, writes(portal)) == ("failed", 0)
    step = run.steps.first()
    assert step is not None and (step.state, step.reason) == (Step.State.FAILED, "never_read")
    assert "could not be read: Our reader app has not been let into" in step.facts["why"]


def test_a_read_in_between_begins_the_hour_anew(run: Run, portal: Cloud) -> None:
    let_in(portal, seed.NORTHWIND, seed.READER)
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    tried(run)
    assert (run.unread_since, run.unread) == (None, {})
    take_out(portal, seed.NORTHWIND, seed.READER)
    with time_machine.travel(now() + timedelta(minutes=61), tick=True):
        tried(run)
        assert run.ended == "open"


def test_every_page_of_the_run_says_why_it_waits_and_who_can_end_it(run: Run) -> None:
    alice = admin("Alice")
    drafts.of(run.tenant, "person 1")
    for address in ("/runs/", f"/tenants/northwind/runs/{run.pk}/", "/tenants/northwind/onboard/progress/"):
        text = alice.get(address, follow=True).content.decode()
        assert "could not be read" in text and "has not been let into" in text, address
        assert "A Global Administrator" in text, address


def test_hours_in_which_the_worker_was_off_do_not_count(run: Run) -> None:
    with time_machine.travel(now() + timedelta(hours=2), tick=True):
        assert advance(run.pk) is not None
        run.refresh_from_db()
        assert run.ended == "open"


def test_nor_do_those_in_which_all_writing_was_stopped(run: Run) -> None:
    stop = WriteStop.objects.create(by="person 1", reason="x")
    with time_machine.travel(now() + timedelta(hours=2), tick=True):
        tried(run)
        stop.delete()
        tried(run)
        assert run.ended == "open"
