"""A run does at once what may be done at once: the most urgent first, one write at a time into each queue."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from onboarding import runs
from onboarding.agreeing import agreements
from onboarding.models import Attempt, Plan, Run, Step
from onboarding.running import order
from onboarding.running.advance import advance
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.bench import timeline
from tests.onboarding.clicking import carry_out
from tests.onboarding.conftest import agreed_plan

WRITES = {"POST", "PATCH"}


@pytest.fixture
def run(portal: Cloud, file: Callable[..., Path]) -> Run:
    """Agreed to and started, with nothing written yet."""
    portal.habits.page_size = 100
    agreed_plan(file())
    portal.calls.clear()
    return runs.start(Plan.objects.get(), "a test")


def ended(run: Run) -> str:
    assert advance(run.pk) is None
    run.refresh_from_db()
    return run.ended


def to_the_end(run: Run) -> None:
    """Waits are left out."""
    carry_out()
    run.refresh_from_db()
    assert run.ended == "verified"


def calls(box: Cloud, method: str, end: str) -> list[int]:
    """At which places among all calls such a call was."""
    graph = [call for call in box.calls if call.path.startswith("/v1.0/")]
    return [at for at, call in enumerate(graph) if call.method == method and call.path.endswith(end)]


def test_on_a_good_day_each_object_is_written_with_one_call(portal: Cloud, run: Run) -> None:
    assert ended(run) == "verified"
    assert sum(call.method in WRITES for call in portal.calls if "/v1.0/" in call.path) == run.steps.count()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first call: a client keeps the patience it was made with."""
    monkeypatch.setattr("tenants.microsoft.transport.TIMEOUT", httpx.Timeout(2))


def test_the_next_write_into_the_catalog_does_not_wait_for_the_id_of_the_one_before(
    impatient: None, portal: Cloud, run: Run
) -> None:
    """The id is read where the answer did not tell it; a read is no write."""
    portal.faults.append(Fault("hang", "GET", "/catalogs/[^/]+/resources$"))
    to_the_end(run)
    adding = Attempt.objects.filter(step__kind="catalog_resource").order_by("started_at")
    assert adding[1].started_at < (adding[0].ended_at or adding[0].started_at)


def test_writes_into_one_catalog_never_overlap(portal: Cloud, run: Run) -> None:
    """Entitlement management fails parallel ones (facts/peers.md 8)."""
    portal.habits.latency = 0.02
    with timeline.watched() as flights:
        to_the_end(run)
    into = [f for f in flights if re.fullmatch("POST .*/(resourceRequests|accessPackages)", f.call)]
    assert len(into) == 6
    assert all(one.ended <= other.began for one, other in itertools.pairwise(into))


def test_what_has_most_behind_it_comes_first(run: Run) -> None:
    steps = list(run.steps.all())
    for step in steps:
        if step.kind in ("group", "catalog"):
            step.state = Step.State.WRITTEN
    kinds = [step.kind for step in order.ready(steps)]
    assert kinds[:3] == ["catalog_resource"] * 3
    assert kinds[3:6] == ["access_package"] * 3


def test_a_step_is_green_only_after_its_object_was_read(portal: Cloud, run: Run) -> None:
    """Read-backs begin while others are written; none of them is left out for it."""
    portal.faults.append(Fault("503", "GET", "/assignmentPolicies/[^/]+$", times=1000))
    assert advance(run.pk) is not None
    states = dict(run.steps.values_list("address", "state"))
    unread = {address for address, state in states.items() if state != "verified"}
    assert unread == {address for address in states if address.startswith("assignment_policy/")}
    assert {states[address] for address in unread} == {"written"}
    portal.faults.clear()
    Run.objects.update(not_before=run.opened_at)
    assert ended(run) == "verified"


def test_what_differs_right_after_it_was_written_is_read_again_at_the_end(portal: Cloud, run: Run) -> None:
    portal.habits.lag = 3
    to_the_end(run)


def test_the_rows_that_are_carried_out_are_the_rows_that_were_checked(
    portal: Cloud, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row changed between its reading and its check would be carried out as it was, or not at all."""
    first = agreements.check

    def changed_before(run: Run, steps: list[Step] | None = None) -> None:
        for step in steps or ():
            step.spec = {**step.spec, "displayName": "Somebody else's"}
        first(run, steps)

    monkeypatch.setattr(agreements, "check", changed_before)
    assert advance(run.pk) is None
    assert set(run.steps.values_list("state", "reason")) == {("failed", "plan_changed")}
    assert not calls(portal, "POST", "/catalogs")
