"""Each package is reviewed for the first time on a day of its own, and that day never changes."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from itertools import combinations
from typing import Any

import pytest

from onboarding.engine.plan import Owned
from onboarding.engine.resource import Resource
from onboarding.planes import review_days
from tests.planes.test_access_packages import NORTHWIND, OFFER, policies

STARTS = dt.date(2026, 12, 1)
PACKAGES = ("approvers", "tier-1", "tier-2")


def days(
    tenant: str = NORTHWIND,
    packages: tuple[str, ...] = PACKAGES,
    kept: dict[str, dt.date] | None = None,
    **policy: int,
) -> dict[str, dt.date]:
    return review_days.first(OFFER["policy"] | policy, STARTS, tenant, packages, kept or {})


def tenants(number: int) -> list[str]:
    return [f"a0000000-0000-4000-8000-{each:012}" for each in range(number)]


def test_each_package_has_its_own_day_within_the_spread_and_not_after_the_last() -> None:
    last = STARTS + dt.timedelta(days=335)
    for tenant in tenants(200):
        found = days(tenant).values()
        assert len(set(found)) == 3
        assert last - dt.timedelta(days=90) < min(found) and max(found) <= last


def test_customers_of_one_day_are_spread_over_the_days_and_months() -> None:
    first = [days(tenant)["tier-1"] for tenant in tenants(200)]
    assert len(set(first)) > 60 and len({day.month for day in first}) >= 3
    assert max(map(first.count, first)) < 12


def test_a_spread_that_is_too_short_shares_its_days_evenly() -> None:
    many = tuple(f"tier-{number}" for number in range(7))
    found = list(days(packages=many, reviews_spread_over_days=3).values())
    assert sorted(map(found.count, set(found))) == [2, 2, 3]


def test_a_version_that_says_nothing_of_it_has_all_on_the_day_it_always_had() -> None:
    policy = {key: value for key, value in OFFER["policy"].items() if key != review_days.SPREAD}
    found = review_days.first(policy, STARTS, NORTHWIND, PACKAGES, {})
    assert set(found.values()) == {STARTS + dt.timedelta(days=335)}


def test_what_is_ours_keeps_its_day_and_a_package_that_is_new_beside_it_takes_another() -> None:
    free = days(packages=("tier-2",))["tier-2"]
    found = days(kept={"tier-1": free})
    assert found["tier-1"] == free and len(set(found.values())) == 3


@pytest.mark.parametrize("spread", [1, 2, 3, 90])
def test_half_set_up_the_rest_has_the_days_it_was_agreed_with(spread: int) -> None:
    """Where days are shared, too: whatever was made first, nothing else moves for it."""
    packages = ("approvers", "tier-1", "tier-2", "tier-3")
    for tenant in tenants(50):
        agreed = days(tenant, packages, reviews_spread_over_days=spread)
        for made in [each for number in (1, 2, 3) for each in combinations(packages, number)]:
            kept = {package: agreed[package] for package in made}
            assert days(tenant, packages, kept, reviews_spread_over_days=spread) == agreed


def test_both_policies_of_a_package_have_its_day_and_all_packages_have_others() -> None:
    found = {
        address: each["reviewSettings"]["schedule"]["startDateTime"]
        for address, each in policies(approval="both").items()
    }
    assert found["assignment_policy/approvers/members"] == found["assignment_policy/approvers/lead"]
    assert len(found) == 4 and len(set(found.values())) == 3


def test_another_process_finds_the_same_days() -> None:
    """As a second worker, or one started anew: Python's own hash differs in each."""
    code = f"from onboarding.planes import review_days as r; print(r._number({NORTHWIND!r}))"
    said = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        )
        for seed in ("1", "2")
    ]
    assert said[0].stdout == said[1].stdout == f"{review_days._number(NORTHWIND)}\n".encode()


@pytest.mark.parametrize(
    ("address", "spec", "day"),
    [
        (
            "assignment_policy/tier-1/analysts",
            {"startDateTime": "2027-10-22T00:00:00Z"},
            dt.date(2027, 10, 22),
        ),
        ("assignment_policy/tier-1/analysts/left/12345678", {"startDateTime": "2027-10-22T00:00:00Z"}, None),
        ("assignment_policy/tier-1/analysts", {}, None),
        ("access_package/tier-1", {"startDateTime": "2027-10-22T00:00:00Z"}, None),
    ],
)
def test_the_day_is_kept_of_our_living_policies_alone(
    address: str, spec: dict[str, Any], day: dt.date | None
) -> None:
    kind = address.partition("/")[0]
    mine = Owned(
        Resource(address, kind, NORTHWIND, {"reviewSettings": {"schedule": spec}}), "1", adopted=False
    )
    assert review_days.kept([mine]).get("tier-1") == day
