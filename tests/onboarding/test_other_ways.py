"""Ways into a tenant that somebody added to our packages by hand are drift, in red."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from onboarding.models import OwnedObject
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding import already
from tests.onboarding.conftest import manage

TIER_2 = "access_package/tier-2"


def test_a_second_policy_on_our_package_is_strange(portal: Cloud, file: Callable[..., Path]) -> None:
    already.set_up(portal, file())
    ours = OwnedObject.objects.get(address="assignment_policy/tier-2/analysts")
    policy = portal.store.get(seed.NORTHWIND, "assignmentPolicies", ours.remote_id)
    assert policy is not None
    foreign = {**policy, "id": "0f000000-0000-4000-8000-00000000000f", "displayName": "Come in"}
    portal.store.put(seed.NORTHWIND, "assignmentPolicies", foreign)
    status, said = manage("verify", "northwind")
    assert status == 2
    assert said["strange"] == {TIER_2: [f"policy {foreign['id']} that nobody planned"]}


def test_a_foreign_group_in_our_package_is_strange(portal: Cloud, file: Callable[..., Path]) -> None:
    already.set_up(portal, file())
    here = OwnedObject.objects.get(address=TIER_2).remote_id
    there = OwnedObject.objects.get(address="access_package/approvers").remote_id
    package = portal.store.get(seed.NORTHWIND, "accessPackages", here)
    other = portal.store.get(seed.NORTHWIND, "accessPackages", there)
    assert package is not None
    assert other is not None
    package["resourceRoleScopes"] += other["resourceRoleScopes"]
    portal.store.put(seed.NORTHWIND, "accessPackages", package)
    status, said = manage("verify", "northwind")
    assert status == 2
    assert list(said["strange"]) == [TIER_2]
