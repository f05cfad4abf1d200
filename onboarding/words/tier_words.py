"""What each tier can do, told side by side: of a higher one only what it can besides a lower one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

CAN, CANNOT = "Can ", "Cannot "


def side_by_side(tiers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """As an offer has them, in order, each with its words where another one's need not be read again."""
    higher = [{**tier, "can": _besides(tier["can"], lesser)} for lesser, tier in pairwise(tiers)]
    return [*tiers[:1], *higher]


def _besides(can: str, lesser: dict[str, Any]) -> str:
    """The words are people's own: whatever does not begin as the lesser tier's do stays as it was written."""
    mine, rest = _parts(can)
    theirs, more = _parts(lesser["can"])
    limits_only = not more or more == rest or (more.startswith(CANNOT) and more.count(". ") == 0)
    if not theirs or not limits_only or len(mine) <= len(theirs) or mine[: len(theirs)] != theirs:
        return can
    return f"Can all that {lesser['label']} can, and {'; '.join(mine[len(theirs) :])}. {rest}".strip()


def _parts(can: str) -> tuple[list[str], str]:
    """What the first sentence lists, and the sentences after it."""
    first, _, rest = can.partition(". ")
    return (first.removeprefix(CAN).rstrip(".").split("; "), rest) if first.startswith(CAN) else ([], rest)
