"""How many changes do what, in one sentence: nothing that is taken over, changed or deleted goes unsaid."""

from __future__ import annotations

import pytest

from onboarding.engine.plan import Action
from onboarding.words.totals import DOES, total


def of(*actions: str, kind: str = "group") -> list[dict[str, str]]:
    return [{"action": action, "kind": kind} for action in actions]


def test_of_new_things_alone_it_says_that_nothing_else_is_touched() -> None:
    untouched = "makes something new; nothing that is there is changed, taken over or deleted."
    assert total(of("create", "create", "create")) == f"Each of the 3 changes {untouched}"
    assert total(of("create")) == f"The change {untouched}"


def test_each_other_sort_is_counted_and_the_sentence_about_the_rest_is_gone() -> None:
    assert total(of("create", "create", "adopt", "update", "update")) == (
        "Of 5 changes 2 make something new, 1 takes over something that is there "
        "and 2 change something that was set up before."
    )


@pytest.mark.parametrize("action", [each for each in Action if each != Action.CREATE])
def test_no_sort_of_change_is_left_out(action: Action) -> None:
    said = total(of("create", action))
    assert DOES[action][0] in said and "nothing that is there" not in said
    assert set(DOES) == set(Action)


def test_of_no_changes_nothing_is_said() -> None:
    assert total([]) == ""


def test_of_trust_it_does_not_say_that_nothing_else_is_touched() -> None:
    """Who of a trusted tenant may sign in is decided by it as well."""
    said = total([*of("create"), *of("create", kind="partner_inbound")])
    assert said == "Each of the 2 changes makes something new."
