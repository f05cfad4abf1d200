"""What somebody else does in Northwind once it is set up: one object of each kind changed, a package held."""

from __future__ import annotations

from typing import Any

from onboarding.models import OwnedObject
from sandbox import seed
from sandbox.cloud import Cloud

THEIRS = {"description": "since 2019"}
CHANGED = {
    "group/tier-1": "groups",
    "connected_organization/provider": "connectedOrganizations",
    "catalog/mssp": "catalogs",
    "access_package/tier-1": "accessPackages",
    "assignment_policy/tier-1/analysts": "assignmentPolicies",
}


def change_one_of_each(cloud: Cloud) -> None:
    for address, collection in CHANGED.items():
        id = OwnedObject.objects.get(address=address).remote_id
        body = cloud.store.get(seed.NORTHWIND, collection, id)
        assert body is not None
        cloud.store.put(seed.NORTHWIND, collection, {**body, **THEIRS})


def hold_a_package(cloud: Cloud, people: int = 2) -> None:
    for number in range(people):
        cloud.store.put(seed.NORTHWIND, "assignments", held(number))


def held(number: int) -> dict[str, Any]:
    package = OwnedObject.objects.get(address="access_package/tier-1").remote_id
    policy = OwnedObject.objects.get(address="assignment_policy/tier-1/analysts").remote_id
    return {
        "id": f"a551000{number}-0000-4000-8000-000000000000",
        **{"state": "delivered", "status": "Delivered", "schedule": {}},
        **{"accessPackage": {"id": package}, "assignmentPolicy": {"id": policy}},
        "target": {"id": f"7a00000{number}-0000-4000-8000-000000000000", "objectId": seed._id("42", 2)},
    }
