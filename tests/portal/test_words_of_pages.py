"""Every page says the words of the help page: none of ours for ourselves, and no abbreviation left short."""

from __future__ import annotations

import re

import pytest
from django.utils.html import strip_tags

from tests.browser import places
from tests.browser.pages import PAGES
from tests.cast import Cast, assemble

OURS = re.compile(
    r"\b(drift\w*|planes?|blueprints?|digests?|adopt(s|ed|ion|ing)?|attest\w*|offboard\w*|ledgers?)\b",
    re.I,
)
"""What pages call changed, way in, set-up, plan number, take over, confirmed by name, end and record."""
IN_FULL = {
    "GDAP": "granular delegated admin privileges",
    "PIM": "privileged identity management",
    "B2B": "business to business",
    "MFA": "multi-factor authentication",
}
NOT_WORDS = re.compile(r"<(script|style|code|pre|head)\b.*?</\1>|Also called: [^<]*", re.S)


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def words(html: str) -> str:
    text = strip_tags(NOT_WORDS.sub(" ", html))
    return re.sub(r"\s+", " ", re.sub(r"https?://\S+", " ", text))


def test_no_page_speaks_as_the_code_does_or_in_abbreviations(cast: Cast) -> None:
    at = places.made(cast)
    wrong = []
    for name, (who, path) in PAGES.items():
        said = words(cast.client(who).get(path.format(**at), follow=True).content.decode())
        wrong += [f"{name}: {found[0]}" for found in OURS.finditer(said)]
        wrong += [
            f"{name}: {short}"
            for short, full in IN_FULL.items()
            if re.search(rf"\b{short}\b", said) and full not in said.lower()
        ]
    assert wrong == [], ", ".join(wrong)


@pytest.mark.parametrize("text", ["Nothing drifted.", "The <b>ledger</b>", "Adopted objects"])
def test_the_words_of_the_code_are_noticed(text: str) -> None:
    assert OURS.search(words(text))
