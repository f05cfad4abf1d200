"""Half of it was made by hand: what stands there is asked about, though a group it will name is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from onboarding import plans
from onboarding.engine.plan import Action
from onboarding.models import Onboarding, OwnedObject
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import restore
from tests.faults.test_take_over_matrix import all_ticked, by_hand
from tests.onboarding.conftest import ONE_TIER, manage
from tests.onboarding.test_two_faults import said

POLICIES = {"assignment_policy/tier-1/analysts", "assignment_policy/approvers/members"}


@pytest.fixture
def draft(portal: Cloud, file: Callable[..., Path]) -> Onboarding:
    """All of it is there but the approvers' group, and what stood for it."""
    manage("onboard", file(ONE_TIER))
    draft = Onboarding.objects.get()
    with transaction.atomic():
        assert carried_to_its_end(started(draft)).ended == "verified"
        ids = dict(OwnedObject.objects.values_list("address", "remote_id"))
        transaction.set_rollback(True)
    restore(portal, by_hand(portal.store.snapshot(seed.NORTHWIND)))
    dead = ids["group/approvers"]
    portal.store.remove(seed.NORTHWIND, "groups", dead)
    portal.store.remove(seed.NORTHWIND, "catalogResources", ids["catalog_resource/approvers"])
    for package in portal.store.all(seed.NORTHWIND, "accessPackages"):
        left = [scope for scope in package["resourceRoleScopes"] if dead not in str(scope)]
        portal.store.put(seed.NORTHWIND, "accessPackages", {**package, "resourceRoleScopes": left})
    return draft


def test_the_policies_are_asked_about_and_no_second_ones_planned(portal: Cloud, draft: Onboarding) -> None:
    all_ticked(draft)
    changes = plans.look(draft).plan.changes
    assert {c.resource.address: c.action for c in changes if c.resource.kind == "assignment_policy"} == (
        dict.fromkeys(POLICIES, Action.ADOPT)
    )


@pytest.mark.parametrize("busy", [False, True])
def test_they_are_taken_over_whether_or_not_the_run_is_held_up_before_them(
    portal: Cloud, draft: Onboarding, busy: bool
) -> None:
    there = {each["id"] for each in portal.store.all(seed.NORTHWIND, "assignmentPolicies")}
    run = started(all_ticked(draft))
    if busy:
        portal.faults.append(Fault("503", "PUT", "/assignmentPolicies/", times=2, retry_after=30))
    assert carried_to_its_end(run).ended == "verified", said(run)
    assert {each["id"] for each in portal.store.all(seed.NORTHWIND, "assignmentPolicies")} == there
