"""Every way in that can be sold, alone and with each other: there, in order, a second time without a write,
and off again, when both tenants and Azure are as they were but for what is named here."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onboarding import offers, planes, plans, runs
from onboarding.agreeing import agreements
from onboarding.ending import pausing
from onboarding.grants import granted
from onboarding.models import Onboarding, OwnedObject, Plan, Step
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.graph import permissions
from sandbox.store import Object
from tenants import consent
from tenants.models import Tenant
from tests.onboarding.conftest import NORTHWIND, manage
from tests.onboarding.delegating import NOW, SENTINEL, deploy, file_for, go_on, subscription
from tests.onboarding.test_attacks import offboarding
from tests.onboarding.test_deleted_holders import was_deleted
from tests.onboarding.wizarding import let_in

WAYS = tuple(planes.PLANES)
SUBSETS = [ways for size in (3, 2, 1) for ways in itertools.combinations(WAYS, size)]
AZURE = "lighthouse"
NO_PACKAGE = {(seed.READER, "Group.Read.All")}
NOTHING_LICENSED = {(seed.READER, "Organization.Read.All")}
"""The reader is one registration, let in as a whole. Where no package is sold it reads no group, and where
only Azure is, no licence."""
STAYS = {
    "resourceRequests": "entitlement management's history of what was put into a catalog",
    "activityLog": "Azure's own record of who did what",
    "deployments": "Azure's history of what the customer deployed",
    "operations": "the same, step by step",
    "runningOperations": "the same",
    "resourceProviders": "what Azure registers in a subscription with a deployment",
    "registrationDefinitions": "only the customer can delete it, and it lets nobody in",
}
"""What is there afterwards and was not before. Apps that were let in are there before already."""


@pytest.fixture(params=SUBSETS, ids="+".join)
def ways(request: Any) -> list[str]:
    return list(request.param)


@pytest.fixture
def file(portal: Cloud, tmp_path: Path, ways: list[str]) -> Path:
    """Sold, and every app let in with what it needs for that and no more."""
    seen = offers.current("managed-defender").version
    sold = {"planes": ways, "analysts_group": seed.ANALYSTS, "lighthouse": SENTINEL}
    offers.edit("managed-defender", seen, sold, "person 1")
    if "cross_tenant_access" in ways:
        let_in(portal, seed.NORTHWIND, seed.TRUST)
    home = next(sp for sp in portal.store.all(seed.FABRIKAM, "servicePrincipals") if sp["appId"] == seed.HOME)
    needed = sorted(consent.HOME_PERMISSIONS | planes.at_home(ways))
    portal.store.put(seed.FABRIKAM, "servicePrincipals", {**home, "roles": needed})
    if AZURE in ways:
        return file_for(tmp_path, subscription(portal))
    (tmp_path / "northwind.toml").write_text(NORTHWIND)
    return tmp_path / "northwind.toml"


def everything(box: Cloud) -> dict[str, dict[str, dict[str, Object]]]:
    return {tid: box.store.snapshot(tid) for tid in (seed.NORTHWIND, seed.FABRIKAM, "")}


def left(before: Any, after: Any) -> Iterator[str]:
    """Collections that are not as they were, but for those that may stay."""
    for tid in before:
        for name in sorted(before[tid].keys() | after[tid].keys()):
            if before[tid].get(name, {}) != after[tid].get(name, {}) and name not in STAYS:
                yield f"{tid} {name}"


def written(box: Cloud) -> list[str]:
    """Calls of ours that write, to Graph and to Azure."""
    ours = (call for call in box.calls if call.method not in ("GET", "POST") or "/v1.0" in call.path)
    return [f"{call.method} {call.path}" for call in ours if call.method != "GET"]


def granted_to(ways: list[str]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(tenant, app, permissions) of all that are let in for these ways in."""
    yield seed.NORTHWIND, seed.READER, consent.READER_PERMISSIONS
    for purpose in planes.writers(ways):
        if purpose == "home":
            yield seed.FABRIKAM, seed.HOME, consent.HOME_PERMISSIONS | planes.at_home(ways)
        else:
            yield seed.NORTHWIND, seed.APPS[purpose][0], consent.NEEDED[purpose]


def test_it_comes_and_goes_and_leaves_nothing_behind(portal: Cloud, file: Path, ways: list[str]) -> None:
    before = everything(portal)
    status, said = manage("onboard", file, *NOW)
    if AZURE in ways:
        assert (status, Step.objects.get(state="customer").kind) == (3, "delegation"), said
        deploy(portal)
        assert go_on().ended == "verified"
    else:
        assert (status, said["ended"]) == (0, "verified"), said
    assert manage("verify", "northwind")[0] == 0

    sent = written(portal)
    assert manage("onboard", file, *NOW)[1]["changes"] == [] and written(portal) == sent

    granted.read(Tenant.objects.get().pk)
    if "access_packages" in ways:
        waits_for_a_deleted_holder(portal)
        assert go_on().ended == "verified"
    else:
        status, said = manage("offboard", "northwind", *NOW)
        assert (status, said["ended"]) == (0, "verified"), said
    assert not OwnedObject.objects.exists()
    assert list(left(before, everything(portal))) == []
    idle = {
        (app, name)
        for tid, app, names in granted_to(ways)
        for name in permissions.idle(portal, tid, app, names)
    }
    assert idle == known_to_be_idle(ways)


def waits_for_a_deleted_holder(box: Cloud) -> None:
    """The end begins while Microsoft keeps a package for somebody who was deleted, and then lets go of it."""
    was_deleted(box, "Ana", 10)
    run = offboarding()
    for _ in range(6):
        advance(run.pk)
    assert Step.objects.filter(state="microsoft").exists()
    box.store.remove(seed.NORTHWIND, "deletedItems", "Ana")
    box.store.remove(seed.NORTHWIND, "assignments", "held by Ana")


def known_to_be_idle(ways: list[str]) -> set[tuple[str, str]]:
    if "access_packages" in ways:
        return set()
    return NO_PACKAGE if "cross_tenant_access" in ways else NO_PACKAGE | NOTHING_LICENSED


@pytest.mark.parametrize("ways", [WAYS], ids="+".join)
def test_a_pause_closes_requests_and_leaves_the_other_ways_as_they_stand(
    portal: Cloud, file: Path, ways: list[str]
) -> None:
    manage("onboard", file, *NOW)
    deploy(portal)
    assert go_on().ended == "verified"
    kept, before = Onboarding.objects.get(), everything(portal)
    plan = plans.save(kept, pausing.plan(pausing.look(kept)), Plan.Purpose.PAUSE)
    agreements.withdraw(plan, "person 1")
    runs.start(plan, "person 1")
    assert go_on().ended == "verified" and set(left(before, everything(portal))) == {
        f"{seed.NORTHWIND} assignmentPolicies"
    }
    assert manage("verify", "northwind")[0] == 0
    assert manage("offboard", "northwind", *NOW)[1]["ended"] == "verified"
    assert not OwnedObject.objects.exists()
