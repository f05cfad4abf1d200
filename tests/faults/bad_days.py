"""What happens to a call on a bad day, and how a run that met it must end: as if nothing had happened.

A lost answer is played together with a replica that lags: what was written is not found at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.faults import Fault
from tests.faults import progress
from tests.faults.conftest import Case, again, undone
from tests.faults.death import dying
from tests.faults.progress import ALL
from tests.faults.running import carried_to_its_end, let_time_pass
from tests.faults.state import final_state, restore

FAULTS = ("cut before", "cut after", "late", "429", "503", "500 after", "hang")
DEATHS = ("killed before", "killed after")
HALF = ("malformed",) if ALL else ()
"""A write whose answer comes as half of itself."""
DAYS = FAULTS + DEATHS + HALF
READ = (*FAULTS, "malformed") if ALL else ("503",)
Writes = dict[str, tuple[str, str, int]]


def bad_day(case: Case, writes: Writes, kind: str, what: str, which: int) -> None:
    """Play the fault, carry the run to its end, and compare with a good day."""
    case.cloud.habits.lag = 3 if what in ("cut after", "malformed", "killed after") else 0
    if what in DEATHS:
        with dying(kind, what.removeprefix("killed "), which) as died:
            died.during(case.run)
        let_time_pass(case.run)
    else:
        method, path, _ = writes[kind]
        case.cloud.faults.append(Fault(what, method, path, skip=which, retry_after=None))  # type: ignore[arg-type]
    assert carried_to_its_end(case.run).ended == "verified", ending(case)
    assert all(fault.times == 0 for fault in case.cloud.faults), "the fault met no call"
    assert not case.cloud.late, "a late write is still on its way"
    assert final_state(case.cloud) == case.good


def ending(case: Case) -> list[str]:
    return [f"{step} {step.reason} {step.facts}" for step in case.run.steps.all()]


def every_bad_read(case: Case, what: str, of: str, few: int = 1) -> None:
    """`few` of them in `make test`; each one with FAULTS=all, kept as "what at read n of …"."""
    for which in untried(case, what, of, few):
        with undone():
            tried = again(case)
            assert tried.run.closed_at is None, "the case before was not taken back"
            tried.cloud.faults.append(Fault(what, "GET", "^/v1.0/", skip=which, retry_after=None))  # type: ignore[arg-type]
            assert carried_to_its_end(tried.run).ended == "verified", (which, ending(tried))
            assert final_state(tried.cloud) == tried.good, which
            met = all(fault.times == 0 for fault in tried.cloud.faults)
        restore(case.cloud, case.before)
        if met:  # not every day has as many reads
            progress.keep(name(what, which, of))


def untried(case: Case, what: str, of: str, few: int) -> Iterator[int]:
    reads = sum(call.startswith("GET ") for call in case.calls)
    chosen = range(reads) if ALL else [reads * each // (few + 1) for each in range(1, few + 1)]
    tried = progress.before()
    yield from (each for each in chosen if name(what, each, of) not in tried)


def name(what: str, which: int, of: str) -> str:
    return f"{what} at read {which} of {of}"
