"""Trust between the tenants, from nothing to verified and off again: both halves, each in its own tenant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from access import trust
from onboarding import analysts
from onboarding.models import OwnedObject, Plan, Step
from onboarding.planes.cross_tenant_access import FIRST
from onboarding.words import sentences
from sandbox import directory, seed
from sandbox.cloud import Cloud
from tenants.models import Provider, Tenant
from tests.onboarding.conftest import manage, writes
from tests.onboarding.trusting import PACKAGES, entry, inbound, outbound, ready, sell, set_up
from tests.onboarding.wizarding import take_out

NOW = ("--apply", "--inline")
THEIRS = {
    "isMfaAccepted": False,
    "isCompliantDeviceAccepted": False,
    "isHybridAzureADJoinedDeviceAccepted": True,
}


def paths(box: Cloud, method: str = "POST") -> list[str]:
    return [call.path for call in box.calls if call.method == method and call.path.startswith("/v1.0/")]


def test_both_halves_are_set_before_anybody_can_ask(portal: Cloud, file: Callable[..., Path]) -> None:
    ready(portal)
    status, said = manage("onboard", file(), *NOW)
    assert status == 0, said
    assert (status, said["ended"], len(said["changes"])) == (0, "verified", PACKAGES + 2), said
    sent = [path.rpartition("/")[2] for path in paths(portal)]
    last = max(at for at, name in enumerate(sent) if name == "partners")
    assert sent.count("partners") == 2 and last < sent.index("assignmentPolicies")
    asked = [step for step in Step.objects.all() if step.kind == "assignment_policy"]
    assert len(asked) == 3 and all({*FIRST} <= {*step.needs} for step in asked)
    here, home = inbound(portal), outbound(portal)
    assert here is not None and home is not None
    group = here["b2bCollaborationInbound"]["usersAndGroups"]["targets"][0]["target"]
    assert portal.store.get(seed.FABRIKAM, "groups", group)["displayName"] == seed.ANALYSTS  # type: ignore[index]
    assert (
        here["inboundTrust"] | {"isMfaAccepted": True, "isCompliantDeviceAccepted": True}
        == here["inboundTrust"]
    )
    assert here["automaticUserConsentSettings"]["inboundAllowed"]
    assert home["automaticUserConsentSettings"]["outboundAllowed"] and home["inboundTrust"] is None
    before = writes(portal)
    assert manage("onboard", file(), *NOW)[1]["changes"] == [] and writes(portal) == before


def test_ending_it_leaves_both_tenants_as_they_were(portal: Cloud, file: Callable[..., Path]) -> None:
    ready(portal)
    before = {tid: portal.store.snapshot(tid) for tid in (seed.NORTHWIND, seed.FABRIKAM)}
    assert manage("onboard", file(), *NOW)[0] == 0
    status, said = manage("offboard", "northwind", *NOW)
    assert (status, said.get("ended")) == (0, "verified"), said
    for tid, then in before.items():
        after = portal.store.snapshot(tid)
        assert {k: v for k, v in after.items() if k != "resourceRequests" and v} == then
    assert not OwnedObject.objects.exists()


def test_the_analysts_group_may_be_called_after_the_brand(portal: Cloud, file: Callable[..., Path]) -> None:
    """As in the offer that ships; what the readiness says of it is the name as it is filled in."""
    ready(portal)
    assert sell(group="{brand} Analysts").document["analysts_group"] == "{brand} Analysts"
    status, said = manage("onboard", file(), *NOW)
    assert (status, said["ended"]) == (0, "verified"), said
    found = {check["name"]: check["found"] for check in said["readiness"]}["the analysts' group"]
    assert f"of the group {seed.ANALYSTS} (" in found
    group = (inbound(portal) or {})["b2bCollaborationInbound"]["usersAndGroups"]["targets"][0]["target"]
    assert portal.store.get(seed.FABRIKAM, "groups", group)["displayName"] == seed.ANALYSTS  # type: ignore[index]
    Provider.objects.update(brand="Fabrikam SOC")
    _, said = manage("onboard", file())
    assert (said["refused"], "Fabrikam SOC Analysts" in said["what"]) == ("no_analysts_group", True), said


@pytest.mark.parametrize("name", ["Analysts {EU}", "Analysts {0.x}", "Analysts {", "{brand!r} Analysts"])
def test_a_version_from_before_names_had_gaps_means_its_braces_as_they_stand(
    portal: Cloud, file: Callable[..., Path], name: str
) -> None:
    ready(portal)
    sell(group=name)
    _, said = manage("onboard", file())
    assert (said["refused"], f"{name}" in said["what"]) == ("no_analysts_group", True), said
    ours = next(g for g in portal.store.all(seed.FABRIKAM, "groups") if g["displayName"] == seed.ANALYSTS)
    portal.store.put(seed.FABRIKAM, "groups", {**ours, "displayName": name})
    status, said = manage("onboard", file())
    found = {check["name"]: check["found"] for check in said["readiness"]}["the analysts' group"]
    assert status == 2 and f"of the group {name} (" in found, said


def test_while_another_group_is_planned_the_one_that_is_let_in_keeps_its_name(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    set_up(portal, file())
    ids = {each["displayName"]: each["id"] for each in portal.store.all(seed.FABRIKAM, "groups")}
    other = next(name for name in ids if name != seed.ANALYSTS)
    sell(group=other)
    manage("onboard", file())
    tenant = Tenant.objects.get()
    assert analysts.named(tenant) == {ids[seed.ANALYSTS]: seed.ANALYSTS, ids[other]: other}
    found = trust.of(tenant)
    assert found and f"“{seed.ANALYSTS}” ({ids[seed.ANALYSTS]})" in " ".join(found.halves[0].says)
    assert f"The group that is let in: “{other}” ({ids[other]})." in reasons(analysts.named(tenant))[HERE]


HERE = "partner_inbound/provider"


def test_sold_alone_it_still_asks_whether_anybody_may_invite_its_guests(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    ready(portal)
    sell(["cross_tenant_access"])
    closed = {"id": "authorizationPolicy", "allowInvitesFrom": "none"}
    portal.store.put(seed.NORTHWIND, "policies", closed)
    status, said = manage("onboard", file(), *NOW)
    asked = {check["name"]: check["state"] for check in said["readiness"]}
    assert (status, asked["who may invite guests"]) == (3, "fail") and not {"licence", "approvers"} & {*asked}


def test_only_where_it_is_chosen_is_its_app_asked_for(portal: Cloud, file: Callable[..., Path]) -> None:
    assert manage("onboard", file(), *NOW)[0] == 0
    assert set(Plan.objects.get().frame["apps"]) == {"reader", "setup"}
    sell()
    status, said = manage("onboard", file(), *NOW)
    assert (status, said["refused"]) == (3, "no_admin_consent"), said
    assert seed.TRUST in said["where"] and inbound(portal) is outbound(portal) is None
    assert set(Plan.objects.latest("pk").frame["apps"]) == {"reader", "trust", "home"}


def test_without_a_registration_nothing_is_planned_and_it_is_said(
    portal: Cloud, file: Callable[..., Path], settings: Any
) -> None:
    ready(portal)
    settings.MICROSOFT_APPS = {k: v for k, v in settings.MICROSOFT_APPS.items() if k != "home"}
    status, said = manage("onboard", file(), *NOW)
    assert (status, said["refused"]) == (3, "not_registered"), said
    assert "README" in said["next"] and not Plan.objects.exists()


def test_our_app_at_home_is_known_by_its_own_token(portal: Cloud, file: Callable[..., Path]) -> None:
    ready(portal)
    app = next(sp for sp in portal.store.all(seed.FABRIKAM, "servicePrincipals") if sp["appId"] == seed.HOME)
    portal.store.put(seed.FABRIKAM, "servicePrincipals", {**app, "roles": ["GroupMember.Read.All"]})
    status, said = manage("onboard", file(), *NOW)
    found = {check["name"]: check for check in said["readiness"]}["our app in our own tenant"]
    assert (status, found["state"]) == (3, "fail"), said
    assert "Policy.ReadWrite.CrossTenantAccess" in found["found"]
    take_out(portal, seed.FABRIKAM, seed.HOME)
    status, said = manage("onboard", file(), *NOW)
    assert (status, said["refused"]) == (3, "no_admin_consent"), said
    assert "the provider's own tenant" in said["what"] and "of the provider" in said["who"], said
    assert writes(portal) == 0


def test_one_half_alone_is_seen(portal: Cloud, file: Callable[..., Path]) -> None:
    set_up(portal, file())
    portal.store.remove(seed.FABRIKAM, "partners", seed.NORTHWIND)
    status, said = manage("verify", "northwind")
    assert (status, len(said["changes"])) == (2, 1), said
    words = "Create the entry for the tenant northwind.example under cross-tenant access in the provider's"
    assert said["changes"][0].startswith(words)
    take_out(portal, seed.FABRIKAM, seed.HOME)
    status, said = manage("verify", "northwind")
    assert list(said["unknown"]) == ["partner_outbound/customer"] and not said["changes"], said


def test_whoever_else_comes_in_today_is_named_before_anybody_agrees(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    groups = portal.store.all(seed.FABRIKAM, "groups")
    other = next(group for group in groups if group["displayName"] != seed.ANALYSTS)
    who = {"accessType": "allowed", "targets": [{"target": other["id"], "targetType": "group"}]}
    theirs = {
        "id": seed.FABRIKAM,
        "tenantId": seed.FABRIKAM,
        "b2bCollaborationInbound": {"usersAndGroups": who},
    }
    portal.store.put(seed.NORTHWIND, "partners", theirs)
    ready(portal)
    _, said = manage("onboard", file())
    found = {check["name"]: check for check in said["readiness"]}["inbound B2B collaboration"]
    assert found["state"] == "warn" and f"lets in {other['displayName']} ({other['id']})." in found["found"]
    assert seed.ANALYSTS in found["found"]


@pytest.mark.parametrize(
    "added", [{}, {"b2bDirectConnectOutbound": {"applications": {"accessType": "blocked"}}}]
)
def test_an_entry_of_the_customers_is_taken_over_by_a_tick_and_given_back(
    portal: Cloud, file: Callable[..., Path], added: dict[str, Any]
) -> None:
    theirs = {"isServiceProvider": False, "inboundTrust": THEIRS, "automaticUserConsentSettings": None}
    whole = {**theirs, "id": seed.FABRIKAM, "tenantId": seed.FABRIKAM, "b2bCollaborationInbound": None}
    before = portal.store.put(seed.NORTHWIND, "partners", whole)
    ready(portal)
    assert manage("onboard", file(), *NOW)[0] == 3
    assert inbound(portal) == before and Step.objects.count() == 0
    assert manage("adopt", "northwind", "--tick", f"partner_inbound/provider={seed.FABRIKAM}")[0] == 2
    assert manage("onboard", file(), *NOW)[1]["ended"] == "verified"
    now = inbound(portal) or {}
    assert now["inboundTrust"] == {**THEIRS, "isMfaAccepted": True, "isCompliantDeviceAccepted": True}
    portal.store.put(seed.NORTHWIND, "partners", {**now, **added})
    assert manage("offboard", "northwind", *NOW)[1]["ended"] == "verified"
    assert inbound(portal) == {**before, **added}


HYBRID = "whether hybrid joined devices count"
OUT = "whether this tenant's people need not accept an invitation there"


def reasons(names: Mapping[str, str] | None = None) -> dict[str, str]:
    """Of the newest plan, as whoever agrees reads it."""
    plan = Plan.objects.latest("pk")
    return {each["address"]: str(sentences.kept(each, names or {})["why"]) for each in plan.changes}


def test_what_is_copied_from_the_default_is_said_before_anybody_agrees_and_afterwards(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """And only that: a setting that the entry has of its own stays as it is there."""
    ready(portal)
    here, home = (f"partner_{each}" for each in ("inbound/provider", "outbound/customer"))
    manage("onboard", file())
    why = reasons()
    assert f"on the day: {HYBRID}; {OUT}. Microsoft lets" in why[here]
    assert "on the day: whether the other tenant's people need not accept an invitation here." in why[home]
    assert not any("Copied" in words for address, words in why.items() if address not in (here, home))
    theirs = {"isServiceProvider": False, "inboundTrust": THEIRS, "automaticUserConsentSettings": None}
    whole = {**theirs, "id": seed.FABRIKAM, "tenantId": seed.FABRIKAM, "b2bCollaborationInbound": None}
    portal.store.put(seed.NORTHWIND, "partners", whole)
    manage("adopt", "northwind", "--tick", f"partner_inbound/provider={seed.FABRIKAM}")
    manage("onboard", file(), *NOW)
    why = reasons()
    assert f"on the day: {OUT}." in why[here] and HYBRID not in why[here]
    found = trust.of(Tenant.objects.get())
    assert found is not None
    halves = {half.address: half.copied for half in found.halves}
    assert f"only whole: {OUT}. A later" in halves[here] and "here. A later" in halves[home]
    manage("offboard", "northwind", *NOW)
    assert not any("Copied" in words for words in reasons().values())


def test_an_offer_without_it_takes_it_out_of_both_tenants(portal: Cloud, file: Callable[..., Path]) -> None:
    set_up(portal, file())
    sell(["access_packages"])
    status, said = manage("onboard", file(), *NOW)
    assert (status, said["ended"], len(said["changes"])) == (0, "verified", 2), said
    assert set(Plan.objects.latest("pk").frame["apps"]) == {"reader", "trust", "home"}
    assert inbound(portal) is outbound(portal) is None
    assert manage("verify", "northwind")[0] == 0


def test_what_others_put_into_our_entry_stays_and_ends_nothing_less(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    set_up(portal, file())
    added = {"b2bDirectConnectInbound": {"applications": {"accessType": "blocked", "targets": []}}}
    portal.store.put(seed.NORTHWIND, "partners", {**(inbound(portal) or {}), **added})
    assert manage("offboard", "northwind", *NOW)[1]["ended"] == "verified"
    left = inbound(portal) or {}
    assert {name for name, value in left.items() if value} == {"id", "tenantId", "b2bDirectConnectInbound"}
    assert manage("verify", "northwind")[0] == 0


def test_each_app_is_let_in_only_where_it_writes(portal: Cloud, file: Callable[..., Path]) -> None:
    set_up(portal, file())
    at_home = {sp["appId"]: sp["roles"] for sp in portal.store.all(seed.FABRIKAM, "servicePrincipals")}
    there = {sp["appId"] for sp in portal.store.all(seed.NORTHWIND, "servicePrincipals")}
    assert seed.TRUST not in at_home and seed.HOME not in there
    assert at_home[seed.HOME] == seed.HOME_ROLES
    assert (
        entry(portal, seed.NORTHWIND, seed.NORTHWIND) is entry(portal, seed.FABRIKAM, seed.FABRIKAM) is None
    )
    with pytest.raises(Exception, match="multi-tenant"):
        directory.check_audience(directory.application(portal, seed.HOME), seed.NORTHWIND)
