"""What should exist, as data.

A spec is JSON in Microsoft's own names. Where it needs another resource's id it holds a reference,
`{"ref": "group/tier-1"}`, which is replaced by the id once that resource exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Any
Spec: TypeAlias = Mapping[str, Json]


class Unresolved(LookupError):
    """A reference to a resource whose id is not known yet."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing one tenant should have. `needs` are addresses that must exist first."""

    address: str
    kind: str
    tenant_id: str
    spec: Spec
    also_needs: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(sorted({*references(self.spec), *self.also_needs}))


def ref(address: str) -> dict[str, str]:
    """A place in a spec that will hold the id of the resource at `address`."""
    return {"ref": address}


def is_ref(value: Json) -> bool:
    return isinstance(value, Mapping) and set(value) == {"ref"}


def references(value: Json) -> Iterator[str]:
    """Every address a spec refers to."""
    if is_ref(value):
        yield value["ref"]
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from references(inner)


def resolve(value: Json, ids: Mapping[str, str]) -> Json:
    """The same value with every reference replaced by its id; raises Unresolved where one is missing."""
    if is_ref(value):
        if value["ref"] not in ids:
            raise Unresolved(value["ref"])
        return ids[value["ref"]]
    if isinstance(value, Mapping):
        return {key: resolve(inner, ids) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(inner, ids) for inner in value]
    return value


def as_far_as_known(spec: Spec, ids: Mapping[str, str]) -> Spec:
    """A key that refers to what is not there yet keeps its references."""
    known = {key: all(each in ids for each in references(value)) for key, value in spec.items()}
    return {key: resolve(value, ids) if known[key] else value for key, value in spec.items()}
