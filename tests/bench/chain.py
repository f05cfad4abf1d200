"""The longest chain of an onboarding: which call cannot begin before which other has been answered.

The list is the measure the benchmark divides by. It follows from Graph alone, not from how we do it: no look
before a write, no second read. Whoever is slow makes the engine faster, never this list longer.
"""

from __future__ import annotations

EDGES = (
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


def longest() -> tuple[str, ...]:
    """The calls of the longest chain, first to last."""
    calls = {call for edge in EDGES for call in edge}
    return max((_ending_with(call) for call in sorted(calls)), key=len)


def _ending_with(call: str) -> tuple[str, ...]:
    earlier = [_ending_with(before) for before, after in EDGES if after == call]
    return (*max(earlier, key=len, default=()), call)
