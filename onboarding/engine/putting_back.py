"""Giving back what was taken over: as it was before, and what was never ours stays.

    put_back(there, ours, before)       what is there, with ours taken out and `before` in its place again
    was_put_back(seen, ours, before)    does a projection show it so?

`before` is a projection from before our first write; None in it is absent, and becomes absent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from onboarding.engine.resource import Json, Spec
from onboarding.engine.shape import KEPT, beyond, is_list, meaning, overlay, project, same


def put_back(there: Json, ours: Json, before: Json, name: str = "") -> Json:
    """A block that was not there goes whole, with whatever Microsoft filled in, unless somebody has put a
    stage or a question of their own into it."""
    if isinstance(ours, Mapping) and isinstance(there, Mapping) and isinstance(before, Mapping | None):
        return _block_put_back(there, ours, before)
    if name in KEPT and is_list(ours) and is_list(there) and (before is None or is_list(before)):
        return _places_put_back(there, ours, before or ())
    return overlay(there, before) if is_list(there) and is_list(before) else before


def was_put_back(seen: Json, ours: Json, before: Json) -> bool:
    """Absent, null, empty and Microsoft's default (false, PT0S) are one: which is read back is not known."""
    return same(_slim(put_back(seen, ours, before)), _slim(seen))


def _block_put_back(there: Spec, ours: Spec, before: Spec | None) -> Json:
    if before is None and not _holds_theirs(there, ours):
        return None
    old = before or {}
    back = {key: put_back(there.get(key), ours[key], old.get(key), key) for key in ours}
    gone = {key for key, value in back.items() if value is None}
    return {key: value for key, value in {**there, **back}.items() if key not in gone}


def _places_put_back(there: Sequence[Json], ours: Sequence[Json], before: Sequence[Json]) -> list[Json]:
    back = [put_back(*place) for place in zip(there, ours, before, strict=False)]
    kept = there[len(back) : len(before)]
    added = [
        one for at, one in enumerate(there) if at >= len(before) and not _is_ours(one, ours[at : at + 1])
    ]
    return [*back, *kept, *before[len(there) :], *added]


def _is_ours(there: Json, ours: Sequence[Json]) -> bool:
    return any(same(one, project(one, there)) for one in ours)


def _holds_theirs(there: Json, ours: Json, name: str = "") -> bool:
    if isinstance(there, Mapping) and isinstance(ours, Mapping):
        return any(_holds_theirs(there[key], ours[key], key) for key in ours if key in there)
    return name in KEPT and is_list(there) and is_list(ours) and bool(beyond(ours, there))


def _slim(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: slim for key, inner in value.items() if (slim := _slim(inner)) is not None} or None
    if is_list(value):
        return [_slim(inner) for inner in value] or None
    return value if meaning(value) else None
