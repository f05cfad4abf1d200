"""A worker that stands still for longer than its lease, between its intent and its write, writes no more.

Another one has taken the run over meanwhile, has looked for the mark in vain and has written by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.utils.timezone import now
from kiota_abstractions.method import Method

from onboarding.kinds.calls import send
from onboarding.models import Run, Step
from onboarding.running import outcomes
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.microsoft import apps, bridge, clouds, fences, graph
from tenants.microsoft.errors import Later
from tenants.models import LedgerEntry
from tests.faults.death import dying
from tests.faults.running import carried_to_its_end, drafted, let_time_pass, started
from tests.faults.state import final_state
from tests.faults.test_real_worker import embedded, ring, undisturbed, until  # noqa: F401
from tests.faults.worker import Worker, environment
from tests.onboarding.conftest import writes

TWIN = "0f000000-0000-4000-8000-00000000000f"
READY_AT_FIRST = 5
NO_ANSWER = "a write has no answer"


class Door(Fault):
    """Holds whoever comes by for the second token, the one to write with, until it is let through."""

    def __init__(self) -> None:
        super().__init__("503", "POST", "/oauth2/v2.0/token$", skip=1)
        self.knocked, self.opened = threading.Event(), threading.Event()

    def fits(self, method: str, path: str) -> bool:
        if super().fits(method, path) and not self.knocked.is_set():
            self.skip -= 1
            if self.skip < 0:
                self.knocked.set()
                self.opened.wait(60)
        return False


@pytest.mark.django_db(transaction=True)
def test_stopped_between_intent_and_write_it_writes_nothing_when_it_goes_on(
    portal: Cloud,
    file: Callable[..., Path],
    tmp_path: Path,
    embedded: str,  # noqa: F811
) -> None:
    good = undisturbed(portal, file())
    run = started(drafted(file()))
    env = environment(embedded, "", tmp_path) | {"SWEEP_SECONDS": "600"}
    ring(run, env)
    portal.calls.clear()
    with Worker(env, "threads", tmp_path / "worker.log") as worker:
        door = Door()
        portal.faults.append(door)
        # All of its intents are saved then: stopped within a transaction it would only lock the others out.
        until("its intents", lambda: run.steps.filter(state=Step.State.RUNNING).count() == READY_AT_FIRST)
        until("its knock", door.knocked.is_set)
        worker.stop()
        door.opened.set()
        assert writes(portal) == 0
        until("the end of its lease", lambda: Run.objects.filter(pk=run.pk, lease_until__lt=now()).exists())
        assert carried_to_its_end(run).ended == "verified"
        written = writes(portal)
        with transaction.atomic():
            Run.objects.filter(pk=run.pk).update(
                owner=""
            )  # a slow database: nobody hears yet whose run it is
            worker.go_on()
            until("its next step", lambda: writes(portal) > written or worker.said(NO_ANSWER))
        until(
            "the end of its task", lambda: worker.said("onboarding.advance") and worker.said("succeeded in")
        )
    assert (writes(portal), final_state(portal)) == (written, good)
    assert not LedgerEntry.objects.filter(verb=outcomes.TOO_LATE).exists()


def test_what_it_had_sent_before_is_found_by_its_mark_and_named(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """Slipped through all the same, it is a second object: the run is not green while it is there."""
    run = started(drafted(file()))
    with dying("catalog", "after", 0) as died:
        died.during(run)
    let_time_pass(run)
    [made] = portal.store.all(seed.NORTHWIND, "catalogs")
    portal.store.put(seed.NORTHWIND, "catalogs", {**made, "id": TWIN})
    assert carried_to_its_end(run).ended == "failed"
    [failed] = run.steps.filter(state=Step.State.FAILED)
    mine = run.tenant.owned.get(address="catalog/mssp").remote_id
    assert (failed.address, failed.reason) == ("catalog/mssp", "strange")
    assert {made["id"], TWIN} - {mine} == {failed.facts["why"].rpartition(" ")[2]}


class Ageing(fences.Fence):
    """Fresh when it is asked first, and no more once the call has begun to connect."""

    asked = 0

    def is_fresh(self) -> bool:
        self.asked += 1
        return self.asked == 1


def test_a_lease_that_ends_while_a_write_is_connecting_holds_it_back(portal: Cloud) -> None:
    there = graph.graph(clouds.current(), apps.setup(), seed.NORTHWIND)
    writing = there.write(send(Method.POST, there.client.groups), {"displayName": "Tier 1"})
    with pytest.raises(Later) as later:
        bridge.run(fences.behind(Ageing(60), writing), 10)
    assert (writes(portal), later.value.maybe_done) == (0, False)
