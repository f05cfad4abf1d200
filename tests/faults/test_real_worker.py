"""A real worker, killed ten times on each broker in the middle of its writes, and what becomes of the run.

Every kill is SIGKILL to the whole process group: nothing is saved, nothing is given back, its message is not
acknowledged. The next worker finds the run by the sweep once the lease is over.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.db import transaction
from kombu import Connection

from onboarding import tasks
from onboarding.models import Run
from sandbox import seed
from sandbox.cloud import Cloud
from tests import services
from tests.faults.running import carried_to_its_end, drafted, started
from tests.faults.state import State, final_state, restore
from tests.faults.worker import Worker, environment
from tests.onboarding.conftest import writes
from tests.onboarding.test_canary import hold_nothing, keys

PATIENCE = 60.0
MOMENTS = ((1, 1, 1, 1, 1), (2, 1, 3, 1, 2))
"""Writes that a worker which holds the run has sent when it dies; five deaths of one run, twice."""


def until(what: str, came_true: Callable[[], bool]) -> None:
    """Look until it is so; a deadline, not a hope."""
    tick, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not came_true():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE:g} s"
        tick.wait(0.005)


@pytest.fixture
def embedded(tmp_path: Path) -> str:
    return f"sqla+sqlite:///{tmp_path}/broker.sqlite3"


@pytest.fixture
def prefix() -> Iterator[str]:
    """Our own corner of Redis, emptied afterwards."""
    if not services.redis():
        assert not services.required(), "Redis does not answer and REQUIRE_SERVICES=1"
        yield ""
        return
    mine = f"gatehouse-tests-{uuid.uuid4().hex}-"
    yield mine
    with redis.Redis.from_url(services.REDIS) as there:
        for key in there.scan_iter(f"{mine}*"):
            there.delete(key)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moments", MOMENTS, ids=str)
def test_killed_on_the_embedded_broker(
    portal: Cloud, file: Callable[..., Path], tmp_path: Path, embedded: str, moments: tuple[int, ...]
) -> None:
    survive(portal, file(), moments, environment(embedded, "", tmp_path), "threads", tmp_path)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moments", MOMENTS, ids=str)
def test_killed_on_redis(
    portal: Cloud, file: Callable[..., Path], tmp_path: Path, prefix: str, moments: tuple[int, ...]
) -> None:
    if not prefix:
        print("NOT RUN: ten kills on Redis, which does not answer")
        return
    survive(portal, file(), moments, environment(services.REDIS, prefix, tmp_path), "prefork", tmp_path)


def survive(
    cloud: Cloud, file: Path, moments: tuple[int, ...], env: dict[str, str], pool: str, room: Path
) -> None:
    """Kill at each moment, let the last worker finish, compare with a run that nobody disturbed."""
    good = undisturbed(cloud, file)
    run = started(drafted(file))
    ring(run, env)
    cloud.calls.clear()
    cloud.habits.latency = 0.05
    for moment in moments:
        with Worker(env, pool, room / "worker.log") as worker:
            held_and_writing(cloud, run, moment)
            worker.kill()
        run.refresh_from_db()
        assert run.closed_at is None, f"it had ended before the kill at write {moment} of claim {run.claims}"
    with Worker(env, pool, room / "worker.log"):
        until("the end of the run", lambda: Run.objects.filter(pk=run.pk).exclude(closed_at=None).exists())
    run.refresh_from_db()
    assert (run.ended, run.claims > len(moments)) == ("verified", True), list(map(str, run.steps.all()))
    assert final_state(cloud) == good
    said = (room / "worker.log").read_text()
    assert "onboarding.advance" in said
    hold_nothing({"what the workers said": said}, keys(room))


def held_and_writing(cloud: Cloud, run: Run, moment: int) -> None:
    """This worker has claimed the run and sent so many writes: what an earlier one sent does not count."""
    until("a claim", lambda: Run.objects.filter(pk=run.pk, claims__gt=run.claims).exists())
    sent = writes(cloud)
    until(f"write {moment} of a claim", lambda: writes(cloud) >= sent + moment)


def undisturbed(cloud: Cloud, file: Path) -> State:
    """How the tenant looks after a good day; then all of it is taken back."""
    before = cloud.store.snapshot(seed.NORTHWIND)
    with transaction.atomic():
        assert carried_to_its_end(started(drafted(file))).ended == "verified"
        transaction.set_rollback(True)
    good = final_state(cloud)
    restore(cloud, before)
    return good


def ring(run: Run, env: dict[str, str]) -> None:
    options = {"global_keyprefix": env["KEY_PREFIX"]} if env["KEY_PREFIX"] else {}
    with Connection(env["CELERY_BROKER_URL"], transport_options=options) as broker:
        tasks.advance.apply_async([run.pk], connection=broker)
