"""Budgets: so many calls of one sort a tenant in a while, then 429 until there is room (facts 12.2, 16.7)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Callable

from sandbox.errors import GraphError
from sandbox.graph.calls import Call


@dataclasses.dataclass(frozen=True)
class Budget:
    habit: str
    """Which of the habits says how many; 0 is as many as one likes."""
    window: dt.timedelta
    counts: Callable[[Call], bool]
    says_when: bool = True
    """Conditional access leaves its callers to guess."""


BUDGETS = (
    Budget("writes", dt.timedelta(seconds=150), lambda call: call.method != "GET"),
    Budget("conditional", dt.timedelta(seconds=1), lambda call: "/conditionalAccess/" in call.path, False),
)


def check(call: Call) -> None:
    for budget in BUDGETS:
        limit = getattr(call.cloud.habits, budget.habit)
        if limit and budget.counts(call):
            _spend(call, budget, limit)


def _spend(call: Call, budget: Budget, limit: int) -> None:
    now, key = call.cloud.clock.now(), (call.tid, budget.habit)
    recent = [moment for moment in call.cloud.spent_on.get(key, []) if now - moment < budget.window]
    if len(recent) >= limit:
        wait = math.ceil((recent[0] + budget.window - now).total_seconds())
        says = {"Retry-After": str(wait)} if budget.says_when else {}
        raise GraphError(429, "TooManyRequests", "Too many requests.", headers=says)
    call.cloud.spent_on[key] = [*recent, now]
