"""The write-stop's switch: by whom and why it was stopped, in every customer's record, and lifted again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding import runs
from onboarding.management import whose
from onboarding.models import Plan, Run
from onboarding.running.advance import advance
from sandbox.cloud import Cloud
from tenants import ledger, stopping
from tenants.models import Customer, LedgerEntry, WriteStop
from tests.cast import Cast, assemble
from tests.onboarding.conftest import agreed_plan, manage, writes

REASON = "the key of the set-up app may be lost"


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def entries(verb: str) -> list[tuple[str, str, Any]]:
    found = LedgerEntry.objects.filter(verb=verb).order_by("customer__slug")
    return list(found.values_list("customer__slug", "actor", "facts"))


def slugs() -> list[str]:
    return sorted(Customer.objects.values_list("slug", flat=True))


def test_a_stop_says_by_whom_and_why_in_the_record_of_every_customer(cast: Cast) -> None:
    status, said = manage("stop_writing", REASON)
    row = WriteStop.objects.get()
    assert (status, said["stopped"], said["fresh"]) == (0, True, True)
    assert (row.reason, row.by) == (REASON, whose.by_whom()) and row.by.startswith("command line, ")
    assert entries(stopping.STOPPED) == [(slug, row.by, {"why": REASON}) for slug in slugs()] != []
    assert not any(ledger.verify(customer) for customer in Customer.objects.all())


def test_stopped_twice_it_is_stopped_once_and_the_first_reason_stands(cast: Cast) -> None:
    manage("stop_writing", REASON)
    status, said = manage("stop_writing", "another reason")
    assert (status, said["fresh"], said["reason"]) == (0, False, REASON)
    assert WriteStop.objects.count() == 1 and len(entries(stopping.STOPPED)) == len(slugs())


def test_it_holds_even_where_the_record_cannot_be_written_and_said_again_it_is_recorded(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(ledger, "_append", lambda *given: 1 / 0)
        stopping.stop(REASON, "a test")
    assert stopping.standing() and entries(stopping.STOPPED) == []
    manage("stop_writing", REASON)
    assert [slug for slug, *_ in entries(stopping.STOPPED)] == slugs()


def test_lifted_it_is_gone_and_every_record_says_who_lifted_what(cast: Cast) -> None:
    manage("stop_writing", REASON)
    row = WriteStop.objects.get()
    status, said = manage("stop_writing", "the key was changed", "--lift")
    assert (status, said["stopped"], said["lifted"]) == (0, False, True) and stopping.standing() is None
    facts = {"since": row.since.isoformat(), "stopped_by": row.by, "why": "the key was changed"}
    assert entries(stopping.LIFTED) == [(slug, whose.by_whom(), facts) for slug in slugs()]


def test_a_later_stop_is_recorded_anew(cast: Cast) -> None:
    for reason in ("first", "second"):
        manage("stop_writing", reason)
        manage("stop_writing", "--lift")
    assert len(entries(stopping.STOPPED)) == len(entries(stopping.LIFTED)) == 2 * len(slugs())


def test_lifting_what_does_not_stand_says_so_and_records_nothing(cast: Cast) -> None:
    assert manage("stop_writing", "--lift") == (0, {"stopped": False, "lifted": False, "status": 0})
    assert entries(stopping.LIFTED) == []


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 201, "client_secret=1"])
def test_without_a_reason_that_can_be_kept_nothing_is_stopped(cast: Cast, reason: str) -> None:
    status, said = manage("stop_writing", reason)
    assert (status, said["refused"]) == (1, "wrong_input") and said["what"].startswith("REASON ")
    assert stopping.standing() is None and entries(stopping.STOPPED) == []


def test_a_run_waits_while_it_stands_and_goes_on_when_it_is_lifted(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """Who waits for the run on the command line is told, and not left waiting."""
    agreed_plan(file())
    manage("stop_writing", REASON)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["refused"]) == (3, "write_stop") and "stop_writing --lift" in said["next"]
    run = Run.objects.get()
    assert writes(portal) == 0 and run.closed_at is None and run.plan == Plan.objects.get()
    manage("stop_writing", "--lift")
    for _ in range(60):
        Run.objects.update(not_before=now())
        run.steps.filter(state__in=runs.OPEN_STATES).update(not_before=None)
        if advance(run.pk) is None:
            break
    run.refresh_from_db()
    assert run.ended == "verified" and writes(portal) > 0
