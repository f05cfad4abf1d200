"""Our part of somebody else's JSON, as tables and as laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.engine.shape import beyond, overlay, project, same

USER = {"@odata.type": "#microsoft.graph.singleUser", "userId": "u"}
GROUP = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": "g"}


@pytest.mark.parametrize(
    ("spec", "raw", "seen"),
    [
        ({"a": 1}, {"a": 1, "theirs": 2}, {"a": 1}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {}, {}),
        ({"a": {"b": 1}}, {"a": {"b": 2, "c": 3}}, {"a": {"b": 2}}),
        ({"who": [USER, GROUP]}, {"who": [GROUP, {**USER, "description": "x"}]}, {"who": [USER, GROUP]}),
        ({"who": [GROUP]}, {"who": [USER, GROUP]}, {"who": [GROUP, USER]}),
        ({"who": [GROUP]}, {"who": []}, {"who": []}),
        ({"for": "P365D"}, {"for": "PT8760H"}, {"for": "P365D"}),
        (
            {"at": "2026-10-01T00:00:00Z"},
            {"at": "2026-10-01T00:00:00.0000000Z"},
            {"at": "2026-10-01T00:00:00Z"},
        ),
        ({"who": []}, {"who": None}, {"who": []}),
        ({"stages": [{"n": 1}]}, {"stages": [{"n": 1}, {"n": 2}]}, {"stages": [{"n": 1}]}),
        (
            {"stages": [{"n": 1}, {"n": 2}]},
            {"stages": [{"n": 2}, {"n": 1}]},
            {"stages": [{"n": 2}, {"n": 1}]},
        ),
        ({"on": True}, {"on": 1}, {"on": 1}),
    ],
)
def test_only_the_named_keys_are_seen(spec: Any, raw: Any, seen: Any) -> None:
    assert project(spec, raw) == seen


@pytest.mark.parametrize(
    ("raw", "spec", "result"),
    [
        ({"theirs": 1, "a": 1}, {"a": 2}, {"theirs": 1, "a": 2}),
        ({"a": {"theirs": 1}}, {"a": {"b": 2}}, {"a": {"theirs": 1, "b": 2}}),
        ({"who": [USER]}, {"who": [GROUP]}, {"who": [GROUP]}),
        ({"a": None}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        (
            {"stages": [{"theirs": 1, "n": 0}, {"n": 2}]},
            {"stages": [{"n": 1}]},
            {"stages": [{"theirs": 1, "n": 1}, {"n": 2}]},
        ),
    ],
)
def test_what_the_spec_does_not_name_survives(raw: Any, spec: Any, result: Any) -> None:
    assert overlay(raw, spec) == result


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("P1D", "PT24H", True),
        ("P0D", "PT0S", True),
        ("P1D", "P2D", False),
        ("P", "P1D", False),
        (True, 1, False),
        ([1, 2], [2, 1], True),
        ([1, 1], [1, 2], False),
        ({"stages": [1, 2]}, {"stages": [2, 1]}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
    ],
)
def test_two_values_mean_the_same_or_not(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal
    assert same(other, one) is equal


def test_an_approver_nobody_planned_is_beyond_the_spec() -> None:
    assert beyond([GROUP], [USER, {**GROUP, "description": "ours"}]) == [USER]
    assert beyond([GROUP], [GROUP, GROUP]) == [GROUP]


names = st.sampled_from(["a", "b", "c", "stages", "primaryApprovers"])
leaves = st.none() | st.booleans() | st.integers() | st.sampled_from(["P1D", "PT24H", "x", ""])
json = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)
objects = st.dictionaries(names, json, max_size=4)


@given(objects, objects)
def test_what_was_laid_over_is_what_is_seen(raw: dict[str, Any], spec: dict[str, Any]) -> None:
    assert same(project(spec, overlay(raw, spec)), spec)


@given(objects, objects)
def test_foreign_keys_survive(raw: dict[str, Any], spec: dict[str, Any]) -> None:
    result = overlay(raw, spec)
    assert {key: result[key] for key in raw if key not in spec} == {
        k: v for k, v in raw.items() if k not in spec
    }
