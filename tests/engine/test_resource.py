"""References: found wherever they stand, and replaced by ids once these are known."""

from __future__ import annotations

import pytest

from onboarding.engine.resource import Resource, Unresolved, is_ref, ref, references, resolve

SPEC = {"a": ref("x/1"), "b": [{"c": ref("x/2")}, "plain"], "d": {"ref": "x/3", "more": 1}}


def test_references_are_found_at_any_depth() -> None:
    assert list(references(SPEC)) == ["x/1", "x/2"]


def test_only_an_object_with_nothing_but_ref_is_one() -> None:
    assert is_ref(ref("x")) and not is_ref({"ref": "x", "more": 1}) and not is_ref("ref") and not is_ref({})


def test_resolving_replaces_references_and_nothing_else() -> None:
    resolved = resolve(SPEC, {"x/1": "id-1", "x/2": "id-2"})
    assert resolved == {"a": "id-1", "b": [{"c": "id-2"}, "plain"], "d": {"ref": "x/3", "more": 1}}
    assert SPEC["a"] == ref("x/1")


def test_an_unknown_id_is_named() -> None:
    with pytest.raises(Unresolved, match="x/2"):
        resolve(SPEC, {"x/1": "id-1"})


def test_needs_are_references_and_what_is_asked_for_besides_each_once() -> None:
    assert Resource("y", "group", "t", SPEC, ("x/9", "x/1")).needs == ("x/1", "x/2", "x/9")
