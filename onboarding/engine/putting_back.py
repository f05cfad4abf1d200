"""Giving back what was taken over: as it was before, and what was never ours stays.

    put_back(there, ours, before)       what is there, with ours taken out and `before` in its place again
    to_write(there, ours, before)       key by key what has to be written for that
    was_put_back(seen, ours, before)    does a projection show it so?

`before` is a projection from before our first write; None in it is absent, and becomes absent again. A value
that is no longer ours was changed by somebody since: it stays as they have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from onboarding.engine.resource import Json, Spec
from onboarding.engine.shape import KEPT, beyond, is_list, meaning, overlay, project, same


def put_back(there: Json, ours: Json, before: Json, name: str = "") -> Json:
    """A block that was not there goes whole, with whatever Microsoft filled in, unless somebody has changed
    something of ours in it since."""
    if isinstance(ours, Mapping) and isinstance(there, Mapping) and isinstance(before, Mapping | None):
        return _block_put_back(there, ours, before)
    if name in KEPT and is_list(ours) and is_list(there) and (before is None or is_list(before)):
        return _places_put_back(there, ours, before or ())
    if not _still_holds(there, ours):
        return there
    return _list_put_back(there, ours, before) if is_list(there) and is_list(ours) else before


def to_write(there: Spec, ours: Spec, before: Spec) -> dict[str, Json]:
    back = {key: put_back(there.get(key), ours[key], before[key], key) for key in before}
    return {key: value for key, value in back.items() if not same(value, there.get(key))}


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


def _still_holds(there: Json, ours: Json) -> bool:
    """All of ours, or of a list at least one."""
    seen = project(ours, there)
    if same(_slim(seen), _slim(ours)):
        return True
    return is_list(there) and is_list(ours) and len(beyond(ours, there)) < len(there)


def _list_put_back(there: Sequence[Json], ours: Sequence[Json], before: Json) -> Json:
    """Whom somebody added to ours stays beside whom we had replaced."""
    old = before if is_list(before) else []
    added = beyond(old, beyond(ours, there))
    return [*overlay(there, old), *added] if added or is_list(before) else before


def _places_put_back(there: Sequence[Json], ours: Sequence[Json], before: Sequence[Json]) -> list[Json]:
    back = [put_back(*place) for place in zip(there, ours, before, strict=False)]
    kept = there[len(back) : len(before)]
    added = [
        one for at, one in enumerate(there) if at >= len(before) and not _is_ours(one, ours[at : at + 1])
    ]
    return [*back, *kept, *added]


def _is_ours(there: Json, ours: Sequence[Json]) -> bool:
    return any(same(one, project(one, there)) for one in ours)


def _holds_theirs(there: Json, ours: Json) -> bool:
    if isinstance(there, Mapping) and isinstance(ours, Mapping):
        return any(_holds_theirs(there[key], ours[key]) for key in ours if key in there)
    if is_list(there) and is_list(ours):
        return bool(beyond(ours, there))
    return there is not None and not same(_slim(project(ours, there)), _slim(ours))


def _slim(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: slim for key, inner in value.items() if (slim := _slim(inner)) is not None} or None
    if is_list(value):
        return [_slim(inner) for inner in value] or None
    return value if meaning(value) else None
