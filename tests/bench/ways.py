"""The offer with all three ways in: packages, trust between the tenants, and Azure.

The customer deploys the template in the sandbox as soon as it can be handed out and the run lets go. How
long a customer takes is not measured, nor how soon a waiting run is looked at again: the clock stands still
from where the run waits until it is claimed again after the deployment.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

from access.azure import hand_outs
from onboarding import offers, planes
from onboarding.models import Onboarding, Plan, Run, Step
from onboarding.running.advance import advance
from sandbox import seed
from tests.bench import azure_lines
from tests.bench.box import Box
from tests.bench.chain import WITH_EVERY_WAY, longest
from tests.bench.ended import ended_well, in_order
from tests.faults.running import drafted, let_time_pass, started
from tests.onboarding.delegating import SENTINEL

TIMES = 5
CLOCK = "our own part: stopped from where the run waits for the customer until it is claimed again"


class Measure(NamedTuple):
    """A piece of work: how long it took and whom it called."""

    seconds: float
    graph: int
    azure: int


Measures = dict[str, Measure]


def measured(box: Box, room: Path, quick: float, slow: float) -> dict[str, Any]:
    draft = sold(room)
    there_and_back(box, draft, room, 0.0)
    fast = best([there_and_back(box, draft, room, quick) for _ in range(TIMES)])
    late = best([there_and_back(box, draft, room, slow) for _ in range(TIMES)])
    chain = longest(WITH_EVERY_WAY)
    found = {name: told(fast[name], late[name], slow - quick, quick) for name in fast}
    found["onboarding"] |= {
        "clock": CLOCK,
        "chain": chain,
        "ratio": round(fast["onboarding"].seconds / (quick * len(chain)), 2),
        "goal": 1.3,
    }
    return {"three_ways": found | {"azure_cli": by_azure_cli(box, draft, room, quick)}}


def sold(room: Path) -> Onboarding:
    """Northwind's draft with everything that can be sold; its apps are let in by the sandbox."""
    sells = {"planes": list(planes.PLANES), "analysts_group": seed.ANALYSTS, "lighthouse": SENTINEL}
    offers.edit("managed-defender", offers.current("managed-defender").version, sells, "person 1")
    file = room / "every-way.toml"
    azure = f'[azure]\nsubscriptions = ["/subscriptions/{seed.NORTHWIND_SUBSCRIPTION}"]\n'
    file.write_text((room / "northwind.toml").read_text() + azure)
    return drafted(file)


def there_and_back(box: Box, draft: Onboarding, room: Path, latency: float) -> Measures:
    run, found = started(draft), {}
    until_it_waits = timed(box, latency, lambda: waits(run))
    box.deploy(handed_out(draft, room))
    let_time_pass(run)
    afterwards = timed(box, latency, lambda: ended_well(run))
    found["onboarding"] = Measure(*(sum(parts) for parts in zip(until_it_waits, afterwards, strict=True)))
    found["verify"] = timed(box, latency, lambda: in_order(draft))
    offboard = started(draft, Plan.Purpose.OFFBOARD)
    found["offboarding"] = timed(box, latency, lambda: ended_well(offboard))
    return found


def by_azure_cli(box: Box, draft: Onboarding, room: Path, latency: float) -> Any:
    """The same onboarding, but the customer types the line that we hand out. Timed is that line alone."""
    if not azure_lines.PYTHON.exists():
        return "NOT RUN: make test-azure-cli installs it"
    run = started(draft)
    waits(run)
    handed_out(draft, room)
    (found,) = hand_outs.of(draft.tenant)
    told = azure_lines.typed(box, room, found.azure_cli["Deploy"], latency)
    let_time_pass(run)
    ended_well(run)
    ended_well(started(draft, Plan.Purpose.OFFBOARD))
    return told


def handed_out(draft: Onboarding, room: Path) -> Path:
    (found,) = hand_outs.of(draft.tenant)
    file = room / found.file
    file.write_text(found.text)
    return file


def waits(run: Run) -> None:
    """Carried on until it lets go because the customer has to deploy what it hands out."""
    for _ in range(60):
        advance(run.pk)
        if run.steps.filter(kind="delegation", state=Step.State.CUSTOMER).exists():
            return
        let_time_pass(run)
    raise SystemExit("a run of the benchmark never came to wait for the customer")


def timed(box: Box, latency: float, work: Any) -> Measure:
    box.forget()
    box.takes(latency)
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    box.takes(0.0)
    return Measure(seconds, box.graph_calls(), box.azure_calls())


def best(tries: list[Measures]) -> Measures:
    return {name: min(each[name] for each in tries) for name in tries[0]}


def told(fast: Measure, late: Measure, more: float, quick: float) -> dict[str, Any]:
    trips = (late.seconds - fast.seconds) / more
    return {
        "seconds": round(fast.seconds, 2),
        "graph_calls": fast.graph,
        "azure_calls": fast.azure,
        "round_trips": round(trips, 1),
        "own_seconds": round(fast.seconds - trips * quick, 2),
    }
