"""`make bench`: how long an onboarding and a verify take when every call takes 100 ms. Prints JSON.

A warm process: both apps' tokens are held and connections are open. The clock starts with the claim. The same
is done at 300 ms a call, too: what grows with the latency is round trips, what does not is our own work.
"""

from __future__ import annotations

import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOM = Path(tempfile.mkdtemp(prefix="gatehouse-bench-"))
os.environ["DATABASE_URL"] = f"sqlite:///{ROOM}/bench.sqlite3"
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import override_settings  # noqa: E402

from onboarding import plans  # noqa: E402
from onboarding.models import Onboarding, Plan  # noqa: E402
from sandbox import certificates, seed  # noqa: E402
from sandbox.cloud import Cloud  # noqa: E402
from sandbox.server import Running  # noqa: E402
from sandbox.store import Store  # noqa: E402
from tests.bench.chain import longest  # noqa: E402
from tests.faults.running import carried_to_its_end, drafted, pointed_at, started  # noqa: E402
from tests.onboarding.conftest import NORTHWIND  # noqa: E402

QUICK, SLOW, TIMES = 0.1, 0.3, 3


def main() -> None:
    call_command("migrate", verbosity=0)
    pki = certificates.ensure(ROOM / "pki")
    cloud = Cloud(Store(), "")
    cloud.habits.page_size = 100
    seed.demo(cloud, ROOM)
    with ExitStack() as stack:
        stack.enter_context(Running(cloud, pki))
        stack.enter_context(override_settings(**pointed_at(cloud, pki, ROOM) | {"RUN_RETRY_SECONDS": 2}))
        print(json.dumps(measured(cloud), indent=2))


def measured(cloud: Cloud) -> dict[str, Any]:
    file = ROOM / "northwind.toml"
    file.write_text(NORTHWIND)
    draft = drafted(file)
    there_and_back(cloud, draft, 0.0)  # warms everything up
    quick = best([there_and_back(cloud, draft, QUICK) for _ in range(TIMES)])
    slow = best([there_and_back(cloud, draft, SLOW) for _ in range(TIMES)])
    chain = longest()
    return {
        "chain": chain,
        "latency": QUICK,
        "onboarding": told(quick["onboarding"], slow["onboarding"])
        | {"ratio": round(quick["onboarding"][0] / (QUICK * len(chain)), 2), "goal": 1.3},
        "verify": told(quick["verify"], slow["verify"]) | {"round_trips_goal": 6},
        "offboarding": told(quick["offboarding"], slow["offboarding"]),
        "peak_memory_mb_sandbox_included": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "not_measured": ["pick-up by a worker", "100 customers by one worker process"],
    }


Measures = dict[str, tuple[float, int]]


def there_and_back(cloud: Cloud, draft: Onboarding, latency: float) -> Measures:
    """Seconds and Graph calls of an onboarding, a verify, and the offboarding that undoes it."""
    onboard, found = started(draft), {}
    found["onboarding"] = timed(cloud, latency, lambda: ended_well(onboard))
    found["verify"] = timed(cloud, latency, lambda: in_order(draft))
    offboard = started(draft, Plan.Purpose.OFFBOARD)
    found["offboarding"] = timed(cloud, latency, lambda: ended_well(offboard))
    return found


def timed(cloud: Cloud, latency: float, work: Callable[[], None]) -> tuple[float, int]:
    cloud.calls.clear()
    cloud.habits.latency = latency
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    cloud.habits.latency = 0.0
    return seconds, sum(call.path.startswith("/v1.0/") for call in cloud.calls)


def ended_well(run: Any) -> None:
    if carried_to_its_end(run).ended != "verified":
        raise SystemExit("a run of the benchmark did not end verified; its numbers mean nothing")


def in_order(draft: Onboarding) -> None:
    if not plans.look(draft).plan.in_order:
        raise SystemExit("a verify of the benchmark was not in order; its numbers mean nothing")


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
