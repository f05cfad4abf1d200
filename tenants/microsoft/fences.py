"""A write leaves only while the lease behind it is fresh.

A process can be stopped at any instant (SIGSTOP, a paused machine) and go on much later, when another worker
has taken its work over. So the last thing before the bytes of a write is a look at the clock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
READS = ("GET", "HEAD", "OPTIONS")
BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Stale(httpx.TransportError):
    """A write was about to leave although its lease may be somebody else's by now. Nothing was sent."""


class Fence:
    """Holds writes back when the lease was not renewed for so many seconds.

    A call takes no longer than that either, so it has ended before a lease of twice the time.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.since = tuple(-math.inf for _ in _clocks())

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Around the renewal: fresh from the moment it was asked for, where it was granted."""
        since = _clocks()
        yield
        self.since = since

    def is_fresh(self) -> bool:
        return max(now - then for now, then in zip(_clocks(), self.since, strict=True)) < self.seconds

    async def look(self, event: str, about: Any) -> None:
        """httpcore tells of each part of a call: connecting may take its time, but not what is then sent."""
        if ".send_request_" in event and event.endswith(".started"):
            self.check()

    def check(self) -> None:
        if not self.is_fresh():
            raise Stale("the lease was not renewed in time")


def _clocks() -> tuple[float, ...]:
    """A stopped process shows on the first, a machine that slept on the second or the third."""
    return time.monotonic(), time.clock_gettime(BOOT), time.time()


_fence: ContextVar[Fence | None] = ContextVar("fence", default=None)


async def behind(fence: Fence, work: Awaitable[T]) -> T:
    """Do it with all its writes held to that fence."""
    _fence.set(fence)
    return await work


def of(request: httpx.Request) -> Fence | None:
    return None if request.method in READS else _fence.get()


def longest(seconds: float, *, writing: bool) -> float:
    """How long a call may take."""
    fence = _fence.get()
    return min(seconds, fence.seconds) if writing and fence else seconds
