"""A hundred customers onboarded by one worker process, and how soon it picks a run up."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from onboarding.models import Run
from onboarding.tasks import ring
from tests.bench import box, worker
from tests.faults.running import drafted, started

PICKED_UP = 5
"""Runs whose pick-up is timed one by one; the worker has nothing else to do then."""

CUSTOMER = """
name = "Northwind {number}"
domain = "{domain}.example"
[approvers]
emails = ["carla@{domain}.example", "deniz@{domain}.example"]
[agreement]
by = "carla@{domain}.example"
reference = "contract 2026-{number}"
"""


def measured(sandbox: box.Box, room: Path, latency: float) -> dict[str, Any]:
    """All runs are agreed and waiting; the clock starts with the first bell and ends with the last run."""
    runs = [started(drafted(_file(room, number))) for number in range(sandbox.customers)]
    sandbox.takes(latency)
    with worker.Worker(settings.CELERY_BROKER_URL, room) as at_work:
        waits = [_picked_up(run) for run in runs[:PICKED_UP]]
        found = _all_at_once(at_work, runs[PICKED_UP:])
        found |= {"peak_memory_mb": at_work.peak_megabytes(), "peak_memory_goal": 200}
    sandbox.takes(0.0)
    return {"pick_up_seconds": _told(waits), "customers": found}


def _file(room: Path, number: int) -> Path:
    file = room / f"{number}.toml"
    file.write_text(CUSTOMER.format(number=number, domain=box.domain(number)))
    return file


def _picked_up(run: Run) -> float:
    """Seconds from the bell to the claim."""
    began = time.perf_counter()
    ring(run.pk)
    worker.until(lambda: Run.objects.filter(pk=run.pk, claims__gt=0).exists(), 60, 0.002)
    seconds = time.perf_counter() - began
    worker.until(lambda: not _open([run]), 120)
    return seconds


def _all_at_once(at_work: worker.Worker, runs: list[Run]) -> dict[str, Any]:
    cpu, began = at_work.cpu_seconds(), time.perf_counter()
    for run in runs:
        ring(run.pk)
    worker.until(lambda: not _open(runs), 1200)
    seconds, cpu = time.perf_counter() - began, at_work.cpu_seconds() - cpu
    if any(run.ended != "verified" for run in Run.objects.filter(pk__in=[run.pk for run in runs])):
        raise SystemExit("a run of the benchmark did not end verified; its numbers mean nothing")
    return {
        "how_many": len(runs),
        "pool": " ".join(at_work.child.command[at_work.child.command.index("--pool") :][:4]),
        "a_minute": round(len(runs) / seconds * 60, 1),
        "cpu_seconds_each": round(cpu / len(runs), 2),
    }


def _open(runs: list[Run]) -> bool:
    return Run.objects.open().filter(pk__in=[run.pk for run in runs]).exists()


def _told(waits: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(waits), 3), "longest": round(max(waits), 3)}
