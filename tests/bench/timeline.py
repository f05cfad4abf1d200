"""When each call of an onboarding began and ended, and when nothing was under way: where the time goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from tenants.microsoft import transport

LONG = "/v1.0/identityGovernance/entitlementManagement"
NOTHING = 0.005
"""Seconds without a call that are worth a line."""


@dataclass
class Flight:
    call: str
    began: float
    ended: float = 0.0


@contextmanager
def watched() -> Iterator[list[Flight]]:
    """Every call that leaves while this is open, by the clock of this process."""
    flights: list[Flight] = []
    send = transport.Guarded.handle_async_request

    async def noted(self: transport.Guarded, request: httpx.Request) -> httpx.Response:
        flights.append(Flight(f"{request.method} {request.url.path}", time.perf_counter()))
        mine = flights[-1]
        try:
            return await send(self, request)
        finally:
            mine.ended = time.perf_counter()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport.Guarded, "handle_async_request", noted)
        yield flights


def lines(flights: list[Flight], began: float, ended: float) -> Iterator[str]:
    """A line a call, and one for each gap: from, took (in milliseconds), what."""
    busy_until = began
    for flight in sorted(flights, key=lambda each: each.began):
        if flight.began - busy_until > NOTHING:
            yield _line(busy_until - began, flight.began - busy_until, "-- nothing under way")
        yield _line(flight.began - began, flight.ended - flight.began, flight.call)
        busy_until = max(busy_until, flight.ended)
    yield _line(busy_until - began, ended - busy_until, "-- to the end")


def idle(flights: list[Flight], began: float, ended: float) -> float:
    """Seconds in which we waited for nobody but ourselves."""
    busy_until, alone = began, 0.0
    for flight in sorted(flights, key=lambda each: each.began):
        alone += max(0.0, flight.began - busy_until)
        busy_until = max(busy_until, flight.ended)
    return alone + ended - busy_until


def _line(at: float, took: float, what: str) -> str:
    return f"{at * 1000:7.0f} {took * 1000:6.0f}  {what.replace(LONG, '…')}"


def in_a_row(flights: list[Flight]) -> list[str]:
    """The calls that were really waited for, one after the other: back from the last one, each time the call
    that ended last before this one began. Their number does not depend on how busy the machine is.
    """
    row = [max(flights, key=lambda each: each.ended)]
    while earlier := [each for each in flights if each.ended <= row[0].began]:
        row.insert(0, max(earlier, key=lambda each: each.ended))
    return [flight.call for flight in row]
