"""Which steps may begin, which come first, and which wait in vain. No rows are touched here."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.timezone import now

from onboarding.engine.plan import ENDINGS
from onboarding.kinds import KINDS
from onboarding.models import Step
from onboarding.runs import OPEN_STATES

DONE = frozenset({Step.State.WRITTEN, Step.State.VERIFIED})
GIVEN_UP = frozenset({Step.State.FAILED, Step.State.SKIPPED, Step.State.CANCELLED})


def ready(steps: Sequence[Step]) -> list[Step]:
    """Steps that may begin now: due, and all they need is written. Those with most behind them come first,
    and of these the links: Microsoft takes its time to deliver what is only asked for.
    """
    at, by_address, urgency = now(), {step.address: step for step in steps}, behind(steps)
    able = [
        step
        for step in steps
        if step.state in OPEN_STATES
        and step.is_due(at)
        and all(by_address[need].state in DONE for need in before(step, steps) if need in by_address)
    ]
    return sorted(able, key=lambda step: (-urgency[step.address], KINDS[step.kind].marked))


def before(step: Step, steps: Sequence[Step]) -> list[str]:
    """Addresses that must be done first: what it needs, or, when it ends, all that needs it and ends, too.

    What is made and needs an ending takes its place: it waits until the other is gone.
    """
    if step.action in ENDINGS:
        ending = (other for other in steps if other.action in ENDINGS)
        return [other.address for other in ending if step.address in other.needs]
    return list(step.needs)


def behind(steps: Sequence[Step]) -> dict[str, int]:
    """How many steps wait in a row for each. A plan lists every step after those it waits for."""
    longest = dict.fromkeys((step.address for step in steps), 0)
    for step in reversed(steps):
        for need in before(step, steps):
            if need in longest:
                longest[need] = max(longest[need], longest[step.address] + 1)
    return longest


def unwritten(steps: Sequence[Step]) -> bool:
    """Something is still to be written, or under way."""
    return any(step.state in (*OPEN_STATES, Step.State.RUNNING) for step in steps)


def hopeful(steps: Sequence[Step]) -> list[Step]:
    """Open steps that wait for nothing that failed."""
    lost = {step.address for step in steps if step.state in GIVEN_UP}
    for step in steps:
        if not lost.isdisjoint(before(step, steps)):
            lost.add(step.address)
    return [step for step in steps if step.state in OPEN_STATES and step.address not in lost]
