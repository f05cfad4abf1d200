"""Who is in our groups without a plan or an assignment: strangers, shown in red."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from onboarding.engine.plan import Seen, State
from onboarding.engine.resource import Resource
from onboarding.kinds.package_assignments import assigned_people
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph


async def watch_members(
    graph: Graph, wanted: Mapping[str, Resource], seen: dict[str, Seen]
) -> dict[str, Seen]:
    """Add to each found group the members that nobody planned and no assignment explains."""
    groups = [a for a, r in wanted.items() if r.kind == "group" and seen[a].state is State.FOUND]
    crowded = [a for a in groups if _unplanned(a, wanted, seen[a])]
    if not crowded:
        return seen
    try:
        assigned = await assigned_people(graph)
    except (Later, Refused, Rejected, NotFound) as error:
        return seen | {a: Seen(State.UNKNOWN, why=f"assignments: {error}") for a in crowded}
    return seen | {a: _with_strangers(seen[a], _unplanned(a, wanted, seen[a]) - assigned) for a in crowded}


def _unplanned(address: str, wanted: Mapping[str, Resource], look: Seen) -> set[str]:
    planned = {
        r.spec["member"]
        for r in wanted.values()
        if r.kind == "group_membership" and r.spec["group"] == {"ref": address}
    }
    return set(look.candidates[0].about.get("members", ())) - planned


def _with_strangers(look: Seen, strangers: set[str]) -> Seen:
    words = tuple(f"member {oid} that no plan and no assignment explains" for oid in sorted(strangers))
    return replace(look, strange=look.strange + words)
