"""The customer's task of Azure: to deploy what was agreed to, one task a subscription.

Ticked by what was read back of it, and no longer ticked when that is bad news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import reverse

from access import found, progress
from access.azure import hand_outs, lag
from access.azure.hand_outs import HandOut
from access.found import Thing
from access.to_do.task import OPEN, SEEN, UNKNOWN, Task
from onboarding.behind import UNSEEN
from onboarding.delegations.words import OWNER
from onboarding.models import Run, Step
from tenants.models import Tenant

Lags = Mapping[int, lag.Lag]
CHANGED = ("Not as agreed any more", "red")
WHY = "No app of the provider can do it. Until it is seen, nobody of the provider sees anything there."

NOTHING = ("Nothing. It is looked for by itself, and ticked here when it is seen as agreed.",)


def of(tenant: Tenant) -> Iterator[Task]:
    """None of a run that ended without it: a new plan has its own."""
    every = [(each, _steps(each.plan.run, each)) for each in hand_outs.of(tenant)]
    things = {each.row.address: each for each in found.things(tenant, tenant.readings.first())}
    lags = lag.of(tenant, [step for _, steps in every for step in steps])
    for each, steps in every:
        owned = [things[step.address] for step in steps if step.address in things]
        if each.plan.run.closed_at is None or len(owned) == len(steps):
            yield _task(tenant, each, steps, owned, lags)


def _steps(run: Run, handed: HandOut) -> list[Step]:
    steps = run.steps.filter(kind="delegation", action__in=hand_outs.DEPLOYED)
    return [step for step in steps if handed.has(step.spec["scope"])]


def _task(tenant: Tenant, handed: HandOut, steps: list[Step], owned: list[Thing], lags: Lags) -> Task:
    state = _state(steps, owned, lags)
    return Task(
        handed.title,
        " ".join([*dict.fromkeys(_waits(steps, lags)), WHY]),
        "Nobody." if state == UNSEEN else OWNER,
        NOTHING if state == UNSEEN else _how(handed),
        reverse("azure", args=[tenant.slug]),
        "",
        state,
        max(each.row.since for each in owned) if state == SEEN else handed.plan.run.opened_at,
        lines={} if state == UNSEEN else handed.azure_cli,
    )


def _how(handed: HandOut) -> tuple[str, ...]:
    return (
        f"Open the place: compare there who holds what afterwards, and download {handed.file}.",
        "Deploy it in one of the ways shown there. The lines below do it with the Azure CLI, "
        "with the file beside you: what each of them does stands above it.",
        "Nothing more. It is ticked here when it is seen as agreed, for which Azure may take 15 minutes.",
    )


def _waits(steps: list[Step], lags: Lags) -> Iterator[str]:
    """Deployed longer ago than Azure may take, both are said."""
    for step in steps:
        behind = lags.get(step.pk)
        words = progress.words_for(step) if step.state == Step.State.CUSTOMER else None
        if behind:
            yield behind.words
        if words and not (behind and not behind.is_late):
            yield words.what


def _state(steps: list[Step], owned: list[Thing], lags: Lags) -> tuple[str, str]:
    """Done when all of it is green; what could not be read is neither done nor open."""
    waits = [step for step in steps if step.state == Step.State.CUSTOMER]
    if waits and all(step.pk in lags and not lags[step.pk].is_late for step in waits):
        return UNSEEN
    if waits or len(owned) < len(steps):
        return OPEN
    colours = {each.colour for each in owned}
    if colours == {"green"}:
        return SEEN
    return CHANGED if "red" in colours else UNKNOWN
