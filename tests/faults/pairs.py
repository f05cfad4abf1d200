"""Two bad things in one run, at any of its calls: chosen by chance, and by the same chance each time.

A number names a case. The second thing often comes right after the first, where something is looked for,
asked again or taken up by another worker.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from kiota_abstractions.request_information import RequestInformation

from onboarding.running.advance import advance
from sandbox.faults import Fault
from tenants.microsoft.graph import Graph, is_write
from tests.faults.bad_days import ending
from tests.faults.conftest import Case
from tests.faults.running import MOST_CLAIMS, let_time_pass
from tests.faults.state import final_state

OF_WRITES = ("cut before", "cut after", "late", "429", "503", "500 after", "killed before", "killed after")
OF_READS = ("cut before", "429", "503", "malformed", "killed before", "killed after")
SOON = 6
"""So many calls after the first, half of the times."""


class Trouble:
    """What happens at which call of a run, counted over all of them."""

    def __init__(self, case: Case, number: int) -> None:
        self.cloud, self.chance, self.calls = case.cloud, random.Random(number), 0
        calls, bad = len(case.calls), self.chance.random
        first = self.chance.randrange(calls)
        soon = first + 1 + self.chance.randrange(SOON)
        self.at = {first, soon if bad() < 0.5 else self.chance.randrange(calls)}
        self.cloud.habits.lag = self.chance.choice((0, 3))
        self.cloud.habits.flap = self.chance.choice((False, True))
        self.met: list[str] = []

    async def send(self, graph: Graph, request: RequestInformation, send: Any) -> Any:
        here, self.calls = self.calls, self.calls + 1
        if here not in self.at:
            return await send(graph, request)
        what = self.chance.choice(OF_WRITES if is_write(request) else OF_READS)
        method, path = request.http_method.value, unquote(urlsplit(request.url).path)  # type: ignore[union-attr]
        self.met.append(f"{what} at {method} {path}")
        if what == "killed before":
            await die()
        if what == "killed after":
            await send(graph, request)
            await die()
        self.cloud.faults.append(Fault(what, method, f"^{re.escape(path)}$", retry_after=None))  # type: ignore[arg-type]
        return await send(graph, request)


async def die() -> None:
    """With all that is under way on the loop, as when a process ends."""
    for task in asyncio.all_tasks():
        task.cancel()
    await asyncio.Event().wait()


@contextmanager
def trouble(case: Case, number: int) -> Iterator[Trouble]:
    made, send = Trouble(case, number), Graph._send

    async def sent(graph: Graph, request: RequestInformation) -> Any:
        return await made.send(graph, request, send)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Graph, "_send", sent)
        yield made


def two_bad_things(case: Case, number: int) -> None:
    """Carry the run to its end all the same, and compare with a good day."""
    with trouble(case, number) as met:
        claimed_to_its_end(case)
    told = (number, met.met, ending(case))
    assert case.run.ended == "verified", told
    assert not case.cloud.late, told
    assert final_state(case.cloud) == case.good, told


def claimed_to_its_end(case: Case) -> None:
    for _ in range(MOST_CLAIMS):
        with suppress(CancelledError):
            advance(case.run.pk)
        case.run.refresh_from_db()
        if case.run.closed_at is not None:
            return
        let_time_pass(case.run)
