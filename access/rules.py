"""What a request policy says in numbers: when a request and an access end, and when it is reviewed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from onboarding.words.reasons import visible

SILENCE = {
    "keepAccess": "the access goes on until its own end",
    "removeAccess": "the access ends",
    "acceptAccessRecommendation": "what Microsoft recommends from the last sign-ins is done",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What several policies may share; in days, but for the months. `escalated_after`: None where nobody
    else is asked."""

    ends_after: int
    denied_after: int
    escalated_after: int | None
    every_months: int
    review_open: int
    silence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy. Its first review begins on a day of its own."""

    name: str
    from_provider: bool
    first_review: dt.date
    terms: Terms

    @property
    def first_closes(self) -> dt.date:
        return self.first_review + dt.timedelta(days=self.terms.review_open)


def rule(spec: dict[str, Any]) -> Rule:
    """As planes write it. ValueError for a duration of another kind."""
    stage, review = spec["requestApprovalSettings"]["stages"][0], spec["reviewSettings"]
    schedule = review["schedule"]
    return Rule(
        name=visible(spec["displayName"]),
        from_provider=spec["allowedTargetScope"] == "specificConnectedOrganizationUsers",
        first_review=dt.datetime.fromisoformat(schedule["startDateTime"]).date(),
        terms=Terms(
            ends_after=days(spec["expiration"]["duration"]),
            denied_after=days(stage["durationBeforeAutomaticDenial"]),
            escalated_after=days(stage["durationBeforeEscalation"]) if stage["isEscalationEnabled"] else None,
            every_months=schedule["recurrence"]["pattern"]["interval"],
            review_open=days(schedule["expiration"]["duration"]),
            silence=SILENCE[review["expirationBehavior"]],
        ),
    )


def by_terms(rules: Iterable[Rule]) -> list[tuple[Terms, list[Rule]]]:
    """Policies that say the same stand together, so that it is read once; in the order they came in."""
    found: dict[Terms, list[Rule]] = {}
    for each in rules:
        found.setdefault(each.terms, []).append(each)
    return list(found.items())


def days(duration: str) -> int:
    """Of an ISO 8601 duration as planes write it. ValueError for any other: it is not guessed at."""
    found = re.fullmatch(r"P(\d+)D", duration)
    if found is None:
        raise ValueError(f"{duration!r} is not a number of days")
    return int(found[1])
