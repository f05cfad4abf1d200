"""What nobody planned, shown in red: strangers in our groups, and other ways through our packages.

A group put into our package by hand, or a second policy without approval, lets people in just as well as a
stranger in the group does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from onboarding.engine.plan import Seen, State
from onboarding.engine.resource import Resource
from onboarding.kinds.package_assignments import holders
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph

Wanted = Mapping[str, Resource]


async def watch(graph: Graph, wanted: Wanted, seen: dict[str, Seen]) -> dict[str, Seen]:
    """Add to each found group and package what nobody planned."""
    for address in _found(wanted, seen, "access_package"):
        words = tuple(_other_ways(address, wanted, seen))
        seen[address] = replace(seen[address], strange=seen[address].strange + words)
    crowded = [a for a in _found(wanted, seen, "group") if _unplanned(a, wanted, seen[a])]
    if not crowded:
        return seen
    try:
        held = await holders(graph)
    except (Later, Refused, Rejected, NotFound) as error:
        return seen | {a: Seen(State.UNKNOWN, why=f"assignments: {error}") for a in crowded}
    return seen | {a: _with_strangers(seen[a], _strangers(a, wanted, seen, held)) for a in crowded}


def _found(wanted: Wanted, seen: Mapping[str, Seen], kind: str) -> list[str]:
    return [a for a, r in wanted.items() if r.kind == kind and seen[a].state is State.FOUND]


def _unplanned(address: str, wanted: Wanted, look: Seen) -> set[str]:
    planned = {
        r.spec["member"]
        for r in wanted.values()
        if r.kind == "group_membership" and r.spec["group"] == {"ref": address}
    }
    return set(look.candidates[0].about.get("members", ())) - planned


def _strangers(
    group: str, wanted: Wanted, seen: Mapping[str, Seen], held: Mapping[str, set[str]]
) -> set[str]:
    """Only who holds a package of ours that gives this very group has come the planned way."""
    ways = [r.spec["accessPackage"]["ref"] for r in wanted.values() if _gives(r, group)]
    packages = [candidate.remote_id for way in ways for candidate in seen[way].candidates]
    came = {person for package in packages for person in held.get(package, ())}
    return _unplanned(group, wanted, seen[group]) - came


def _gives(resource: Resource, group: str) -> bool:
    return resource.kind == "package_resource_role" and resource.spec["originId"] == {"ref": group}


def _with_strangers(look: Seen, strangers: set[str]) -> Seen:
    words = tuple(f"member {oid} that no plan and no assignment explains" for oid in sorted(strangers))
    return replace(look, strange=look.strange + words)


def _other_ways(package: str, wanted: Wanted, seen: Mapping[str, Seen]) -> Iterator[str]:
    about = seen[package].candidates[0].about
    for policy in sorted({*about.get("policies", ())} - _ids(package, "assignment_policy", wanted, seen)):
        yield f"policy {policy} that nobody planned"
    known = _roles(package, wanted, seen) | _going(package, wanted, seen)
    for role in sorted({*about.get("roles", ())} - known):
        if role.startswith("Member_"):
            yield f"role {role} that nobody planned"


def _ids(package: str, kind: str, wanted: Wanted, seen: Mapping[str, Seen]) -> set[str]:
    parts = [a for a, r in wanted.items() if r.kind == kind and package in r.needs]
    return {candidate.remote_id for part in parts for candidate in seen[part].candidates}


def _roles(package: str, wanted: Wanted, seen: Mapping[str, Seen]) -> set[str]:
    parts = [a for a, r in wanted.items() if r.kind == "package_resource_role" and package in r.needs]
    return {f"Member_{seen[part].resolved['originId']}" for part in parts if seen[part].resolved}


def _going(package: str, wanted: Wanted, seen: Mapping[str, Seen]) -> set[str]:
    """Roles of ours in this package that the plan takes out of it: the plan shows them already."""
    here = seen[package].candidates[0].remote_id
    going = [look.left for look in seen.values() if look.left]
    going += [candidate for a in seen.keys() - wanted.keys() for candidate in seen[a].candidates]
    return {f"Member_{c.values.get('originId')}" for c in going if c.values.get("accessPackage") == here}
