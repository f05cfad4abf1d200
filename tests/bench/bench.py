"""`make bench`: how long an onboarding and a verify take when every call takes 100 ms. Prints JSON.

A warm process: both apps' tokens are held and connections are open. The clock starts with the claim. The same
is done at 300 ms a call, too: what grows with the latency is round trips, what does not is our own work.
The sandbox is a process of its own. `--timeline` prints every call of one onboarding instead.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOM = Path(tempfile.mkdtemp(prefix="gatehouse-bench-"))
os.environ["DATABASE_URL"] = f"sqlite:///{ROOM}/bench.sqlite3"
os.environ["CELERY_BROKER_URL"] = f"sqla+sqlite:///{ROOM}/broker.sqlite3"
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import override_settings  # noqa: E402

from onboarding.models import Onboarding, Plan  # noqa: E402
from tests.bench import hundred, timeline, ways  # noqa: E402
from tests.bench.box import Box  # noqa: E402
from tests.bench.chain import longest, queued  # noqa: E402
from tests.bench.ended import ended_well, in_order  # noqa: E402
from tests.faults.running import drafted, pointed_at, started  # noqa: E402
from tests.onboarding.conftest import NORTHWIND  # noqa: E402

QUICK, SLOW, TIMES = 0.1, 0.3, 5
CUSTOMERS = 105
"""A hundred at once after five one by one."""


def main() -> None:
    call_command("migrate", verbosity=0)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, ROOM, ignore_errors=True)
        box = stack.enter_context(Box(ROOM, CUSTOMERS))
        stack.enter_context(override_settings(**pointed_at(box, box.pki, ROOM) | {"RUN_RETRY_SECONDS": 2}))
        if "--ways" in sys.argv:
            ready(box)
            found = ways.measured(box, ROOM, QUICK, SLOW)
        elif "--timeline" in sys.argv:
            found = on_a_timeline(box, ready(box), print_it=True)
        else:
            found = measured(box)
        print(json.dumps(found, indent=2))


def ready(box: Box) -> Onboarding:
    """A customer's draft, in a process that has done all this before."""
    file = ROOM / "northwind.toml"
    file.write_text(NORTHWIND)
    draft = drafted(file)
    there_and_back(box, draft, 0.0)
    return draft


def measured(box: Box) -> dict[str, Any]:
    """The offer with all three ways in comes last: the hundred are to be sold the packages alone."""
    draft = ready(box)
    quick = best([there_and_back(box, draft, QUICK) for _ in range(TIMES)])
    slow = best([there_and_back(box, draft, SLOW) for _ in range(TIMES)])
    chain, watched = longest(), on_a_timeline(box, draft)
    return {
        "chain": chain,
        "latency": QUICK,
        "onboarding": told(quick["onboarding"], slow["onboarding"])
        | {
            "ratio": round(quick["onboarding"][0] / (QUICK * len(chain)), 2),
            "goal": 1.3,
            "one_write_at_a_time_into_a_catalog": {
                "calls_in_a_row": queued(),
                "and_a_look_before": queued() + 1,
                "least_possible_ratio": round((queued() + 1) / len(chain), 2),
            },
            "where": watched,
        },
        "verify": told(quick["verify"], slow["verify"]) | {"round_trips_goal": 6},
        "offboarding": told(quick["offboarding"], slow["offboarding"]),
        **hundred.measured(box, ROOM, QUICK),
        **ways.measured(box, ROOM, QUICK, SLOW),
    }


def on_a_timeline(box: Box, draft: Onboarding, *, print_it: bool = False) -> dict[str, Any]:
    """One more onboarding, watched call by call, and undone again."""
    run = started(draft)
    box.takes(QUICK)
    with timeline.watched() as flights:
        began, cpu, rows = time.perf_counter(), time.process_time(), time.thread_time()
        ended_well(run)
        ended, cpu, rows = time.perf_counter(), time.process_time() - cpu, time.thread_time() - rows
    box.takes(0.0)
    ended_well(started(draft, Plan.Purpose.OFFBOARD))
    if print_it:
        print(*timeline.lines(flights, began, ended), sep="\n")
    return {
        "seconds": round(ended - began, 2),
        "calls_in_a_row": len(timeline.in_a_row(flights)),
        "seconds_without_a_call": round(timeline.idle(flights, began, ended), 2),
        "cpu_seconds": round(cpu, 2),
        "of_these_for_rows": round(rows, 2),
    }


Measures = dict[str, tuple[float, int]]


def there_and_back(box: Box, draft: Onboarding, latency: float) -> Measures:
    """Seconds and Graph calls of an onboarding, a verify, and the offboarding that undoes it."""
    onboard, found = started(draft), {}
    found["onboarding"] = timed(box, latency, lambda: ended_well(onboard))
    found["verify"] = timed(box, latency, lambda: in_order(draft))
    offboard = started(draft, Plan.Purpose.OFFBOARD)
    found["offboarding"] = timed(box, latency, lambda: ended_well(offboard))
    return found


def timed(box: Box, latency: float, work: Callable[[], None]) -> tuple[float, int]:
    box.forget()
    box.takes(latency)
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    box.takes(0.0)
    return seconds, box.graph_calls()


def best(tries: list[Measures]) -> Measures:
    return {name: min(each[name] for each in tries) for name in tries[0]}


def told(quick: tuple[float, int], slow: tuple[float, int]) -> dict[str, Any]:
    trips = (slow[0] - quick[0]) / (SLOW - QUICK)
    own = quick[0] - trips * QUICK
    return {
        "seconds": round(quick[0], 2),
        "calls": quick[1],
        "round_trips": round(trips, 1),
        "own_seconds": round(own, 2),
    }


if __name__ == "__main__":
    main()
