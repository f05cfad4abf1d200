"""What Azure says beforehand in odd ways is told at its worst, and never left out."""

from __future__ import annotations

from typing import Any

import pytest

from access.azure import hand_outs
from access.deploying import looking_ahead
from tests.access import deploying
from tests.cast import assemble

pytestmark = pytest.mark.django_db


def test_of_two_words_about_one_thing_the_worse_counts() -> None:
    """Wherever they stand, and however its id is written."""
    whose = assemble().northwind
    deploying.planned(whose)
    [found] = hand_outs.of(whose)
    id = next(iter(looking_ahead.expected(found)))
    for first, second in (("Delete", "NoChange"), ("NoChange", "Delete"), ("Delete", "Ignore")):
        told: dict[str, Any] = {
            "changes": [{"resourceId": id, "changeType": first}],
            "potentialChanges": [{"resourceId": id.upper(), "changeType": second}],
        }
        changes = looking_ahead.changes(found, {"properties": told})
        assert any(looking_ahead.is_strange(each) for each in changes), (first, second)
    for calm in ("Create", "Modify", "NoChange"):
        said = {"changes": [{"resourceId": id, "changeType": calm}]}
        changes = looking_ahead.changes(found, {"properties": said})
        assert not any(looking_ahead.is_strange(each) for each in changes)
        assert [each["change"] for each in changes] == [calm, "Untold"]
