"""The longest chain of an onboarding: which call cannot begin before which other has been answered.

The list is the measure the benchmark divides by. It follows from Graph alone, not from how we do it: no look
before a write, no second read. Whoever is slow makes the engine faster, never this list longer.

DESIGN.md adds a rule of ours: writes into one catalog or one package go one after the other, because parallel
ones were seen to fail (facts/peers.md 8). `queued` is the fewest calls in a row that are possible under it.
"""

from __future__ import annotations

Edges = tuple[tuple[str, str], ...]
EDGES: Edges = (
    ("make the catalog", "add the group to the catalog"),
    ("make the group", "add the group to the catalog"),
    ("make the group", "add a member"),
    ("make the catalog", "make the package"),
    ("add the group to the catalog", "read the resource's id"),
    ("read the resource's id", "put the role into the package"),
    ("make the package", "put the role into the package"),
    ("put the role into the package", "make the policy"),
    ("make the connected organisation", "make the policy"),
    ("make the policy", "read it back"),
)
WITH_EVERY_WAY: Edges = (
    *EDGES,
    ("make the entry in the customer's tenant", "make the policy"),
    ("make the entry in our own tenant", "make the policy"),
    ("the customer deploys the template", "read the delegation in our own tenant"),
)
"""With trust and Azure beside the packages. Both entries stand before anybody can ask (facts/graph.md 4.1).

Nothing of the packages hangs on Azure, and what the customer deploys is waited for and not made by us.
"""
INTO_THE_CATALOG = ("add the group to the catalog", "make the package")
PACKAGES = 3
"""Tier 1, Tier 2 and the approvers': each has a group, a package, a role and a policy."""


def longest(edges: Edges = EDGES) -> tuple[str, ...]:
    """The calls of the longest chain, first to last."""
    calls = {call for edge in edges for call in edge}
    return max((_ending_with(call, edges) for call in sorted(calls)), key=len)


def queued(packages: int = PACKAGES) -> int:
    """Calls in a row where the catalog takes one write at a time: always the one with most still behind it.

    Before them the catalog is made; that all groups are made meanwhile costs nothing.
    """
    waiting = sorted(INTO_THE_CATALOG * packages, key=lambda call: len(_behind(call)), reverse=True)
    return 1 + max(turn + len(_behind(call)) for turn, call in enumerate(waiting, 1))


def _ending_with(call: str, edges: Edges) -> tuple[str, ...]:
    earlier = [_ending_with(before, edges) for before, after in edges if after == call]
    return (*max(earlier, key=len, default=()), call)


def _behind(call: str) -> tuple[str, ...]:
    """The longest chain after this call."""
    later = [(after, *_behind(after)) for before, after in EDGES if before == call]
    return max(later, key=len, default=())
