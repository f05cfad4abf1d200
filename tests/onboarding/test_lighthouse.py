"""Azure by Lighthouse, from nothing to verified and off: the customer deploys, the portal reads it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onboarding import delegating, offers
from onboarding.models import Onboarding, OwnedObject, Plan, Step
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.microsoft.errors import Refused
from tenants.models import Customer
from tests.cast import customer
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import (
    CONTRIBUTOR,
    NOW,
    RESPONDER,
    SENTINEL,
    delegations,
    deploy,
    file_for,
    go_on,
    onboarded,
    sell,
    subscription,
)

SUPPORT = "cfd33db0-3dd1-45e3-aa9d-cdbdf3b6f24e"
"""Support Request Contributor, which our own list leaves out."""
PACKAGES = 19


def test_it_waits_for_the_customer_to_deploy_and_is_then_read_back(portal: Cloud, tmp_path: Path) -> None:
    sell()
    status, said = manage("onboard", file_for(tmp_path, subscription(portal)), *NOW)
    assert (status, len(said["changes"])) == (3, PACKAGES + 1), said
    step = Step.objects.get(kind="delegation")
    assert (step.state, step.reason) == ("customer", "delegation_awaited")
    assert str(step.target) == seed.FABRIKAM
    deploy(portal)
    assert go_on().ended == "verified"
    [there] = delegations(portal)
    assert OwnedObject.objects.get(kind="delegation").remote_id == there["id"]
    assert manage("verify", "northwind")[0] == 0
    assert manage("onboard", file_for(tmp_path, subscription(portal)), *NOW)[1]["changes"] == []


def test_sold_alone_it_is_not_held_up_by_what_only_packages_need(portal: Cloud, tmp_path: Path) -> None:
    for sku in portal.store.all(seed.NORTHWIND, "subscribedSkus"):
        portal.store.remove(seed.NORTHWIND, "subscribedSkus", sku["id"])
    sell(planes=["lighthouse"])
    status, said = manage("onboard", file_for(tmp_path, subscription(portal)), *NOW)
    asked = {check["name"] for check in said["readiness"]}
    assert not asked & {"licence", "approvers", "who may invite guests", "security defaults"}
    assert {"initial domain", "names that are taken"} < asked
    assert (status, len(said["changes"])) == (3, 1), said
    deploy(portal)
    assert go_on().ended == "verified"


def test_resource_groups_are_delegated_one_by_one(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path, "rg-security", "rg-workloads")
    scopes = {row.spec["scope"].rpartition("/")[2] for row in OwnedObject.objects.filter(kind="delegation")}
    assert scopes == {"rg-security", "rg-workloads"} and len(delegations(portal)) == 2


def test_ending_it_takes_every_delegation_away_without_the_customers_help(
    portal: Cloud, tmp_path: Path
) -> None:
    onboarded(portal, tmp_path)
    status, said = manage("offboard", "northwind", *NOW)
    assert (status, said.get("ended")) == (0, "verified"), said
    assert delegations(portal) == [] and not OwnedObject.objects.exists()
    # What is left lets nobody in, and only the customer can delete it.
    assert len(portal.store.all(seed.NORTHWIND, "registrationDefinitions")) == 1


def test_ended_by_the_customer_it_is_seen_as_changed(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path)
    [there] = delegations(portal)
    portal.store.remove(seed.NORTHWIND, "registrationAssignments", there["id"])
    status, said = manage("verify", "northwind")
    assert (status, len(said["changes"])) == (2, 1), said


def test_the_groups_and_their_roles_are_under_the_plans_number(portal: Cloud, tmp_path: Path) -> None:
    sell()
    manage("onboard", file_for(tmp_path, subscription(portal)))
    plan = Plan.objects.get()
    [change] = [each for each in plan.changes if each["kind"] == "delegation"]
    names = {a["principalIdDisplayName"] for a in change["spec"]["properties"]["authorizations"]}
    assert names == {RESPONDER, CONTRIBUTOR, "Gatehouse, reading back"}
    assert set(plan.frame["azure"]["principals"]) == {RESPONDER, CONTRIBUTOR, "Lighthouse approvers"}


def test_groups_are_named_after_the_customer_as_it_is_called_here(portal: Cloud, tmp_path: Path) -> None:
    named = {**SENTINEL["roles"][0], "group": "Sentinel Responder, {customer}"}
    sell({**SENTINEL, "roles": [named]})
    file = file_for(tmp_path, subscription(portal))
    assert manage("onboard", file)[0] == 2
    file.write_text(file.read_text().replace('"Northwind"', '"NORTHWIND"'))
    assert manage("onboard", file)[0] == 2
    Customer.objects.update(name="North Wind")
    status, said = manage("adopt", "northwind")
    assert (status, said.get("refused")) == (3, "no_analysts_group"), said


def test_a_group_that_still_serves_another_customer_is_not_taken(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path)
    kept = Onboarding.objects.get()
    wanted = Onboarding(
        tenant=customer("Contoso", seed.CONTOSO), offer=kept.offer, tiers=kept.tiers, azure=kept.azure
    )
    Onboarding.objects.update(azure={})  # typed, and not carried out: the delegation is still there
    with pytest.raises(Refused, match="delegation_group_shared"):
        delegating.check(wanted)


OWNER = {**SENTINEL["roles"][0], "role": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "owner": ({**SENTINEL, "roles": [OWNER]}, "delegation_role_gives_access"),
    "no such group": (
        {**SENTINEL, "roles": [{**SENTINEL["roles"][0], "group": "Nobody"}]},
        "no_analysts_group",
    ),
    "a day": (
        {**SENTINEL, "roles": [{**SENTINEL["roles"][1], "longest": "PT24H"}]},
        "delegation_length",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_azure_would_refuse_is_refused_before_there_is_a_plan(
    case: str, portal: Cloud, tmp_path: Path
) -> None:
    lighthouse, reason = WRONG[case]
    sell(lighthouse)
    status, said = manage("onboard", file_for(tmp_path, subscription(portal)))
    assert (status, said["refused"]) == (3, reason), said
    assert not Plan.objects.exists() and not Onboarding.objects.exists()


def test_a_microsoft_365_group_is_refused_although_it_is_security_enabled(
    portal: Cloud, tmp_path: Path
) -> None:
    sell()
    [group] = [g for g in portal.store.all(seed.FABRIKAM, "groups") if g["displayName"] == RESPONDER]
    portal.store.put(seed.FABRIKAM, "groups", {**group, "groupTypes": ["Unified"], "mailEnabled": True})
    status, said = manage("onboard", file_for(tmp_path, subscription(portal)))
    assert (status, said["refused"]) == (3, "no_analysts_group"), said
    assert RESPONDER in said["what"] and "Microsoft 365 group" in said["what"], said
    assert not Plan.objects.exists() and not Onboarding.objects.exists()


@pytest.mark.parametrize(
    ("places", "word"),
    [
        (["not-an-id"], "not-an-id"),
        ([], "at least one"),
        (["{id}", "{id}/rg-security"], "as a whole"),
        (["{id}/../other"], "neither"),
    ],
)
def test_a_place_that_is_none_is_one_clear_line(
    places: list[str], word: str, portal: Cloud, tmp_path: Path
) -> None:
    sell()
    named = [place.replace("{id}", subscription(portal)) for place in places]
    status, said = manage("onboard", file_for(tmp_path, *named))
    assert status == 1 and word in said["what"] and "azure" in said["what"], said


def test_an_offer_without_azure_takes_no_places(portal: Cloud, tmp_path: Path) -> None:
    offers.current("managed-defender")
    status, said = manage("onboard", file_for(tmp_path, subscription(portal)))
    assert status == 1 and "nothing in Azure" in said["what"], said


def test_azures_own_list_of_roles_is_asked_and_ours_only_where_it_cannot_be_read(
    portal: Cloud, tmp_path: Path
) -> None:
    """A role that our dated list does not know is taken, but only while Azure itself says that it may be."""
    newer = {**SENTINEL["roles"][0], "role": SUPPORT}
    sell({**SENTINEL, "roles": [newer]})
    assert manage("onboard", file_for(tmp_path, subscription(portal)))[0] == 2
    portal.faults.append(Fault("503", "GET", "/roleDefinitions", times=1000))
    status, said = manage("onboard", file_for(tmp_path, subscription(portal)))
    assert (status, said["refused"]) == (3, "delegation_role_unknown"), said
