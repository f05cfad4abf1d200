"""Which cases of the fault matrix ended well: counted, and with FAULTS=all kept, so a killed run goes on.

What is kept is one line a case in var/faults/, in a file named after the code that was tried: changed code
begins anew. A line is written when its case has ended, so nothing needs a good ending of the whole.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALL = os.environ.get("FAULTS") == "all"
TRIED = ("portal", "access", "onboarding", "tenants", "sandbox", "tests/faults", "tests/onboarding")
ended_well: set[str] = set()


def sources() -> Iterator[Path]:
    yield ROOT / "requirements-dev.txt"
    for room in TRIED:
        yield from sorted(path for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".toml"))


def kept() -> Path:
    content = hashlib.sha256(b"".join(path.read_bytes() for path in sources()))
    return ROOT / "var" / "faults" / f"{content.hexdigest()[:16]}.txt"


FILE = kept()


def before() -> set[str]:
    """The cases that ended well already, with this very code."""
    return set(FILE.read_text(encoding="utf-8").splitlines()) if ALL and FILE.exists() else set()


def keep(case: str) -> None:
    ended_well.add(case)
    if ALL:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        with FILE.open("a", encoding="utf-8") as file:
            file.write(case + "\n")


def told(failed: list[str]) -> Iterator[str]:
    """The count, in plain lines."""
    earlier = before() - ended_well
    good = len(earlier | ended_well)
    if earlier:
        yield f"{len(earlier)} of them in an earlier run of the same code ({FILE.relative_to(ROOT)})"
    yield f"{good + len(failed)} cases: {good} ended verified"
    yield from (f"NOT verified: {case}" for case in failed)
