"""Our part of somebody else's JSON: what the spec names is ours, all the rest is the customer's.

    project(spec, raw)   of raw the keys the spec names, in the spec's order and spelling where both mean it
    overlay(raw, spec)   raw with the spec laid over it: what the spec does not name survives
    same(one, other)     do two values mean the same?

Lists are compared without order, but for `stages` and `questions`, where the place has a meaning: there a
longer list of the customer's keeps its extra elements, which are watched as strange and not compared.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from onboarding.engine.resource import Json

KEPT = frozenset({"stages", "questions"})
DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")


def project(spec: Json, raw: Json, name: str = "") -> Json:
    """What raw says about the spec's keys; a key that raw lacks is left out."""
    if isinstance(spec, Mapping) and isinstance(raw, Mapping):
        return {key: project(spec[key], raw[key], key) for key in spec if key in raw}
    if is_list(spec) and is_list(raw):
        return _by_place(spec, raw) if name in KEPT else _by_match(spec, raw)
    return spec if same(spec, raw) else raw


def overlay(raw: Json, spec: Json, name: str = "") -> Json:
    """Raw as it will be once the spec holds."""
    if isinstance(spec, Mapping) and isinstance(raw, Mapping):
        return {**raw, **{key: overlay(raw.get(key), value, key) for key, value in spec.items()}}
    if is_list(spec) and is_list(raw):
        return _laid_by_place(raw, spec) if name in KEPT else _laid_by_match(raw, spec)
    return spec


def same(one: Json, other: Json, name: str = "") -> bool:
    """Equal but for the order of lists and the spelling of durations, moments and nothing (null or [])."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key], key) for key in one)
    if is_list(one) and is_list(other):
        return len(one) == len(other) and _same_elements(one, other, name)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(meaning(one) == meaning(other))


def beyond(spec: Sequence[Json], raw: Sequence[Json]) -> list[Json]:
    """The elements of raw that no element of the spec stands for; each stands for one."""
    left, result = list(spec), []
    for theirs in raw:
        at = next((i for i, ours in enumerate(left) if same(ours, project(ours, theirs))), None)
        if at is None:
            result.append(theirs)
        else:
            left.pop(at)
    return result


def _same_elements(one: Sequence[Json], other: Sequence[Json], name: str) -> bool:
    if name in KEPT:
        return all(same(a, b) for a, b in zip(one, other, strict=True))
    left = list(other)
    for element in one:
        at = next((i for i, theirs in enumerate(left) if same(element, theirs)), None)
        if at is None:
            return False
        left.pop(at)
    return True


def _laid_by_place(raw: Sequence[Json], spec: Sequence[Json]) -> list[Json]:
    ours = [overlay(old, new) for old, new in zip(raw, spec, strict=False)]
    return ours + list(spec[len(raw) :]) + list(raw[len(spec) :])


def _laid_by_match(raw: Sequence[Json], spec: Sequence[Json]) -> list[Json]:
    """The spec's elements, each with what else raw says of it."""
    left, result = list(raw), []
    for ours in spec:
        at = next((i for i, theirs in enumerate(left) if same(ours, project(ours, theirs))), None)
        result.append(ours if at is None else overlay(left.pop(at), ours))
    return result


def _by_place(spec: Sequence[Json], raw: Sequence[Json]) -> list[Json]:
    return [project(ours, theirs) for ours, theirs in zip(spec, raw, strict=False)]


def _by_match(spec: Sequence[Json], raw: Sequence[Json]) -> list[Json]:
    """Matches first, in the spec's order; then, in full, what the spec does not want."""
    left, result = list(raw), []
    for ours in spec:
        at = next((i for i, theirs in enumerate(left) if same(ours, project(ours, theirs))), None)
        if at is not None:
            left.pop(at)
            result.append(ours)
    return result + [plain(theirs) for theirs in left]


def plain(value: Json) -> Json:
    """Without OData's notes to itself, but with the type, which tells a user from a group."""
    if isinstance(value, Mapping):
        noise = {key for key in value if "@odata." in key and key != "@odata.type"}
        return {key: plain(inner) for key, inner in value.items() if key not in noise}
    return [plain(inner) for inner in value] if is_list(value) else value


def is_list(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def meaning(value: Json) -> Any:
    """Durations and moments by what they say, an empty list as nothing; everything else as it is."""
    if not isinstance(value, str):
        return None if is_list(value) and not value else value
    if (span := DURATION.fullmatch(value)) and any(span.groups()[1:]):
        return _seconds(span)
    if moment := MOMENT.fullmatch(value):
        return _moment(moment)
    return value


def _seconds(span: re.Match[str]) -> dt.timedelta | str:
    sign, days, hours, minutes, seconds = span.groups()
    try:
        length = dt.timedelta(
            int(days or 0), float(seconds or 0), minutes=int(minutes or 0), hours=int(hours or 0)
        )
    except OverflowError:
        return span[0]
    return -length if sign else length


def _moment(found: re.Match[str]) -> dt.datetime | str:
    """Microsoft writes seven decimals, Python reads six."""
    seconds, fraction, zone = found.groups()
    try:
        return dt.datetime.fromisoformat(f"{seconds}{(fraction or '')[:7]}{zone}")
    except ValueError:
        return found[0]
