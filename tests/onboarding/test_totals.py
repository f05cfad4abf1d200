"""How many changes do what, in one sentence: nothing that is taken over, changed or deleted goes unsaid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding import offers
from onboarding.engine.plan import Action
from onboarding.models import Plan
from onboarding.words.totals import DOES, sets_up, total
from sandbox.cloud import Cloud
from tests.onboarding import already
from tests.onboarding.conftest import NORTHWIND, manage


def of(*actions: str, kind: str = "group") -> list[dict[str, Any]]:
    return [
        {"address": f"{kind}/{number}", "action": action, "kind": kind, "needs": [], "fields": []}
        for number, action in enumerate(actions)
    ]


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


def test_of_one_sort_alone_no_change_is_counted_twice() -> None:
    before = "something that was set up before."
    assert total(of("update")) == f"The change changes {before}"
    assert total(of("delete", "delete")) == f"Each of the 2 changes deletes {before}"


def test_what_is_put_into_something_that_is_there_leaves_that_not_untouched() -> None:
    """A membership changes its group, and a request policy decides who gets what a package gives."""
    added = of("create", kind="group_membership")
    added[0]["needs"] = ["group/0"]
    assert total(added) == "The change makes something new."
    assert total([*of("create"), *added]).endswith(
        "; nothing that is there is changed, taken over or deleted."
    )


def test_of_what_is_taken_over_and_changed_both_is_said() -> None:
    taken = of("adopt", "adopt", "adopt")
    taken[0]["fields"] = ["description"]
    assert total(taken) == (
        "Of 3 changes 2 take over something that is there "
        "and 1 takes over something that is there and changes it."
    )


def test_a_way_in_for_the_providers_approvers_is_not_said_to_leave_all_as_it_is(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """It is one policy more, of a package that was there for the customer's people alone."""
    already.set_up(portal, file())
    offers.edit(
        "managed-defender", offers.current("managed-defender").version, {"approval": "both"}, "person 1"
    )
    assert manage("onboard", file(NORTHWIND))[0] == 2
    plan = Plan.objects.latest("pk")
    assert [each["address"] for each in plan.changes] == ["assignment_policy/approvers/lead"]
    assert total(plan.changes) == "The change makes something new."


def test_what_changes_or_takes_away_anything_is_not_only_set_up() -> None:
    assert sets_up(of("create", "adopt"))
    assert not any(sets_up(of("create", each)) for each in ("update", "delete", "release"))
