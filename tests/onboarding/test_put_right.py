"""What a customer deleted is made again by one plan with all that hung on it; nothing dead stays behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding.models import OwnedObject, Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding import already
from tests.onboarding.conftest import agreed_plan, manage, writes

File = Callable[..., Path]
COLLECTIONS = {
    "group/tier-1": "groups",
    "group/approvers": "groups",
    "connected_organization/provider": "connectedOrganizations",
    "access_package/tier-1": "accessPackages",
}


@pytest.fixture
def before(portal: Cloud, file: File) -> dict[str, Any]:
    """Northwind as it was before it was set up."""
    found = portal.store.snapshot(seed.NORTHWIND)
    already.set_up(portal, file())
    return found


def delete(portal: Cloud, address: str) -> str:
    """As Microsoft deletes: what a package holds goes with it, what names a group is left behind."""
    remote_id = OwnedObject.objects.get(address=address).remote_id
    assert portal.store.remove(seed.NORTHWIND, COLLECTIONS[address], remote_id)
    for policy in portal.store.all(seed.NORTHWIND, "assignmentPolicies"):
        if policy["accessPackage"]["id"] == remote_id:
            portal.store.remove(seed.NORTHWIND, "assignmentPolicies", policy["id"])
    return remote_id


def holding(portal: Cloud, id: str) -> list[str]:
    """Collections in which something still names that id; requests are history."""
    found = portal.store.snapshot(seed.NORTHWIND)
    return [name for name, held in found.items() if name != "resourceRequests" and id in str(held)]


@pytest.mark.parametrize("address", COLLECTIONS)
def test_one_run_puts_all_right(portal: Cloud, file: File, before: dict[str, Any], address: str) -> None:
    dead = delete(portal, address)
    agreed_plan(file())
    agreed = Plan.objects.latest("pk")
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["ended"]) == (0, "verified"), said
    assert Run.objects.latest("pk").plan == agreed, "the plan made again is the same plan"
    assert holding(portal, dead) == []

    assert manage("verify", "northwind")[0] == 0
    counted = writes(portal)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["changes"], writes(portal)) == (0, [], counted), said

    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    after = portal.store.snapshot(seed.NORTHWIND)
    assert {k: v for k, v in after.items() if k != "resourceRequests" and v} == before


def test_the_plan_shows_all_that_hung_on_a_deleted_group(
    portal: Cloud, file: File, before: dict[str, Any]
) -> None:
    delete(portal, "group/approvers")
    agreed_plan(file())
    planned = {(change["action"], change["address"]) for change in Plan.objects.latest("pk").changes}
    left = {address for action, address in planned if action == "delete"}
    assert {address.partition("/left/")[0] for address in left} == {
        "catalog_resource/approvers",
        "package_resource_role/approvers",
    }
    assert {address for action, address in planned if action == "update"} == {
        "assignment_policy/tier-1/analysts",
        "assignment_policy/tier-2/analysts",
        "assignment_policy/approvers/members",
    }
    made = {address for action, address in planned if action == "create"}
    assert {"group/approvers", "catalog_resource/approvers", "package_resource_role/approvers"} <= made
    assert sum(address.startswith("group_membership/") for address in made) == 2


def test_what_stays_behind_is_ours_until_it_is_gone(
    portal: Cloud, file: File, before: dict[str, Any]
) -> None:
    """The plan is saved and never carried out: the offboarding still takes the dead resource away."""
    delete(portal, "group/tier-1")
    agreed_plan(file())
    assert OwnedObject.objects.filter(address__startswith="catalog_resource/tier-1/left/").exists()
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    after = portal.store.snapshot(seed.NORTHWIND)
    assert {k: v for k, v in after.items() if k != "resourceRequests" and v} == before
