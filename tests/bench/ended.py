"""Numbers of what did not end well mean nothing."""

from __future__ import annotations

from onboarding import plans
from onboarding.models import Onboarding, Run
from tests.faults.running import carried_to_its_end


def ended_well(run: Run) -> None:
    if carried_to_its_end(run).ended != "verified":
        raise SystemExit("a run of the benchmark did not end verified; its numbers mean nothing")


def in_order(draft: Onboarding) -> None:
    if not plans.look(draft).plan.in_order:
        raise SystemExit("a verify of the benchmark was not in order; its numbers mean nothing")
