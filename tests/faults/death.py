"""A worker that dies within one write, played in this process.

At the chosen moment everything under way on the graph's loop is cut off, as it is when a process ends: no
answer is heard, no row is saved, the claim is not given back. The real thing: test_real_worker.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

import pytest

from onboarding.kinds import KINDS
from onboarding.models import Run
from onboarding.running.advance import advance
from tests.faults.running import MOST_CLAIMS, let_time_pass


class Doomed:
    """A kind whose n-th write takes the process with it."""

    def __init__(self, kind: Any, moment: str, which: int) -> None:
        self.kind, self.moment, self.left = kind, moment, which
        self.died = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kind, name)

    async def create(self, *given: Any) -> Any:
        return await self.fatal(self.kind.create, *given)

    async def update(self, *given: Any) -> Any:
        return await self.fatal(self.kind.update, *given)

    async def restore(self, *given: Any) -> Any:
        return await self.fatal(self.kind.restore, *given)

    async def delete(self, *given: Any) -> Any:
        return await self.fatal(self.kind.delete, *given)

    async def fatal(self, write: Any, *given: Any) -> Any:
        mine, self.left = self.left == 0, self.left - 1
        if mine and self.moment == "before":
            await self.die()
        try:
            return await write(*given)
        finally:  # a write may have been sent although it ends in "later"
            if mine and self.moment == "after":
                await self.die()

    async def die(self) -> None:
        self.died = True
        for task in asyncio.all_tasks():
            task.cancel()
        await asyncio.Event().wait()

    def during(self, run: Run) -> None:
        """A worker claims the run, and again when it has waited, until it does not come back."""
        with pytest.raises(CancelledError):
            for _ in range(MOST_CLAIMS):
                advance(run.pk)
                let_time_pass(run)


@contextmanager
def dying(kind: str, moment: str, which: int) -> Iterator[Doomed]:
    doomed = Doomed(KINDS[kind], moment, which)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, kind, doomed)
        yield doomed
    assert doomed.died, "nobody died"
