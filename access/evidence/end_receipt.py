"""The receipt of an end or a pause: each object, how it was read back, whose word it was, and the record.

A step that was not read back is said to be none, whatever was sent for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access import progress
from access.names import named
from access.to_do import left_offers
from onboarding.engine.plan import Action
from onboarding.kinds import READ_BY_ITSELF
from onboarding.models import Agreement, Run, Step
from onboarding.ownership import LET_GO
from onboarding.taking_away import how
from onboarding.words import descriptions, sentences
from tenants.models import LedgerEntry, ProviderTenant

GREEN = {
    Action.DELETE: "Read back: gone",
    Action.RELEASE: "Read back: given back",
    Action.UPDATE: "Read back: closed",
}
NO_MORE = "Shown to us no more"
WHY_NO_MORE = (
    "Our right to look ended with it. An owner of the subscription sees in the Azure portal, "
    "under Service providers, that it is gone."
)
GIVEN_BACK = "It is as it was found, but for what somebody has changed since: that stays as they have it."
NOT_READ = {
    Step.State.WRITTEN: ("Told to, not read back", "orange"),
    Step.State.FAILED: ("Not read back", "red"),
    Step.State.SKIPPED: ("Not begun", "orange"),
    Step.State.CANCELLED: ("Not begun: the run was stopped", "orange"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """`entry`: of the record, where the object was let go of."""

    what: str
    id: str
    word: str
    colour: str
    note: str
    at: datetime | None
    entry: int | None


def about(run: Any) -> dict[str, Any]:
    """Of a run that is over; `run` comes from progress.with_progress."""
    customer = run.tenant.customer
    agreement = Agreement.objects.filter(plan=run.plan).first()
    lines = list(_lines(run))
    decided = [agreement.decided_by] if agreement else []
    names = named([run.started_by, *decided])
    return {
        "tenant": run.tenant,
        "run": run,
        "provider": ProviderTenant.objects.filter(purpose=ProviderTenant.Purpose.ANALYSTS).first(),
        "agreement": agreement,
        "how": how(agreement) if agreement else "",
        "decided_by": names[agreement.decided_by] if agreement else "",
        "started_by": names[run.started_by],
        "ended": progress.ENDED[run.how],
        "colour": progress.COLOURS.get(run.how, "secondary"),
        "lines": lines,
        "not_read": [each for each in lines if each.colour != "green"],
        "left_offers": left_offers.of_run(run),
        "still_ours": run.tenant.owned.count(),
        "closing": _closing(run),
        "head": customer.ledger.order_by("number").last(),
    }


def _closing(run: Run) -> LedgerEntry | None:
    said = run.tenant.customer.ledger.filter(subject=f"run {run.pk}", verb__startswith="ended a run")
    return said.order_by("number").last()


def _lines(run: Run) -> Iterable[Line]:
    steps = list(run.steps.prefetch_related("attempts"))
    names = descriptions.names(run.tenant, ((step.address, step.spec) for step in steps))
    let_go = {entry.subject: entry for entry in _let_go(run)}
    for step in steps:
        word, colour, note = _told(step)
        entry = let_go.get(step.address)
        at = (entry.at if entry else run.closed_at) if colour == "green" else None
        what, id = sentences.of_step(step, names), step.planned_id or step.remote_id
        yield Line(what, id, word, colour, note, at, entry.number if entry else None)


def _let_go(run: Run) -> Iterable[LedgerEntry]:
    return run.tenant.customer.ledger.filter(verb=LET_GO, facts__run=run.pk)


def _told(step: Step) -> tuple[str, str, str]:
    """A word, its colour and what to add."""
    if step.state == Step.State.VERIFIED:
        if step.action == Action.DELETE and step.kind in READ_BY_ITSELF:
            return NO_MORE, "green", WHY_NO_MORE
        note = GIVEN_BACK if step.action == Action.RELEASE else ""
        return GREEN.get(Action(step.action), "Read back"), "green", note
    word, colour = NOT_READ.get(Step.State(step.state), ("Not read back", "orange"))
    return word, colour, _why(step)


def _why(step: Step) -> str:
    words, last = progress.words_for(step), step.attempts.last()
    tried = [f"The last try: {progress.TRIED.get(last.outcome, last.outcome)}."] if last else []
    return " ".join([*([words.what, words.safe] if words else []), *tried])
