"""What must change so that a tenant becomes what its blueprint says: arithmetic, no network.

    plan(desired, seen, owned) → Plan

`seen` says for each address what was read. Nothing is decided from what could not be read, and an object
that is not ours is never taken silently: a person ticks it first.
"""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from onboarding.engine.resource import Resource, Spec
from onboarding.engine.shape import same


class State(StrEnum):
    ABSENT = "absent"
    FOUND = "found"
    SEVERAL = "several"
    UNKNOWN = "unknown"


class Action(StrEnum):
    CREATE = "create"
    ADOPT = "adopt"
    UPDATE = "update"
    DELETE = "delete"
    RELEASE = "release"


LEFT = "/left/"
"""In an address: the rest is of what stayed behind when something it refers to was deleted by others."""
ENDINGS = (Action.DELETE, Action.RELEASE)
"""What takes away: carried out in reverse order, and green when the object is gone or as it was."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An existing object of the right name: what a person is shown before it may become ours."""

    remote_id: str
    values: Spec
    blockers: tuple[str, ...] = ()
    about: Spec = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read at one address. `link`: a relation that is its own natural key (a membership)."""

    state: State
    candidates: tuple[Candidate, ...] = ()
    resolved: Spec = field(default_factory=dict)
    strange: tuple[str, ...] = ()
    why: str = ""
    again: float = 0.0
    """Seconds that were asked for before it is read again."""
    link: bool = False
    fixed: tuple[str, ...] = ()
    """The spec's keys that cannot change after creation."""
    left: Candidate | None = None
    """What we own there and cannot use any more, because what it refers to is gone."""


@dataclass(frozen=True, slots=True)
class Owned:
    """What we answer for: made by us, or taken over with the values it had before."""

    resource: Resource
    remote_id: str
    adopted: bool
    before: Spec = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing a run will do. `fields` are the spec's keys it puts in place, `before` their old values."""

    action: Action
    resource: Resource
    remote_id: str = ""
    fields: tuple[str, ...] = ()
    before: Spec = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A person must decide: `look-alike`, `ambiguous`, `refused` (may not be adopted) or `fixed`."""

    address: str
    kind: str
    about: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    changes: tuple[Change, ...] = ()
    questions: tuple[Question, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    strange: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def in_order(self) -> bool:
        """Nothing to change, nothing to ask, nothing strange and everything was readable."""
        return not (self.changes or self.questions or self.unknown or self.strange)


def plan(
    desired: Sequence[Resource],
    seen: Mapping[str, Seen],
    owned: Mapping[str, Owned],
    ticked: Mapping[str, str] | None = None,
) -> Plan:
    """Compare. `ticked` maps addresses to the remote id of the existing object a person chose."""
    wanted = {resource.address: resource for resource in desired}
    outcomes: dict[str, Change | Question | None] = {}
    for resource in in_order(desired):
        look = seen[resource.address]
        if look.state is not State.UNKNOWN:
            outcomes[resource.address] = _decide(resource, look, owned.get(resource.address), ticked or {})
    left = left_behind(wanted, seen, owned)
    seen_left = {address: Seen(State.FOUND) for address in left}
    ending, unknown_endings = _endings(wanted, {**seen, **seen_left}, {**owned, **left})
    made = [outcome for outcome in outcomes.values() if isinstance(outcome, Change)]
    return Plan(
        changes=_listed(made, ending),
        questions=tuple(o for o in outcomes.values() if isinstance(o, Question)),
        unknown={a: seen[a].why for a in wanted if seen[a].state is State.UNKNOWN} | unknown_endings,
        strange={a: seen[a].strange for a in wanted if seen[a].strange},
    )


def _listed(made: Sequence[Change], ending: Sequence[Change]) -> tuple[Change, ...]:
    """Every change after those it waits for: what takes the place of another comes after its end."""
    needed = {need for change in made for need in change.resource.needs}
    first = [change for change in ending if change.resource.address in needed]
    return (*first, *made, *(change for change in ending if change not in first))


def left_behind(
    wanted: Mapping[str, Resource], seen: Mapping[str, Seen], owned: Mapping[str, Owned]
) -> dict[str, Owned]:
    """What we made and cannot use any more: it goes, under an address of its own; another takes its place."""
    lefts = {a: seen[a].left for a in wanted if a in owned and not owned[a].adopted}
    names = {a: left_address(a, left.remote_id) for a, left in lefts.items() if left}
    result = {}
    for address, name in names.items():
        left, was = seen[address].left, wanted[address]
        needs = tuple(names.get(need, need) for need in was.needs)
        there = Resource(name, was.kind, was.tenant_id, dict(left.values) if left else {}, needs)
        result[name] = Owned(there, owned[address].remote_id, adopted=False)
    return result


def left_address(address: str, remote_id: str) -> str:
    return f"{address}{LEFT}{remote_id[-8:]}"


def in_order(resources: Iterable[Resource]) -> list[Resource]:
    """Every resource after all it needs; raises graphlib.CycleError on a circle."""
    by_address = {resource.address: resource for resource in resources}
    sorter = graphlib.TopologicalSorter(
        {a: [n for n in r.needs if n in by_address] for a, r in by_address.items()}
    )
    return [by_address[address] for address in sorter.static_order()]


def _decide(
    resource: Resource, look: Seen, owned: Owned | None, ticked: Mapping[str, str]
) -> Change | Question | None:
    if look.state is State.ABSENT:
        return Change(Action.CREATE, resource)
    for candidate in look.candidates:
        if owned is not None and candidate.remote_id == owned.remote_id:
            return _correct(resource, look, candidate)
    if look.state is State.SEVERAL:
        return _choose(resource, look, ticked)
    return _take_over(resource, look, look.candidates[0], ticked)


def _correct(resource: Resource, look: Seen, found: Candidate) -> Change | Question | None:
    fields = differing(look.resolved, found.values)
    stuck = tuple(name for name in fields if name in look.fixed)
    if stuck:
        return Question(resource.address, resource.kind, f"fixed: {', '.join(stuck)}", look.candidates)
    if not fields:
        return None
    before = {name: found.values.get(name) for name in fields}
    return Change(Action.UPDATE, resource, found.remote_id, fields, before)


def _choose(resource: Resource, look: Seen, ticked: Mapping[str, str]) -> Change | Question:
    for candidate in look.candidates:
        if candidate.remote_id == ticked.get(resource.address):
            return _take_over(resource, look, candidate, ticked)
    return Question(resource.address, resource.kind, "ambiguous", look.candidates)


def _take_over(
    resource: Resource, look: Seen, found: Candidate, ticked: Mapping[str, str]
) -> Change | Question:
    if found.blockers:
        return Question(resource.address, resource.kind, "refused", (found,))
    if not look.link and ticked.get(resource.address) != found.remote_id:
        return Question(resource.address, resource.kind, "look-alike", (found,))
    fields = differing(look.resolved, found.values)
    if stuck := tuple(name for name in fields if name in look.fixed):
        return Question(resource.address, resource.kind, f"fixed: {', '.join(stuck)}", (found,))
    return Change(Action.ADOPT, resource, found.remote_id, fields, dict(found.values))


def _endings(
    wanted: Mapping[str, Resource], seen: Mapping[str, Seen], owned: Mapping[str, Owned]
) -> tuple[list[Change], dict[str, str]]:
    """What is ours and no longer wanted, the newest first; unreadable is never taken for gone."""
    changes, unknown = [], {}
    unwanted = (owned[address].resource for address in sorted(owned.keys() - wanted.keys()))
    for resource in reversed(in_order(unwanted)):
        mine, look = owned[resource.address], seen[resource.address]
        if look.state is State.UNKNOWN:
            unknown[resource.address] = look.why
            continue
        action = Action.RELEASE if mine.adopted else Action.DELETE
        fields = tuple(sorted(mine.before)) if mine.adopted else ()
        changes.append(Change(action, resource, mine.remote_id, fields, mine.before))
    return changes, unknown


def differing(spec: Spec, values: Spec) -> tuple[str, ...]:
    """The spec's keys whose real value is another one."""
    return tuple(sorted(name for name in spec if not same(spec[name], values.get(name))))
