"""What changes in an object is said in words: no field's own name stands in what a customer signs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from onboarding.closing import SHUT
from onboarding.engine.plan import Action, Candidate, Change, Question
from onboarding.engine.resource import Resource
from onboarding.kinds import KINDS
from onboarding.planes import access_packages, cross_tenant_access
from onboarding.words import field_words, sentences
from onboarding.words.field_words import FIELDS
from onboarding.words.reasons import visible
from tests.planes.test_access_packages import answers

OPEN = {"enableTargetsToSelfAddAccess": True, "enableTargetsToSelfUpdateAccess": True}
POLICY = "assignment_policy"


def said(*fields: str, wanted: Any = None, before: Any = None) -> str:
    spec = {"displayName": "A", **dict.fromkeys(fields, wanted)}
    change = Change(
        Action.UPDATE, Resource("p", POLICY, "t", spec), "id", fields, dict.fromkeys(fields, before)
    )
    return sentences.change(change, {})


@pytest.mark.parametrize(
    ("wanted", "before", "words"),
    [
        (SHUT, OPEN, "closed for the time being, so that nobody can ask"),
        (OPEN, SHUT, "opened again, so that access can be asked for"),
        (OPEN, OPEN | {"allowCustomAssignmentSchedule": True}, "who may ask"),
    ],
)
def test_closing_and_opening_a_policy_are_told_apart(wanted: Any, before: Any, words: str) -> None:
    change = said("requestorSettings", wanted=wanted, before=before)
    assert change == f'Change the request policy "A" ({words}).'


def test_what_two_fields_say_together_is_said_once() -> None:
    assert said("allowedTargetScope", "specificAllowedTargets", "expiration") == (
        'Change the request policy "A" (for whom it is, how long access lasts).'
    )


def test_every_field_of_a_plan_that_may_change_has_words() -> None:
    planned = [*access_packages.resources(answers()), *cross_tenant_access.resources(answers())]
    fields = {f for each in planned for f in each.spec if f not in KINDS[each.kind].identity}
    assert len(fields) > 10 and (fields | {"properties"}) - FIELDS.keys() == set()
    assert [words for words in FIELDS.values() if re.search(r"[a-z][A-Z]", words)] == []


def test_a_look_alike_is_shown_in_words_and_people_by_their_names() -> None:
    values = {
        "displayName": "Night\u202e shift",
        "mailEnabled": False,
        "description": "",
        "expiration": {"b": 1},
    }
    found = Candidate("g-1", values, about={"members": ["1", "2"], "owners": []})
    assert field_words.shown(found, {"2": "Carla Ruiz"}) == [
        ("Its name", visible("Night\u202e shift")),
        ("Whether it gets mail", "no"),
        ("Its description", "none"),
        ("How long access lasts", '{"b": 1}'),
        ("Its members", "1, Carla Ruiz"),
        ("Its owners", "none"),
    ]


def test_what_cannot_be_changed_is_said_in_words() -> None:
    asked = Question("group/tier-1", "group", "fixed: securityEnabled, mailEnabled", (Candidate("g-1", {}),))
    words = "differs in what cannot be changed (whether rights can be given to it, whether it gets mail)"
    assert sentences.question(asked) == f"the group {words} [g-1]"
