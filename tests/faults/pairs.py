"""Two bad things in one run, at any of its calls: chosen by chance, and by the same chance each time.

A number names a case. The second thing often comes right after the first, where something is looked for,
asked again or taken up by another worker. They are played where calls leave the process, and by the sandbox.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress

import httpx
import pytest

from onboarding.running.advance import advance
from sandbox.faults import Fault
from tests.faults.bad_days import ending
from tests.faults.conftest import Case
from tests.faults.running import MOST_CLAIMS, let_time_pass
from tests.faults.state import final_state

OF_WRITES = ("cut before", "cut after", "late", "429", "503", "500 after", "killed before", "killed after")
OF_READS = ("cut before", "429", "503", "malformed", "killed before", "killed after")
SEND = httpx.AsyncHTTPTransport.handle_async_request
SOON = 6
"""So many calls after the first, half of the times."""


class Trouble:
    """What happens at which call of a run, counted over all of them."""

    def __init__(self, case: Case, number: int) -> None:
        self.cloud, self.chance, self.calls = case.cloud, random.Random(number), 0
        calls, bad = len(case.calls), self.chance.random
        first = self.chance.randrange(calls - 1)
        soon = min(first + 1 + self.chance.randrange(SOON), calls - 1)
        others = [each for each in range(calls) if each != first]
        self.at = {first, soon if bad() < 0.5 else self.chance.choice(others)}
        self.cloud.habits.lag = self.chance.choice((0, 3))
        self.cloud.habits.flap = self.chance.choice((False, True))
        self.met: list[str] = []

    async def send(self, there: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if not path.startswith("/v1.0/"):
            return await SEND(there, request)
        here, self.calls = self.calls, self.calls + 1
        if here not in self.at:
            return await SEND(there, request)
        what = self.chance.choice(OF_READS if request.method == "GET" else OF_WRITES)
        self.met.append(f"{what} at {request.method} {path}")
        if what == "killed before":
            await die()
        if what == "killed after":
            await SEND(there, request)
            await die()
        fault = Fault(what, request.method, f"^{re.escape(path)}$", retry_after=None)  # type: ignore[arg-type]
        self.cloud.faults.append(fault)
        return await SEND(there, request)


async def die() -> None:
    """With all that is under way on the loop, as when a process ends."""
    for task in asyncio.all_tasks():
        task.cancel()
    await asyncio.Event().wait()


@contextmanager
def trouble(case: Case, number: int) -> Iterator[Trouble]:
    made = Trouble(case, number)

    async def sent(there: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await made.send(there, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", sent)
        yield made


def two_bad_things(case: Case, number: int) -> None:
    """Carry the run to its end all the same, and compare with a good day."""
    with trouble(case, number) as met:
        claimed_to_its_end(case)
    told = (number, met.met, ending(case))
    assert case.run.ended == "verified", told
    assert not case.cloud.late, told
    assert final_state(case.cloud) == case.good, told
    assert len(met.met) == 2, ("not both were met", *told)
    assert not any(fault.times for fault in case.cloud.faults), ("one was met by no call", *told)


def claimed_to_its_end(case: Case) -> None:
    for _ in range(MOST_CLAIMS):
        with suppress(CancelledError):
            advance(case.run.pk)
        case.run.refresh_from_db()
        if case.run.closed_at is not None:
            return
        let_time_pass(case.run)
