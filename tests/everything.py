"""What `make test` runs: lint, types, migrations, tests on SQLite and again on PostgreSQL.

The faults and kills mostly wait, for leases and restarts, so they run beside all the rest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import services

BIN = Path(sys.executable).parent
CONTRACT = Path(__file__).parents[2] / "shared" / "contract"
NO_ROWS = ("sandbox", "microsoft", "tree", "compose", "kinds", "engine", "faults", "demo")
"""Folders whose tests touch no rows of ours, or choose their database themselves: once is enough."""


def run(title: str, *command: str, **env: str) -> bool:
    print(f"\n== {title}", flush=True)
    return subprocess.run(command, env={**os.environ, **env}, check=False).returncode == 0


class Beside:
    """A command under way; what it prints is shown when it has ended."""

    def __init__(self, *command: str) -> None:
        self.output = tempfile.TemporaryFile("w+")  # noqa: SIM115  it lives as long as the command
        self.process = subprocess.Popen(command, stdout=self.output, stderr=subprocess.STDOUT)

    def ended_well(self, title: str) -> bool:
        good = self.process.wait() == 0
        self.output.seek(0)
        print(f"\n== {title}\n{self.output.read()}", flush=True)
        self.output.close()
        return good


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


def main() -> int:
    faults = Beside(*python("-m", "pytest", "-q", "tests/faults"))
    results = {
        "lint": run("lint", f"{BIN}/ruff", "check", "."),
        "format": run("format", f"{BIN}/ruff", "format", "--check", "-q", "."),
        "types": run("types", f"{BIN}/mypy"),
        "migrations": run(
            "migrations",
            *python("manage.py", "makemigrations", "--check", "--dry-run"),
            DJANGO_SETTINGS_MODULE="tests.settings",
        ),
        "tests on SQLite": run("tests on SQLite", *python("-m", "pytest", "-q", "--ignore=tests/faults")),
    }
    missing = [] if services.redis() else ["Redis"]
    if services.postgres():
        again = [f"--ignore=tests/{name}" for name in NO_ROWS]
        results["tests on PostgreSQL"] = run(
            "tests on PostgreSQL", *python("-m", "pytest", "-q", *again), DATABASE_URL=services.POSTGRES
        )
    else:
        missing.append("PostgreSQL")
    results["faults and kills"] = faults.ended_well("faults and kills")
    return report(results, missing)


def report(results: dict[str, bool], missing: list[str]) -> int:
    print()
    for name, good in results.items():
        print(f"{'passed' if good else 'FAILED'}  {name}")
    for name in missing:
        print(f"NOT RUN  tests that need {name}: it does not answer on this machine")
    if not CONTRACT.is_dir():
        print("NOT RUN  recorded traffic against Microsoft's metadata: ../shared/contract is not here")
    return 1 if not all(results.values()) or (missing and services.required()) else 0


if __name__ == "__main__":
    sys.exit(main())
