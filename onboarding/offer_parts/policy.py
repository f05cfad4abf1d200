"""How long, how often, and what happens on silence. Numbers that fit only alone are told at their field."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms

from onboarding.offer_parts.section import Document, Given, Mistake, Section
from onboarding.planes import review_days
from onboarding.words.offer_words import POLICY, SILENCE

LONGEST_DAYS = 3650
SHORTEST_MONTH = 28


UNSAID = {review_days.SPREAD: review_days.ALL_ON_ONE}
"""What holds where a version from before has nothing of it."""


def fields(document: Document) -> dict[str, forms.Field]:
    return {key: _field(key) for key in typed(document)}


def _field(key: str) -> forms.Field:
    if key == "on_review_silence":
        return forms.ChoiceField(choices=list(SILENCE.items()), label=POLICY[key])
    return forms.IntegerField(min_value=1, max_value=LONGEST_DAYS, label=POLICY[key])


def sections(document: Document) -> Iterator[Section]:
    yield Section("Times and silence", tuple(typed(document)))


def typed(document: Document) -> Given:
    return {
        **document["policy"],
        **{key: document["policy"].get(key, usual) for key, usual in UNSAID.items()},
    }


def mistakes(document: Document, given: Given) -> Iterator[Mistake]:
    escalated, denied = given.get("escalated_after_days"), given.get("denied_after_days")
    if escalated and denied and escalated >= denied:
        yield (
            "escalated_after_days",
            (f"A request is denied after {denied} days. Ask the second approver before that."),
        )
    first, spread = given.get("first_review_after_days"), given.get(review_days.SPREAD)
    if first and spread and spread > first:
        yield (
            review_days.SPREAD,
            (f"The first review would begin before anything is set up. Choose at most {first} days."),
        )
    months, opened = given.get("review_every_months"), given.get("review_open_days")
    if months and opened and opened > months * SHORTEST_MONTH:
        yield (
            "review_open_days",
            (
                f"With a review every {months} month{'s' if months > 1 else ''} one would still be open when "
                f"the next begins. Choose at most {months * SHORTEST_MONTH} days."
            ),
        )


def changes(document: Document, given: Given) -> Document:
    """What was not said, and stays as it was, stays unsaid: it makes no new version."""
    said = {key for key in given if given[key] != UNSAID.get(key)} | document["policy"].keys()
    return {"policy": {key: given[key] for key in typed(document) if key in said}}
