"""A plan's number: the same for the same meaning, another one for any other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.engine.digest import canonical, digest

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def turned(value: Any) -> Any:
    """The same with every object's keys the other way round."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


def altered(value: Any) -> Iterator[Any]:
    """The document once for each leaf, with that leaf changed."""
    if isinstance(value, dict):
        for key in value:
            yield from ({**value, key: other} for other in altered(value[key]))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in altered(inner))
    else:
        yield {"changed": value}


@given(DOCUMENTS)
def test_the_order_of_keys_means_nothing(document: Any) -> None:
    assert digest(document) == digest(turned(document))


@given(DOCUMENTS)
def test_every_leaf_counts(document: Any) -> None:
    assert digest(document) not in {digest(other) for other in altered(document)}


@given(DOCUMENTS)
def test_canonical_json_reads_back(document: Any) -> None:
    assert json.loads(canonical(document)) == document


def test_the_order_of_a_list_and_the_type_of_a_leaf_count() -> None:
    assert len({digest(value) for value in ([1, 2], [2, 1], ["1", 2], [True, 2], [None, 2])}) == 5


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        digest({"a": float("nan")})
