"""On which day each package is reviewed for the first time: not all on one, and fixed once it is agreed to.

By tenant and package alone, so a plan made again has the same days. Of a package that is ours the day stays,
whatever a newer version of the offer says: Microsoft moves none once a review is there (facts 3.6).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from onboarding.engine.plan import LEFT, Owned
from onboarding.engine.resource import Spec

SPREAD = "reviews_spread_over_days"
ALL_ON_ONE = 1
"""Of versions from before offers said it."""


def first(
    policy: Mapping[str, Any],
    starts: dt.date,
    tenant_id: str,
    packages: Iterable[str],
    kept: Mapping[str, dt.date],
) -> dict[str, dt.date]:
    """By package, in the days that end `first_review_after_days` after the start.

    Where only a part of what was agreed to is there, the rest has the days it was agreed with.
    """
    last = starts + dt.timedelta(days=policy["first_review_after_days"])
    how = last, policy.get(SPREAD, ALL_ON_ONE), tenant_id, tuple(packages)
    agreed = _beside({}, *how)
    return agreed if kept.items() <= agreed.items() else _beside(kept, *how)


def _beside(
    kept: Mapping[str, dt.date], last: dt.date, spread: int, tenant_id: str, packages: Iterable[str]
) -> dict[str, dt.date]:
    """One after the other on a day that the fewest have, from a place of its own on."""
    found = dict(kept)
    for package in packages:
        if package not in found:
            begin = _number(f"{tenant_id}/access_package/{package}")
            days = [last - dt.timedelta(days=(begin + more) % spread) for more in range(spread)]
            found[package] = min(days, key=list(found.values()).count)
    return found


def kept(owned: Iterable[Owned]) -> dict[str, dt.date]:
    """By package, of the policies among what is ours."""
    policies = [each.resource for each in owned if each.resource.kind == "assignment_policy"]
    begin = {each.address.split("/")[1]: _begin(each.spec) for each in policies if LEFT not in each.address}
    return {package: dt.datetime.fromisoformat(day).date() for package, day in begin.items() if day}


def _begin(spec: Spec) -> str:
    """When its first review begins; "" where it has none."""
    return str(((spec.get("reviewSettings") or {}).get("schedule") or {}).get("startDateTime") or "")


def _number(words: str) -> int:
    """The same in every process, unlike `hash`."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8])
