"""Verify names what nobody planned, and never takes what it could not read for gone or for changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding.models import OwnedObject, Reading
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.microsoft import apps, credentials
from tests.onboarding import already
from tests.onboarding.conftest import manage, writes
from tests.onboarding.test_nothing_to_verify import printed

TID = seed.NORTHWIND
STRANGER = seed._id("42", 1)


@pytest.fixture
def there(portal: Cloud, file: Callable[..., Path]) -> Cloud:
    """Northwind, set up and in order."""
    already.set_up(portal, file())
    assert manage("verify", "northwind")[0] == 0
    return portal


def change(box: Cloud, collection: str, address: str, edit: Callable[[dict[str, Any]], None]) -> None:
    body = box.store.get(TID, collection, OwnedObject.objects.get(address=address).remote_id)
    assert body is not None
    edit(body)
    box.store.put(TID, collection, body)


def drift(box: Cloud) -> dict[str, Any]:
    before = writes(box)
    status, said = manage("verify", "northwind")
    assert status == 2, said
    assert writes(box) == before
    assert not Reading.objects.latest("pk").in_order
    return said


def stage(policy: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = policy["requestApprovalSettings"]["stages"][0]
    return found


def test_a_strange_approval_stage(there: Cloud) -> None:
    def add(policy: dict[str, Any]) -> None:
        policy["requestApprovalSettings"]["stages"].append({**stage(policy)})

    address = "assignment_policy/tier-1/analysts"
    change(there, "assignmentPolicies", address, add)
    assert "approval stage 2" in str(drift(there)["strange"][address])


def test_a_strange_approver_in_a_stage(there: Cloud) -> None:
    one = {"@odata.type": "#microsoft.graph.singleUser", "userId": STRANGER}
    address = "assignment_policy/tier-2/analysts"
    change(there, "assignmentPolicies", address, lambda p: stage(p)["primaryApprovers"].append(one))
    assert STRANGER in str(drift(there)["strange"][address])


def test_approval_switched_off(there: Cloud) -> None:
    def off(policy: dict[str, Any]) -> None:
        policy["requestApprovalSettings"]["isApprovalRequiredForAdd"] = False

    change(there, "assignmentPolicies", "assignment_policy/tier-1/analysts", off)
    assert "who says yes" in str(drift(there)["changes"])


@pytest.mark.parametrize("address", ["group/tier-1", "group/tier-2", "group/approvers"])
@pytest.mark.parametrize("where", ["members", "owners"])
def test_a_stranger_in_or_over_a_group(there: Cloud, address: str, where: str) -> None:
    change(there, "groups", address, lambda group: group[where].append(STRANGER))
    assert STRANGER in str(drift(there)["strange"][address])


def test_the_command_line_calls_what_is_strange_as_pages_do(there: Cloud) -> None:
    change(there, "groups", "group/tier-1", lambda group: group["members"].append(STRANGER))
    status, said = printed("verify", "northwind")
    [line] = [line for line in said.splitlines() if "Nobody planned this" in line]
    assert status == 2 and STRANGER in line and "group/" not in line
    assert line.startswith('  Nobody planned this: Group "Fabrikam Security Tier 1 Analyst": '), line


def test_a_catalog_unpublished(there: Cloud) -> None:
    change(there, "catalogs", "catalog/mssp", lambda catalog: catalog.update(state="unpublished"))
    assert "whether it is in use" in str(drift(there)["changes"])


def test_an_approver_taken_out_of_the_group(there: Cloud) -> None:
    change(there, "groups", "group/approvers", lambda group: group["members"].pop())
    [said] = drift(there)["changes"]
    assert said.startswith("Add ") and said.endswith(
        'to the group "Fabrikam Security MSSP Analyst Approvers".'
    )


@pytest.mark.parametrize(
    ("collection", "address"),
    [("assignmentPolicies", "assignment_policy/tier-1/analysts"), ("groups", "group/tier-2")],
)
def test_something_deleted(there: Cloud, collection: str, address: str) -> None:
    owned = OwnedObject.objects.get(address=address)
    there.store.remove(TID, collection, owned.remote_id)
    assert owned.spec["displayName"] in str(drift(there)["changes"])


def test_a_package_deleted_with_all_that_hangs_on_it(there: Cloud) -> None:
    package = OwnedObject.objects.get(address="access_package/tier-1")
    policy = OwnedObject.objects.get(address="assignment_policy/tier-1/analysts")
    there.store.remove(TID, "assignmentPolicies", policy.remote_id)
    there.store.remove(TID, "accessPackages", package.remote_id)
    assert f'access package "{package.spec["displayName"]}"' in str(drift(there)["changes"])


def test_a_member_with_a_delivered_assignment_is_no_stranger(there: Cloud) -> None:
    change(there, "groups", "group/tier-1", lambda group: group["members"].append(STRANGER))
    drift(there)
    package = OwnedObject.objects.get(address="access_package/tier-1").remote_id
    policy = OwnedObject.objects.get(address="assignment_policy/tier-1/analysts").remote_id
    subject = {"id": "77770000-0000-4000-8000-000000000001", "objectId": STRANGER}
    there.store.put(TID, "assignments", assignment(package, policy, subject))
    status, said = manage("verify", "northwind")
    assert (status, said["strange"]) == (0, {}), said


@pytest.mark.parametrize("package", ["access_package/approvers", None])
def test_an_assignment_of_another_package_explains_no_member(there: Cloud, package: str | None) -> None:
    """Whoever holds Tier 1's package may be in Tier 1's group, and in no other of ours."""
    change(there, "groups", "group/tier-1", lambda group: group["members"].append(STRANGER))
    theirs = OwnedObject.objects.get(address=package).remote_id if package else foreign_package(there)
    subject = {"id": "77770000-0000-4000-8000-000000000001", "objectId": STRANGER}
    there.store.put(TID, "assignments", assignment(theirs, "", subject))
    assert STRANGER in str(drift(there)["strange"]["group/tier-1"])


def foreign_package(there: Cloud) -> str:
    ours = there.store.get(
        TID, "accessPackages", OwnedObject.objects.get(address="access_package/tier-1").remote_id
    )
    made = {**(ours or {}), "id": "0f000000-0000-4000-8000-00000000000f", "displayName": "Sales"}
    return str(there.store.put(TID, "accessPackages", made)["id"])


def assignment(package: str, policy: str, subject: dict[str, str]) -> dict[str, Any]:
    return {
        "id": "88880000-0000-4000-8000-000000000001",
        "state": "delivered",
        "status": "Delivered",
        "schedule": {},
        "accessPackage": {"id": package},
        "assignmentPolicy": {"id": policy},
        "target": subject,
    }


READS = ["/groups/", "/catalogs", "/accessPackages/", "/assignmentPolicies", "/connectedOrganizations"]


@pytest.mark.parametrize("path", READS)
def test_what_cannot_be_read_is_unknown_and_neither_gone_nor_drift(there: Cloud, path: str) -> None:
    there.faults.append(Fault("503", "GET", path, times=1000, retry_after=1))
    before = writes(there)
    status, said = manage("verify", "northwind")
    assert (status, said["changes"], writes(there)) == (3, [], before), said
    assert said["unknown"] and not said["questions"], said


def test_what_may_not_be_read_is_unknown(there: Cloud) -> None:
    """The reader's consent was narrowed: Graph answers 403."""
    for principal in there.store.all(TID, "servicePrincipals"):
        if principal["appId"] == seed.READER:
            roles = [role for role in principal["roles"] if role != "EntitlementManagement.Read.All"]
            there.store.put(TID, "servicePrincipals", {**principal, "roles": roles})
    credentials.forget(apps.reader(), TID)
    status, said = manage("verify", "northwind")
    assert (status, said["changes"]) == (3, []), said
    assert "catalog/mssp" in said["unknown"], said
