"""How many changes do what, in one sentence: nothing that is taken over, changed or deleted goes unsaid."""

from __future__ import annotations

import pytest

from onboarding.engine.plan import Action
from onboarding.words.totals import DOES, total


def test_of_new_things_alone_it_says_that_nothing_else_is_touched() -> None:
    untouched = "makes something new; nothing that is there is changed, taken over or deleted."
    assert total(["create"] * 3) == f"Each of the 3 changes {untouched}"
    assert total(["create"]) == f"The change {untouched}"


def test_each_other_sort_is_counted_and_the_sentence_about_the_rest_is_gone() -> None:
    assert total(["create", "create", "adopt", "update", "update"]) == (
        "Of 5 changes 2 make something new, 1 takes over something that is there "
        "and 2 change something that was set up before."
    )


@pytest.mark.parametrize("action", [each for each in Action if each != Action.CREATE])
def test_no_sort_of_change_is_left_out(action: Action) -> None:
    said = total(["create", action])
    assert DOES[action][0] in said and "nothing that is there" not in said
    assert set(DOES) == set(Action)


def test_of_no_changes_nothing_is_said() -> None:
    assert total([]) == ""
