"""What is special about single kinds."""

from __future__ import annotations

import pytest

from onboarding.kinds import KINDS
from tenants.microsoft import bridge
from tenants.microsoft.errors import Later
from tests.kinds.carrying import carried
from tests.kinds.world import World, patiently

PLAIN = {"description": "Old", "mailNickname": "x", "securityEnabled": True, "mailEnabled": False}


def test_a_group_nobody_may_take_over_says_why(world: World) -> None:
    world.group(
        "Tier 1", groupTypes=["DynamicMembership"], onPremisesSyncEnabled=True, isAssignableToRole=True
    )
    spec = {"displayName": "Tier 1", **PLAIN}
    found = patiently(lambda: KINDS["group"].find(world.graph, spec))
    assert [len(one.blockers) for one in found] == [3]


def test_a_groups_owner_is_strange_and_its_members_are_told(world: World) -> None:
    people = [world.user(name) for name in ("Ann", "Ben", "Cem")]
    id = world.group("Tier 1", owners=people[:1], members=people)
    found = bridge.run(KINDS["group"].read(world.graph, id, {"displayName": "Tier 1"}))
    assert found is not None
    assert found.strange == (f"owner {people[0]} that nobody planned",)
    assert sorted(found.about["members"]) == sorted(people)


def test_leaving_a_group_does_not_delete_the_person(world: World) -> None:
    person = world.user("Nora")
    group = world.group("Tier 1", members=[person])
    spec = {"group": group, "member": person}
    bridge.run(KINDS["group_membership"].delete(world.graph, f"{group}/{person}", spec))
    assert (world.get("groups", group)["members"], world.get("users", person)["id"]) == ([], person)


def test_joining_a_group_twice_is_fine(world: World) -> None:
    person = world.user("Nora")
    group = world.group("Tier 1", members=[person])
    kind, spec = KINDS["group_membership"], {"group": group, "member": person}
    assert bridge.run(kind.create(world.graph, spec, "")) == f"{group}/{person}"
    assert world.get("groups", group)["members"] == [person]


def test_microsofts_own_catalog_may_not_be_taken_over(world: World) -> None:
    found = bridge.run(KINDS["catalog"].find(world.graph, {"displayName": "General", "description": "x"}))
    assert [one.blockers for one in found] == [("It is a catalog that Microsoft manages.",)]


def test_an_owner_role_in_a_package_is_strange(world: World) -> None:
    catalog, group = world.catalog("MSSP"), world.group("Tier 1")
    package, resource = world.package(catalog, "Tier 1"), world.resource(catalog, group)
    role = {"accessPackage": package, "catalog": catalog, "resource": resource, "role": "Owner"}
    spec = {**role, "originId": group, "originSystem": "AadGroup"}
    bridge.run(KINDS["package_resource_role"].create(world.graph, spec, ""))
    found = bridge.run(KINDS["access_package"].read(world.graph, package, {"catalog": {"id": catalog}}))
    assert found is not None
    assert found.strange == (f"role Owner_{group} that nobody planned",)


def test_an_app_in_a_group_is_told_though_the_list_of_members_hides_it(world: World) -> None:
    person, app = world.user("Ann"), world.put("servicePrincipals", appId="x", displayName="Sneaky")
    id = world.group("Tier 1", members=[person, app])
    spec = {"displayName": "Tier 1"}
    read = bridge.run(KINDS["group"].read(world.graph, id, spec))
    (found,) = bridge.run(KINDS["group"].find(world.graph, spec))
    assert read is not None
    assert sorted(read.about["members"]) == sorted(found.about["members"]) == sorted([person, app])


def test_a_group_that_failed_to_enter_its_catalog_is_let_in_by_a_request_of_its_own(world: World) -> None:
    """Accepted, and failed only later: the failed request is no reason to wait for it."""
    spec = {"catalog": world.catalog("MSSP"), "originId": world.group("Tier 1"), "originSystem": "AadGroup"}
    world.cloud.habits.slow_elm, world.cloud.habits.undelivered = 1, 1.0
    with pytest.raises(Later):
        bridge.run(KINDS["catalog_resource"].create(world.graph, spec, ""))
    bridge.run(KINDS["catalog_resource"].find(world.graph, spec))
    assert [each["state"] for each in world.all("resourceRequests")] == ["deliveryFailed"]
    world.cloud.habits.undelivered = 0.0
    id = carried(world, "catalog_resource", spec, unclear=True)
    assert [each["id"] for each in world.all("catalogResources")] == [id]
    states = [each["state"] for each in world.all("resourceRequests")]
    assert states == ["deliveryFailed", "delivered"]
