"""How a run goes, in words: how far it is, why it waits, for whom, and when it is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils.text import capfirst

from onboarding.behind import UNSEEN, Behind
from onboarding.models import Run, Step
from onboarding.running import unread
from onboarding.running.colours import COLOURS as STEP
from onboarding.running.strangers import STRANGE
from onboarding.words import reasons, sentences

COLOURS = STEP | {"open": "blue", "strange": "red"}
"""By a step's state or by how a run stands."""
ENDED = {
    "open": "Being carried out",
    "verified": "Done and read back",
    "failed": "Stopped before its end",
    "cancelled": "Stopped by a person",
    "strange": "Carried out, but not in order",
}
TRIED = {
    "": "Under way",
    "written": "Written",
    "later": "Not yet",
    "gave up": "Waited too long",
    "refused": "A person must act",
    "failed": "Failed",
    "bug": "An error of ours",
    "lost": "Cut off, so it was looked for",
    "found": "Found",
    "not there": "Not seen yet",
    "still there": "Still there",
    "gone": "Not seen any more",
    "unreadable": "Could not be read",
    "strange": "Read back, with something that nobody planned",
}
"""How one try ended, by the outcome its row keeps."""
MICROSOFT = "Microsoft is not ready yet. It is tried again by itself."
WAITING = (Step.State.CUSTOMER, Step.State.MICROSOFT, Step.State.FAILED)


@dataclass(frozen=True, slots=True)
class Line:
    """One step for people. `words` where somebody must act, `said` where time must pass."""

    step: Any
    what: str
    words: reasons.Words | None
    said: str
    is_behind: bool = False

    @property
    def state(self) -> str:
        if self.is_behind:
            return UNSEEN[0]
        return str(capfirst(Step.State(self.step.state).label))

    @property
    def colour(self) -> str:
        return UNSEEN[1] if self.is_behind else COLOURS.get(self.step.state, "secondary")


def with_progress(runs: QuerySet[Run]) -> QuerySet[Any]:
    """Each run with how many of its steps are read back, how it ended, and the steps that wait; 2 queries."""
    steps = Step.objects.filter(run=OuterRef("pk"))
    failed = Exists(steps.filter(state=Step.State.FAILED))
    good = Q(state=Step.State.VERIFIED) | Q(state=Step.State.FAILED, reason=STRANGE)
    how = Case(
        When(closed_at=None, then=Value("open")),
        When(~Exists(steps.exclude(state=Step.State.VERIFIED)), then=Value("verified")),
        When(~Exists(steps.exclude(good)), then=Value("strange")),
        When(Q(cancelled_at__isnull=False) & ~failed, then=Value("cancelled")),
        default=Value("failed"),
        output_field=CharField(),
    )
    waiting = Step.objects.filter(state__in=WAITING).defer("spec", "before")
    return (
        runs.annotate(how=how, total=Count("steps"), done=Count("steps", Q(steps__state=Step.State.VERIFIED)))
        .select_related("tenant__customer", "plan")
        .prefetch_related(Prefetch("steps", waiting, to_attr="waits"))
    )


def why_run(
    run: Run, waits: list[Step], *, stopped: bool = False, lags: Mapping[int, Behind] | None = None
) -> list[tuple[str, reasons.Words | None]]:
    """What holds the whole run up comes first. `stopped`: all writing is, by the provider."""
    stop = reasons.words("write_stop", {}) if stopped and run.closed_at is None else None
    whole = [words for words in (stop, unread.words(run)) if words]
    return [*((words.what, words) for words in whole), *why(waits, lags)]


def why(
    waits: list[Step], lags: Mapping[int, Behind] | None = None
) -> list[tuple[str, reasons.Words | None]]:
    """Each reason to wait once: what is said, and the words where somebody must act.

    `lags`, by step: what was deployed and is not seen yet is nobody's to do until it is late.
    """
    found: dict[str, reasons.Words | None] = {}
    for step in waits:
        words, behind = words_for(step), (lags or {}).get(step.pk)
        if behind:
            found.setdefault(behind.words, words if behind.is_late else None)
        elif words or step.state == Step.State.MICROSOFT:
            found.setdefault(words.what if words else MICROSOFT, words)
    return list(found.items())


def line(step: Any, names: Mapping[str, str], behind: Behind | None = None) -> Line:
    """`names`: see onboarding/wizard/findings.py."""
    if behind:
        words = sentences.why(step, names) if behind.is_late else None
        return Line(step, sentences.of_step(step, names), words, behind.words, not behind.is_late)
    waits = step.state == Step.State.MICROSOFT and not step.reason
    return Line(step, sentences.of_step(step, names), sentences.why(step, names), MICROSOFT if waits else "")


def words_for(step: Step) -> reasons.Words | None:
    return reasons.words(step.reason, step.facts) if step.reason else None
