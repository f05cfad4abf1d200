"""`make bench-pages`: the two lists with 5,000 customers and 200 analysts, beside a bare Django view. JSON.

The bare view answers one word behind the same middleware; the plain one is what Django's own tools make of a
list: signed in, fifty rows of one query, in the same frame. All in one process and in turns. On a busy
machine others take their turn in a long answer and seldom in a short one, so the processor's time stands
beside the clock's.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

ROOM = Path(tempfile.mkdtemp(prefix="gatehouse-bench-"))
os.environ.setdefault("DATABASE_URL", f"sqlite:///{ROOM}/bench.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from tests.bench import many  # noqa: E402

TIMES, GOAL = 60, 3


PAGES = {"bare": "/bare/", "plain": "/plain/", "customers": "/customers/", "my customers": "/my-customers/"}


@override_settings(ROOT_URLCONF="tests.bench.urls", ALLOWED_HOSTS=["*"])
def main() -> None:
    call_command("migrate", verbosity=0)
    try:
        admin, analyst = many.build()
        browsers = {"bare": admin, "plain": admin, "customers": admin, "my customers": analyst}
        print(json.dumps(measured(browsers), indent=2))
    finally:
        shutil.rmtree(ROOM, ignore_errors=True)


def measured(browsers: dict[str, Client]) -> dict[str, Any]:
    """In turns, after one of each that is not counted."""
    for name, browser in browsers.items():
        assert browser.get(PAGES[name]).status_code == 200
    took: dict[str, list[tuple[float, ...]]] = {name: [] for name in PAGES}
    for _ in range(TIMES):
        for name, browser in browsers.items():
            took[name].append(seconds(browser, PAGES[name]))
    clocks = {name: tuple(zip(*times, strict=True)) for name, times in took.items()}
    return {
        "customers": many.CUSTOMERS,
        "analysts": many.ANALYSTS,
        "goal": GOAL,
        "pages": {name: told(clocks, name) | {"queries": queries(browsers[name], name)} for name in PAGES},
    }


def told(clocks: dict[str, tuple[tuple[float, ...], ...]], name: str) -> dict[str, Any]:
    """By the clock on the wall and by the processor's."""
    return {
        clock: {
            "median_ms": round(statistics.median(clocks[name][at]) * 1000, 1),
            "95th_ms": round(late(clocks[name][at]) * 1000, 1),
            "times_bare": round(
                statistics.median(clocks[name][at]) / statistics.median(clocks["bare"][at]), 1
            ),
            "times_bare_95th": round(late(clocks[name][at]) / late(clocks["bare"][at]), 1),
            "times_plain": round(
                statistics.median(clocks[name][at]) / statistics.median(clocks["plain"][at]), 1
            ),
        }
        for at, clock in enumerate(("wall", "processor"))
    }


def late(times: tuple[float, ...]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def seconds(browser: Client, address: str) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    browser.get(address)
    return time.perf_counter() - wall, time.process_time() - processor


def queries(browser: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        browser.get(PAGES[name])
    return len(seen)


if __name__ == "__main__":
    main()
