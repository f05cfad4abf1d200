"""One real Celery worker, as `manage.py up` starts it: its processor time and memory, seen from outside."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from django.conf import settings

from portal import processes
from tests.faults import worker as faults

TICKS = os.sysconf("SC_CLK_TCK")


class Worker:
    """`with Worker(broker, room) as worker:`; ready when it answers nothing yet but waits for messages."""

    def __init__(self, broker: str, room: Path) -> None:
        self.log = room / "worker.log"
        asked = faults.environment(broker, "bench-", room) | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "RUN_LEASE_SECONDS": "120",
            "SWEEP_SECONDS": "30",
        }
        self.child = processes.worker(asked, room / "beat")

    def __enter__(self) -> Worker:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.child.command, "--loglevel", "INFO"],
                env=dict(self.child.environment),
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=log,
            )
        until(lambda: " ready." in self.log.read_text(), 60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(30)

    def cpu_seconds(self) -> float:
        """Its own and that of what it started, beat."""
        return sum(_ticks(pid) for pid in self._family()) / TICKS

    def peak_megabytes(self) -> int:
        """The largest it ever was in memory, without beat, which is a process of its own."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024

    def _family(self) -> list[int]:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def until(done: Callable[[], bool], seconds: float, every: float = 0.05) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise SystemExit("the benchmark waited in vain")
        time.sleep(every)
