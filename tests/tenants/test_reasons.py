"""Every refusal has words, and the words help."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding.words.reasons import GAPS, WORDS, Words, words

ROOT = Path(__file__).parents[2]
APPS = ("portal", "tenants", "onboarding", "access")
BLAME = (
    "you failed",
    "you forgot",
    "your fault",
    "your mistake",
    "invalid",
    "illegal",
    "wrong with you",
    "oops",
)


def refusals() -> Iterator[tuple[str, ast.Call]]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "exit_parts" in path.parts:  # a program of its own, which runs without us and our words
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _name(node.func) == "Refused":
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def texts(template: Words) -> tuple[str, ...]:
    return (template.what, template.safe, template.next, template.who)


def gaps(template: Words) -> list[str]:
    return [
        gap for text in texts(template) for _, gap, _, _ in string.Formatter().parse(text) if gap is not None
    ]


def test_every_reason_in_the_source_tree_has_words() -> None:
    named = [
        (where, call.args[0].value)
        for where, call in refusals()
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert named, "no refusal was found: the walk is broken"
    assert [(where, reason) for where, reason in named if reason not in WORDS] == []


@pytest.mark.parametrize("reason", WORDS)
def test_every_gap_has_a_name_and_a_plain_noun(reason: str) -> None:
    assert [gap for gap in gaps(WORDS[reason]) if gap not in GAPS] == []


@pytest.mark.parametrize("reason", WORDS)
def test_every_part_is_a_sentence_even_without_facts(reason: str) -> None:
    for text in texts(words(reason, {})):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "{" not in text


@pytest.mark.parametrize("reason", WORDS)
def test_nobody_is_blamed(reason: str) -> None:
    said = " ".join(texts(words(reason, {}))).lower()
    assert [word for word in BLAME if word in said] == []


@pytest.mark.parametrize("reason", [reason for reason, template in WORDS.items() if template.link])
def test_links_are_https(reason: str) -> None:
    assert words(reason, {}).link.startswith("https://")


def test_facts_fill_the_gaps() -> None:
    assert words("no_such_person", {"email": "kim@northwind.example"}).what == (
        "kim@northwind.example belongs to nobody in the tenant."
    )


def test_an_app_is_called_by_what_it_is_for() -> None:
    said = words("no_admin_consent", {"app": "setup", "tenant": "Northwind"}).what
    assert said == "Our set-up app has not been let into Northwind."


def test_a_name_from_a_tenant_cannot_turn_the_line_round_or_open_another_gap() -> None:
    said = words("lookalike", {"name": "Tier 1\u202e{id}\n", "id": "42"}).what
    assert "\u202e" not in said and "\n" not in said
    assert r"Tier 1\u202e{id}\u000a (42)" in said


def test_an_unknown_reason_is_a_bug() -> None:
    with pytest.raises(KeyError):
        words("because", {})
