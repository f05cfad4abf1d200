"""What nobody planned, shown in red: strangers in our groups, and other ways through our packages.

A group put into our package by hand, or a second policy without approval, lets people in just as well as a
stranger in the group does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from onboarding.engine.plan import Owned, Seen, State
from onboarding.engine.resource import Resource, is_ref
from onboarding.kinds.package_assignments import holders
from onboarding.words.reasons import in_words
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph

Wanted = Mapping[str, Resource]
Known = dict[str, set[str]]
WATCHED = ("group", "access_package")
"""Kinds of which only all the others together tell who is a stranger."""


async def watch(
    reader: Callable[[Resource], Graph],
    wanted: Wanted,
    seen: Mapping[str, Seen],
    owned: Mapping[str, Owned],
) -> dict[str, Seen]:
    """Add to each found group and package what nobody planned. What is ours is known though it is unread."""
    result, known, planned = dict(seen), _known(seen, owned), _also(wanted, owned)
    for address in _found(wanted, seen, "access_package"):
        words = tuple(_other_ways(address, planned, known, seen, owned))
        result[address] = replace(seen[address], strange=seen[address].strange + words)
    crowded = [a for a in _found(wanted, seen, "group") if _unplanned(a, planned, seen[a])]
    if not crowded:
        return result
    try:
        held = await holders(reader(wanted[crowded[0]]))
    except (Later, Refused, Rejected, NotFound) as error:
        return result | {a: unknown(error, "assignments: ") for a in crowded}
    return result | {a: _with_strangers(seen[a], _strangers(a, planned, seen, known, held)) for a in crowded}


def unknown(error: Later | Refused | Rejected | NotFound, what: str = "") -> Seen:
    """Unreadable is not missing. `what`: which part of it could not be read, if not the whole."""
    again = error.seconds if isinstance(error, Later) else 0.0
    return Seen(State.UNKNOWN, why=f"{what}{in_words(error)}", again=again)


def _known(seen: Mapping[str, Seen], owned: Mapping[str, Owned]) -> Known:
    """Address → ids of what is there: as read, and as we own it."""
    ids = {address: {candidate.remote_id for candidate in look.candidates} for address, look in seen.items()}
    return ids | {a: ids.get(a, set()) | {mine.remote_id} for a, mine in owned.items()}


def _also(wanted: Wanted, owned: Mapping[str, Owned]) -> Wanted:
    """What is ours and goes is planned, too: the plan shows it."""
    return {address: mine.resource for address, mine in owned.items()} | dict(wanted)


def _found(wanted: Wanted, seen: Mapping[str, Seen], kind: str) -> list[str]:
    there = (a for a, r in wanted.items() if r.kind == kind and a in seen)
    return [a for a in there if seen[a].state is State.FOUND]


def _unplanned(address: str, wanted: Wanted, look: Seen) -> set[str]:
    planned = {
        r.spec["member"]
        for r in wanted.values()
        if r.kind == "group_membership" and r.spec["group"] == {"ref": address}
    }
    return set(look.candidates[0].about.get("members", ())) - planned


def _strangers(
    group: str, wanted: Wanted, seen: Mapping[str, Seen], known: Known, held: Mapping[str, set[str]]
) -> set[str]:
    """Only who holds a package of ours that gives this very group has come the planned way."""
    ways = [r.spec["accessPackage"]["ref"] for r in wanted.values() if _gives(r, group)]
    packages = [package for way in ways for package in known.get(way, ())]
    came = {person for package in packages for person in held.get(package, ())}
    return _unplanned(group, wanted, seen[group]) - came


def _gives(resource: Resource, group: str) -> bool:
    return resource.kind == "package_resource_role" and resource.spec["originId"] == {"ref": group}


def _with_strangers(look: Seen, strangers: set[str]) -> Seen:
    words = tuple(f"member {oid} that no plan and no assignment explains" for oid in sorted(strangers))
    return replace(look, strange=look.strange + words)


def _other_ways(
    package: str, planned: Wanted, known: Known, seen: Mapping[str, Seen], owned: Mapping[str, Owned]
) -> Iterator[str]:
    about = seen[package].candidates[0].about
    parts = {a: r for a, r in planned.items() if package in r.needs}
    policies = {id for a, r in parts.items() if r.kind == "assignment_policy" for id in known.get(a, ())}
    for policy in sorted({*about.get("policies", ())} - policies):
        yield f"policy {policy} that nobody planned"
    ours = known | {address: {mine.remote_id} for address, mine in owned.items()}
    for role in sorted({*about.get("roles", ())} - _roles(parts, ours) - _going(package, seen)):
        if role.startswith("Member_"):
            yield f"role {role} that nobody planned"


def _roles(parts: Wanted, ours: Known) -> set[str]:
    """Of the group that we own, where we own one: another of its name is somebody else's."""
    groups = [r.spec["originId"] for r in parts.values() if r.kind == "package_resource_role"]
    ids = (ours.get(group["ref"], ()) if is_ref(group) else (group,) for group in groups)
    return {f"Member_{id}" for each in ids for id in each}


def _going(package: str, seen: Mapping[str, Seen]) -> set[str]:
    """Roles of ours in this package, also those that the plan takes out of it: it shows them already."""
    here = seen[package].candidates[0].remote_id
    going = [look.left for look in seen.values() if look.left]
    going += [candidate for look in seen.values() for candidate in look.candidates]
    return {f"Member_{c.values.get('originId')}" for c in going if c.values.get("accessPackage") == here}
