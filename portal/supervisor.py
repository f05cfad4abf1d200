"""Keep a few processes running from one command, and leave none behind.

Every child leads its own process group. A child that dies is started again, later each time it dies soon.
On Linux the kernel ends the children when we are killed; elsewhere only an ordinary end does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TICK_SECONDS = 0.2
KIND_SECONDS = 6.0
"""How long a child may take to end by itself; all must be gone within 10."""
STEADY_SECONDS = 30.0
LONGEST_PAUSE = 30.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Stopped(Exception):
    """We were told to stop."""


@dataclass
class Child:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None = None
    """Where its output goes; None: where ours goes."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        self.started = time.monotonic()
        output = self._output()
        self.process = subprocess.Popen(  # noqa: S603  our own command lines
            list(self.command),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output and subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),
        )
        if output:
            output.close()

    def _output(self) -> IO[bytes] | None:
        return self.log.open("ab") if self.log else None

    def dead(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def died(self) -> float:
        """Note a death; gives the pause before the next start."""
        self.signal_group(signal.SIGKILL)  # what it left behind, such as the worker's own beat
        self.process = None
        steady = time.monotonic() - self.started > STEADY_SECONDS
        self.deaths = 1 if steady else self.deaths + 1
        pause = min(2.0 ** (self.deaths - 1), LONGEST_PAUSE)
        self.due = time.monotonic() + pause
        return pause

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()


def die_with(parent: int) -> Callable[[], None] | None:
    """What a new child does first: ask the kernel for SIGTERM when its parent dies."""
    if LIBC is None:
        return None

    def ask() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


class Supervisor:
    """`with Supervisor(say) as up: up.add(child); up.forever()`. Leaving it ends every child."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.children: list[Child] = []
        self.told = False

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told)
        return self

    def __exit__(self, *_: object) -> None:
        end(self.children)

    def _told(self, *_: object) -> None:
        self.told = True

    def add(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    def tick(self) -> None:
        """Look after everybody once. Raises Stopped when we were told to."""
        if self.told:
            raise Stopped
        for child in self.children:
            if child.process is not None and child.dead():
                self._mourn(child, child.process.returncode)
            elif child.process is None and time.monotonic() >= child.due:
                child.start()
        time.sleep(TICK_SECONDS)

    def _mourn(self, child: Child, status: int) -> None:
        where = f"; see {child.log}" if child.log else ""
        self.say(f"{child.name} ended with {status}; starting it again in {child.died():.0f} s{where}")

    def forever(self) -> None:
        while True:
            self.tick()

    def until(self, met: Callable[[], bool], seconds: float) -> bool:
        """Look after everybody until it is met; False when the time is over."""
        deadline = time.monotonic() + seconds
        while not met():
            if time.monotonic() > deadline:
                return False
            self.tick()
        return True

    def run(self, job: Child) -> int:
        """One command to its end, while the others are looked after."""
        job.start()
        try:
            while job.dead() is False:
                self.tick()
        finally:
            end([job])
        return job.process.returncode if job.process else 1


def end(children: Sequence[Child]) -> None:
    """Ask all but the first and wait for them together, then ask the first; then no longer ask.

    To the first the others speak: without it a worker could not end what it is about to do.
    """
    deadline = time.monotonic() + KIND_SECONDS
    for wave in (children[1:], children[:1]):
        for child in wave:
            child.ask_to_end()
        while any(not child.dead() for child in wave) and time.monotonic() < deadline:
            time.sleep(0.05)
    for child in children:
        child.signal_group(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
