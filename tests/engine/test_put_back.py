"""Giving back what we took over: as it was before, and what was never ours stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.engine.putting_back import put_back, was_put_back
from onboarding.engine.shape import overlay, project, same

BOSS = {"@odata.type": "#microsoft.graph.singleUser", "userId": "u", "description": "Boss"}
OURS = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": "g"}
HERS = {"@odata.type": "#microsoft.graph.singleUser", "userId": "v", "description": "Hers"}
STAGE = {"denied": "P14D", "primaryApprovers": [OURS]}
THEIRS = {"denied": "P2D", "primaryApprovers": [BOSS]}


@pytest.mark.parametrize(
    ("there", "ours", "before", "result"),
    [
        ({"a": 2, "theirs": 1}, {"a": 2}, {"a": 1}, {"a": 1, "theirs": 1}),
        ({"a": 2, "theirs": 1}, {"a": 2}, {}, {"theirs": 1}),
        ({"a": 2, "theirs": 1}, {"a": 2}, {"a": None}, {"theirs": 1}),
        (
            {"a": {"b": 2, "c": 3, "theirs": 1}},
            {"a": {"b": 2, "c": 3}},
            {"a": {"b": 1}},
            {"a": {"b": 1, "theirs": 1}},
        ),
        ({"a": {"b": 2, "filled in": 0}}, {"a": {"b": 2}}, {"a": None}, {}),
        ({"who": [OURS]}, {"who": [OURS]}, {"who": [BOSS]}, {"who": [BOSS]}),
        ({"stages": [STAGE]}, {"stages": [STAGE]}, {"stages": []}, {"stages": []}),
        ({"stages": [STAGE, THEIRS]}, {"stages": [STAGE]}, {"stages": []}, {"stages": [THEIRS]}),
        ({"x": {"stages": [STAGE, THEIRS]}}, {"x": {"stages": [STAGE]}}, {}, {"x": {"stages": [THEIRS]}}),
        ({"stages": [THEIRS]}, {"stages": [STAGE]}, {"stages": []}, {"stages": [THEIRS]}),
        (
            {"stages": [{**STAGE, "theirs": 1}, THEIRS]},
            {"stages": [STAGE]},
            {"stages": [{"denied": "P2D"}]},
            {"stages": [{"denied": "P2D", "theirs": 1}, THEIRS]},
        ),
        ({"stages": []}, {"stages": [STAGE]}, {"stages": [THEIRS]}, {"stages": []}),
        ({"a": 3}, {"a": 2}, {"a": 1}, {"a": 3}),
        ({"a": 3}, {"a": 2}, {}, {"a": 3}),
        (
            {"on": False, "b": True},
            {"on": True, "b": True},
            {"on": True, "b": False},
            {"on": False, "b": False},
        ),
        ({"a": {"on": False}}, {"a": {"on": True}}, {"a": {"on": True}}, {"a": {"on": False}}),
        ({"a": {"on": False, "b": 2}}, {"a": {"on": True, "b": 2}}, {"a": None}, {"a": {"on": False}}),
        ({"a": None}, {"a": {"on": True}}, {"a": {"on": True}}, {}),
        ({}, {"a": {"on": True}}, {"a": {"on": True}}, {}),
        ({"a": None}, {"a": ""}, {"a": "x"}, {"a": "x"}),
        ({"who": [BOSS]}, {"who": [OURS]}, {"who": [HERS]}, {"who": [BOSS]}),
        ({"who": []}, {"who": [OURS]}, {"who": [BOSS]}, {"who": []}),
        ({"who": [OURS, HERS]}, {"who": [OURS]}, {"who": [BOSS]}, {"who": [BOSS, HERS]}),
        ({"who": [OURS, HERS]}, {"who": [OURS]}, {}, {"who": [HERS]}),
        ({"a": {"who": [OURS, HERS]}}, {"a": {"who": [OURS]}}, {}, {"a": {"who": [HERS]}}),
        ({"who": [OURS, BOSS]}, {"who": [OURS]}, {"who": [BOSS]}, {"who": [BOSS]}),
    ],
)
def test_what_was_before_comes_back(there: Any, ours: Any, before: Any, result: Any) -> None:
    assert put_back(there, ours, before) == result
    assert was_put_back(project(ours, result), ours, before)


@pytest.mark.parametrize(
    ("seen", "ours", "before", "back"),
    [
        ({"a": 2}, {"a": 2}, {"a": 1}, False),
        ({"a": 2}, {"a": 2}, {}, False),
        ({"stages": [STAGE]}, {"stages": [STAGE]}, {"stages": []}, False),
        ({"who": [OURS]}, {"who": [OURS]}, {"who": [BOSS]}, False),
        ({"a": {"on": False, "stages": [], "for": "PT0S"}}, {"a": {"on": True, "stages": [STAGE]}}, {}, True),
        ({"a": {"on": True, "stages": []}}, {"a": {"on": True, "stages": [STAGE]}}, {}, False),
        ({"a": None}, {"a": {"on": True}}, {"a": {"on": False}}, True),
        ({}, {"a": {"on": True}}, {"a": {"on": True}}, True),
        ({"a": 3}, {"a": 2}, {"a": 1}, True),
        ({"who": [OURS, BOSS]}, {"who": [OURS]}, {"who": [BOSS]}, False),
    ],
)
def test_only_what_is_read_back_as_it_was_counts(seen: Any, ours: Any, before: Any, back: bool) -> None:
    """Microsoft may read back what was left out as nothing, empty or its default. What is no longer ours
    was changed by somebody since, and is theirs."""
    assert was_put_back(seen, ours, before) is back


names = st.sampled_from(["a", "b", "stages", "primaryApprovers"])
leaves = st.none() | st.booleans() | st.integers() | st.sampled_from(["P1D", "x", ""])
json = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)
objects = st.dictionaries(names, json, max_size=4)


@given(objects, objects)
def test_what_was_taken_over_and_given_back_is_as_it_was(raw: dict[str, Any], spec: dict[str, Any]) -> None:
    before = project(spec, raw)
    given_back = put_back(overlay(raw, spec), spec, before)
    assert was_put_back(project(spec, given_back), spec, before)
    assert {k: v for k, v in given_back.items() if k not in spec} == {
        k: v for k, v in raw.items() if k not in spec
    }


def test_whom_we_replaced_is_remembered_in_full() -> None:
    assert project({"who": [OURS]}, {"who": [BOSS]}) == {"who": [BOSS]}


def test_what_microsoft_says_of_our_approver_stays() -> None:
    said = {**OURS, "description": "Approvers"}
    assert overlay({"who": [BOSS, said]}, {"who": [OURS]}) == {"who": [said]}
    assert same(project({"who": [OURS]}, {"who": [said]}), {"who": [OURS]})
