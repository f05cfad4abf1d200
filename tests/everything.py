"""What `make test` runs: lint, types, migrations, tests on SQLite and again on PostgreSQL.

A few at once, each in a process of its own: the faults and kills mostly wait, for leases and restarts, and
the browser's tests for Chromium. What one prints is shown when it has ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests import services
from tests.browser import chromium

AT_ONCE = 4
BIN = Path(sys.executable).parent
CONTRACT = Path(__file__).parents[2] / "shared" / "contract"
ALONE = ("faults", "browser")
DESK = ("access", "isolation", "portal", "tenants")
RUNS = ("onboarding",)
"""Half of all there is, so that it goes beside the others and nobody waits for one job at the end."""
ONCE = (
    "sandbox",
    "microsoft",
    "tree",
    "compose",
    "kinds",
    "engine",
    "planes",
    "delegations",
    "demo",
    "isolation",
    "portal",
)
"""Folders whose tests touch no rows of ours, choose their database, or ask it only what others do, too."""
ONE = {"ONE_OF_EACH": "yes"}
"""Of a test that plays many sets of values the second database need see one."""
NOT_HANDED_ON = ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
"""A database that the caller names is for the jobs that ask for it: the others are to run on SQLite.
Bytecode that is not kept is compiled anew by each process that tests start: more than a second each."""
PRINTING = threading.Lock()


class Job(NamedTuple):
    title: str
    command: tuple[str, ...]
    env: dict[str, str] = {}


def jobs() -> list[Job]:
    """The longest first."""
    return [*long_ones(), *short_ones()]


def long_ones() -> list[Job]:
    there = services.postgres()
    return [
        *([Job("runs on PostgreSQL", pytest(*only(RUNS)), postgres("runs") | ONE)] if there else []),
        Job("runs on SQLite", pytest(*only(RUNS))),
        Job("faults and kills", pytest("tests/faults")),
        Job("browser", pytest("tests/browser")),
        Job("pages and people on SQLite", pytest(*only(DESK))),
        *(on_postgres() if there else []),
    ]


def on_postgres() -> list[Job]:
    """The kills again, as a deployment runs: PostgreSQL and Redis. Each has a database of its own."""
    redis = ("tests/faults/test_real_worker.py", "-k", "redis")
    return [
        Job("all else on PostgreSQL", pytest(*without(ALONE + ONCE + RUNS)), postgres("else") | ONE),
        Job("kills on PostgreSQL", pytest(*redis), postgres("kills")),
    ]


def short_ones() -> list[Job]:
    check = ("makemigrations", "--check", "--dry-run")
    return [
        Job("all else on SQLite", pytest(*without(ALONE + DESK + RUNS))),
        Job("lint", (f"{BIN}/ruff", "check", ".")),
        Job("format", (f"{BIN}/ruff", "format", "--check", "-q", ".")),
        Job("types", (f"{BIN}/mypy",)),
        Job("migrations", python("manage.py", *check), {"DJANGO_SETTINGS_MODULE": "tests.settings"}),
    ]


def postgres(name: str) -> dict[str, str]:
    return {"DATABASE_URL": services.POSTGRES, "TEST_DATABASE_NAME": f"test_gatehouse_{name}"}


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


def pytest(*arguments: str) -> tuple[str, ...]:
    return python("-m", "pytest", "-q", *arguments)


def only(folders: tuple[str, ...]) -> list[str]:
    return [f"tests/{name}" for name in folders]


def without(folders: tuple[str, ...]) -> list[str]:
    return [f"--ignore=tests/{name}" for name in folders]


def run(job: Job) -> bool:
    """Prints what it printed, how long it took, and how much of that somebody worked rather than waited."""
    began = time.monotonic()
    own = {name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON}
    with subprocess.Popen(
        job.command,
        env={**own, **job.env},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    clock, processor = time.monotonic() - began, used.ru_utime + used.ru_stime
    with PRINTING:
        print(f"\n== {job.title}: {clock:.0f} s, {processor:.0f} of a processor\n{printed}", flush=True)
    return process.returncode == 0


def main() -> int:
    if not chromium.ensure():
        return 1
    listed = jobs()
    print(f"{AT_ONCE} at once: {', '.join(job.title for job in listed)}", flush=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        good = list(pool.map(run, listed))
    return report({job.title: well for job, well in zip(listed, good, strict=True)})


def report(results: dict[str, bool]) -> int:
    there = {"Redis": services.redis(), "PostgreSQL": services.postgres()}
    missing = [name for name, answers in there.items() if not answers]
    print()
    for name, good in results.items():
        print(f"{'passed' if good else 'FAILED'}  {name}")
    for name in missing:
        print(f"NOT RUN  tests that need {name}: it does not answer on this machine")
    if there["PostgreSQL"]:
        print(f"NOT RUN  on PostgreSQL, but on SQLite: all but the kills of {', '.join((*ALONE, *ONCE))},")
        print("         and of every other test all sets of its values but one")
    print("NOT RUN  the Azure CLI against the sandbox: make test-azure-cli")
    if not CONTRACT.is_dir():
        print("NOT RUN  recorded traffic against Microsoft's metadata: ../shared/contract is not here")
    return 1 if not all(results.values()) or (missing and services.required()) else 0


if __name__ == "__main__":
    sys.exit(main())
