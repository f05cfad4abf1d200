"""So many writes a tenant in two and a half minutes, then 429 until there is room (facts 12.2, 16.7)."""

from __future__ import annotations

import datetime as dt
import math

from sandbox.errors import GraphError
from sandbox.graph.calls import Call

WINDOW = dt.timedelta(seconds=150)


def check(call: Call) -> None:
    limit, now = call.cloud.habits.writes, call.cloud.clock.now()
    if not limit or call.method == "GET":
        return
    recent = [moment for moment in call.cloud.written.get(call.tid, []) if now - moment < WINDOW]
    if len(recent) >= limit:
        wait = math.ceil((recent[0] + WINDOW - now).total_seconds())
        raise GraphError(429, "TooManyRequests", "Too many requests.", headers={"Retry-After": str(wait)})
    call.cloud.written[call.tid] = [*recent, now]
