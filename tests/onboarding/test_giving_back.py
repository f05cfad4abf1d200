"""The end of what was taken over: it is given back as it was, and only then called so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding.models import OwnedObject, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding import already
from tests.onboarding.conftest import entered, manage

POLICY = "assignment_policy/tier-1/analysts"
OLD = {"description": "before us", "displayName": "Old"}
OPEN: dict[str, Any] = {"isApprovalRequiredForAdd": False, "stages": []}


@pytest.fixture
def adopted(portal: Cloud, file: Callable[..., Path]) -> str:
    """Everything was there before us, and Tier 1's policy asked nobody and was never reviewed."""
    already.set_up(portal, file())
    OwnedObject.objects.update(origin=OwnedObject.Origin.ADOPTED, before={})
    before = {"requestApprovalSettings": OPEN, "reviewSettings": None}
    OwnedObject.objects.filter(address=POLICY).update(before=before)
    entered()
    return OwnedObject.objects.get(address=POLICY).remote_id


def test_a_policy_without_approval_is_given_back_without(portal: Cloud, adopted: str) -> None:
    held = portal.store.snapshot(seed.NORTHWIND)
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert status == 0, said
    policy = portal.store.get(seed.NORTHWIND, "assignmentPolicies", adopted)
    assert policy is not None
    assert (policy["requestApprovalSettings"], policy.get("reviewSettings")) == (OPEN, None)
    assert {name: len(there) for name, there in portal.store.snapshot(seed.NORTHWIND).items()} == {
        name: len(there) for name, there in held.items()
    }
    assert not OwnedObject.objects.exists()


def test_a_stage_that_the_customer_added_since_does_not_stand_in_the_way(portal: Cloud, adopted: str) -> None:
    policy = portal.store.get(seed.NORTHWIND, "assignmentPolicies", adopted)
    assert policy is not None
    settings = policy["requestApprovalSettings"]
    theirs = {**settings["stages"][0], "durationBeforeAutomaticDenial": "P3D"}
    changed = {**settings, "stages": [*settings["stages"], theirs]}
    portal.store.put(seed.NORTHWIND, "assignmentPolicies", {**policy, "requestApprovalSettings": changed})
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert status == 0, said
    policy = portal.store.get(seed.NORTHWIND, "assignmentPolicies", adopted)
    assert policy is not None
    assert policy["requestApprovalSettings"]["stages"] == [theirs]


def test_what_the_customer_changed_since_stays_as_they_have_it(portal: Cloud, adopted: str) -> None:
    group, catalog = (OwnedObject.objects.get(address=each) for each in ("group/tier-1", "catalog/mssp"))
    for row, sort in ((group, "groups"), (catalog, "catalogs")):
        OwnedObject.objects.filter(pk=row.pk).update(
            before={"description": "before us", "displayName": "Old"}
        )
        there = portal.store.get(seed.NORTHWIND, sort, row.remote_id)
        portal.store.put(seed.NORTHWIND, sort, {**(there or {}), "description": "the customer's new words"})
    entered()
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert status == 0, said
    for row, sort in ((group, "groups"), (catalog, "catalogs")):
        there = portal.store.get(seed.NORTHWIND, sort, row.remote_id)
        assert there and (there["description"], there["displayName"]) == ("the customer's new words", "Old")


def test_what_cannot_be_read_back_as_it_was_is_never_called_given_back(
    portal: Cloud, adopted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody puts our approval in again as fast as we take it out."""
    ours = portal.store.get(seed.NORTHWIND, "assignmentPolicies", adopted)
    assert ours is not None
    put = portal.store.put

    def stubborn(tenant: str, collection: str, body: Any) -> Any:
        return put(tenant, collection, {**ours} if body["id"] == adopted else body)

    monkeypatch.setattr(portal.store, "put", stubborn)
    monkeypatch.setattr("onboarding.running.patience.READ_BACK_HAS", timedelta(0))
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert status == 3, said
    assert Run.objects.latest("pk").ended == "failed"
    assert OwnedObject.objects.filter(address=POLICY).exists()
