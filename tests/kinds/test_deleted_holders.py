"""Somebody who held a package was deleted: Microsoft lets go of it after thirty days, and says so nowhere."""

from __future__ import annotations

import datetime as dt

import pytest

from onboarding.kinds import KINDS
from tenants.microsoft import bridge
from tenants.microsoft.errors import Later, Rejected
from tests.kinds.world import World

PACKAGE, POLICY = KINDS["access_package"], KINDS["assignment_policy"]


class Held:
    """A package and its policy, and an assignment that ended when its holder was deleted some days ago."""

    def __init__(self, world: World, days_ago: int, *, state: str = "expired") -> None:
        self.world, self.package = world, world.package(world.catalog("MSSP"), "Tier 1")
        named = {"displayName": "Analysts", "accessPackage": {"id": self.package}}
        self.policy = world.put("assignmentPolicies", **named)
        at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days_ago)
        self.holder = world.put(
            "deletedItems", displayName="Ana", deletedDateTime=at.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        target = {"id": self.holder, "objectId": self.holder}
        whole = {"accessPackage": {"id": self.package}, "assignmentPolicy": {"id": self.policy}}
        world.put("assignments", state=state, schedule={}, target=target, **whole)

    def end(self) -> None:
        spec = {"accessPackage": {"id": self.package}}
        bridge.run(POLICY.delete(self.world.graph, self.policy, spec))
        bridge.run(PACKAGE.delete(self.world.graph, self.package, {}))


@pytest.mark.parametrize("what", ["policy", "package"])
def test_it_waits_until_the_thirty_days_are_over(world: World, what: str) -> None:
    held = Held(world, 10)
    if what == "package":
        world.store.remove("00420000-0000-4000-8000-000000000001", "assignmentPolicies", held.policy)
    with pytest.raises(Later) as later:
        held.end()
    assert 20 * 86400 - 60 < later.value.seconds <= 20 * 86400 + 60
    assert f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=20):%Y-%m-%d}" in later.value.why


def test_after_thirty_days_it_ends(world: World) -> None:
    Held(world, 31).end()
    assert (world.all("assignmentPolicies"), world.all("accessPackages")) == ([], [])


def test_what_somebody_else_still_holds_is_refused_at_once(world: World) -> None:
    held = Held(world, 31, state="delivered")
    with pytest.raises(Rejected):
        held.end()


def test_somebody_else_who_was_deleted_is_not_waited_for(world: World) -> None:
    held = Held(world, 31, state="delivered")
    at = (dt.datetime.now(dt.UTC) - dt.timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    world.put("deletedItems", displayName="Ben", deletedDateTime=at)
    with pytest.raises(Rejected):
        held.end()
