"""Two tiers told side by side: what both can is read once, and nothing that one of them can is lost."""

from __future__ import annotations

import pytest

from onboarding import offers
from onboarding.words.tier_words import side_by_side

LESS = "Can read alerts; isolate a device. Cannot change settings."


def told(*words: str) -> list[str]:
    tiers = [{"slug": f"tier-{at}", "label": f"Tier {at}", "can": each} for at, each in enumerate(words, 1)]
    return [each["can"] for each in side_by_side(tiers)]


def test_of_a_higher_tier_only_what_it_can_besides_is_told() -> None:
    more = "Can read alerts; isolate a device; run scripts; fetch files. Cannot let anybody in."
    assert told(LESS, more) == [
        LESS,
        "Can all that Tier 1 can, and run scripts; fetch files. Cannot let anybody in.",
    ]


@pytest.mark.parametrize(
    "other",
    [
        LESS,
        "Can read alerts. Cannot change settings.",
        "Can read everything; isolate a device; run scripts.",
        "Reads alerts; isolates a device; runs scripts.",
        "Can read alerts and isolate a device; run scripts.",
        "",
    ],
)
def test_whatever_is_no_more_of_the_same_stays_as_it_was_written(other: str) -> None:
    assert told(LESS, other) == [LESS, other]
    assert told("Only looks.", other) == ["Only looks.", other]


@pytest.mark.parametrize("more", ["Also reads the mail.", "Cannot write. Also reads the mail."])
def test_what_a_lower_tiers_further_sentences_allow_is_not_said_of_the_higher_one(more: str) -> None:
    higher = "Can read alerts; isolate a device. Reads no mail."
    assert told(f"Can read alerts. {more}", higher)[1] == higher


def test_a_third_one_is_told_by_the_second() -> None:
    assert told("Can a.", "Can a; b.", "Can a; b; c.")[2] == "Can all that Tier 2 can, and c."


@pytest.mark.django_db
def test_in_every_offer_that_ships_the_second_tier_is_told_by_the_first() -> None:
    for document in offers.documents().values():
        second = side_by_side(document["tiers"])[1]["can"]
        assert second.startswith("Can all that Tier 1 can, and use live response on a device")
        assert second.endswith("Cannot change settings or let anybody in.")
