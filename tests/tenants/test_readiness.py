"""Each readiness check in each of its states, as a table of what the tenant answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tenants.checks import Answers, Ask, Check
from tenants.guest_entry import conditional_access, inbound, invitations, security_defaults
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.readiness import (
    CHECKS,
    GOVERNANCE,
    P2,
    approvers,
    check_all,
    initial_domain,
    licence,
    lookalikes,
)
from tests.tenants.fake_graph import FakeGraph

PROVIDER = "fab00000-0000-4000-8000-000000000001"
ANSWERS = Answers(PROVIDER, ("kim@northwind.example", "lee@northwind.example"))

SKUS = "subscribedSkus"
AUTHORIZATION = "policies/authorizationPolicy"
DEFAULT = "policies/crossTenantAccessPolicy/default"
PARTNER = f"policies/crossTenantAccessPolicy/partners/{PROVIDER}"
CA = "identity/conditionalAccess/policies"
DEFAULTS = "policies/identitySecurityDefaultsEnforcementPolicy"


def sku(
    plan: str = P2, status: str = "Enabled", provisioning: str = "Success", enabled: int = 5, warning: int = 0
) -> dict[str, Any]:
    return {
        "skuPartNumber": "ANY_NAME",
        "capabilityStatus": status,
        "prepaidUnits": {"enabled": enabled, "warning": warning},
        "servicePlans": [{"servicePlanId": plan, "provisioningStatus": provisioning}],
    }


def user(name: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "id": f"id-{name}",
        "displayName": name,
        "mail": f"{name}@northwind.example",
        "userPrincipalName": f"{name}@northwind.example",
        "userType": "Member",
        "accountEnabled": True,
    }
    return {**plain, **changes}


def people(*users: dict[str, Any]) -> Any:
    """Answers the filter as the directory does, by mail or sign-in name."""
    names = ("mail", "userPrincipalName")
    return lambda text: [each for each in users if text in [f"{name} eq '{each[name]}'" for name in names]]


def b2b(people_access: str, *targets: str, apps: str = "allowed") -> dict[str, Any]:
    return {
        "b2bCollaborationInbound": {
            "usersAndGroups": {
                "accessType": people_access,
                "targets": [{"target": each} for each in targets],
            },
            "applications": {"accessType": apps, "targets": [{"target": "AllApplications"}]},
        }
    }


def ca(name: str, state: str = "enabled", **users: Any) -> list[dict[str, Any]]:
    return [{"displayName": name, "state": state, "conditions": {"users": users}}]


OPEN, CLOSED, PARTLY = b2b("allowed", "AllUsers"), b2b("blocked", "AllUsers"), b2b("allowed", "a-group")
NO_APPS = b2b("allowed", "AllUsers", apps="blocked")
INHERITS = {"tenantId": PROVIDER, "b2bCollaborationInbound": None}
UNLICENSED = Rejected(403, "AccessDenied", "Your tenant is not licensed for this feature.")
GUESTS = {"guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest"}
OF_ANOTHER = {**GUESTS, "externalTenants": {"membershipKind": "enumerated", "members": ["another"]}}
OF_OURS = {**GUESTS, "externalTenants": {"membershipKind": "enumerated", "members": [PROVIDER]}}
KIM, LEE = user("kim"), user("lee")
OWN = {"id": "n", "displayName": "Northwind"}

TABLE: list[tuple[Ask, dict[str, Any], str]] = [
    (licence, {SKUS: [sku()]}, "pass"),
    (licence, {SKUS: [sku(plan="other"), sku(plan=GOVERNANCE)]}, "pass"),
    (licence, {SKUS: [sku(status="Warning", enabled=0, warning=5)]}, "warn"),
    (licence, {SKUS: [sku(status="Suspended")]}, "fail"),
    (licence, {SKUS: [sku(provisioning="PendingActivation")]}, "fail"),
    (licence, {SKUS: [sku(enabled=0)]}, "fail"),
    (licence, {SKUS: [sku(plan="41781fb2-bc02-4b7c-bd55-b576c07bb09d")]}, "fail"),
    (licence, {SKUS: []}, "fail"),
    (
        initial_domain,
        {"organization": [{**OWN, "verifiedDomains": [{"name": "n.example", "isInitial": True}]}]},
        "pass",
    ),
    (initial_domain, {"organization": [{**OWN, "verifiedDomains": [{"name": "n.example"}]}]}, "fail"),
    (initial_domain, {"organization": [OWN]}, "fail"),
    (approvers, {"users": people(KIM, LEE)}, "pass"),
    (approvers, {"users": people(KIM, user("lee", mail=None))}, "warn"),
    (approvers, {"users": people(KIM)}, "fail"),
    (approvers, {"users": people(KIM, user("lee", userType="Guest"))}, "fail"),
    (approvers, {"users": people(KIM, user("lee", accountEnabled=False))}, "fail"),
    (approvers, {"users": people(KIM, LEE, user("lee", id="id-2"))}, "fail"),
    (invitations, {AUTHORIZATION: {"allowInvitesFrom": "adminsAndGuestInviters"}}, "pass"),
    (invitations, {AUTHORIZATION: {"allowInvitesFrom": "everyone"}}, "warn"),
    (invitations, {AUTHORIZATION: {"allowInvitesFrom": "none"}}, "fail"),
    (inbound, {DEFAULT: OPEN}, "pass"),
    (inbound, {DEFAULT: {}}, "pass"),
    (inbound, {DEFAULT: OPEN, PARTNER: INHERITS}, "pass"),
    (inbound, {DEFAULT: CLOSED, PARTNER: OPEN}, "pass"),
    (inbound, {DEFAULT: PARTLY}, "warn"),
    (inbound, {DEFAULT: OPEN, PARTNER: PARTLY}, "warn"),
    (inbound, {DEFAULT: OPEN, PARTNER: b2b("blocked", "a-group")}, "warn"),
    (inbound, {DEFAULT: CLOSED}, "fail"),
    (inbound, {DEFAULT: CLOSED, PARTNER: INHERITS}, "fail"),
    (inbound, {DEFAULT: OPEN, PARTNER: CLOSED}, "fail"),
    (inbound, {DEFAULT: NO_APPS}, "fail"),
    (inbound, {DEFAULT: OPEN, PARTNER: Later(5, "throttled")}, "unknown"),
    (conditional_access, {CA: []}, "pass"),
    (conditional_access, {CA: UNLICENSED}, "pass"),
    (conditional_access, {CA: ca("Staff", includeUsers=["kim"])}, "pass"),
    (
        conditional_access,
        {CA: ca("Trial", "enabledForReportingButNotEnforced", includeUsers=["All"])},
        "pass",
    ),
    (
        conditional_access,
        {CA: ca("Own", includeUsers=["All"], excludeUsers=["GuestsOrExternalUsers"])},
        "pass",
    ),
    (
        conditional_access,
        {CA: ca("Own", includeUsers=["All"], excludeGuestsOrExternalUsers=OF_OURS)},
        "pass",
    ),
    (conditional_access, {CA: ca("Others", includeGuestsOrExternalUsers=OF_ANOTHER)}, "pass"),
    (conditional_access, {CA: ca("All need MFA", includeUsers=["All"])}, "warn"),
    (conditional_access, {CA: ca("Guests", includeUsers=["GuestsOrExternalUsers"])}, "warn"),
    (conditional_access, {CA: ca("Guests", includeGuestsOrExternalUsers=GUESTS)}, "warn"),
    (conditional_access, {CA: ca("Ours", includeGuestsOrExternalUsers=OF_OURS)}, "warn"),
    (conditional_access, {CA: Rejected(403, "Forbidden", "Insufficient privileges")}, "unknown"),
    (security_defaults, {DEFAULTS: {"isEnabled": False}}, "pass"),
    (security_defaults, {DEFAULTS: {"isEnabled": True}}, "warn"),
]

READS: dict[Ask, str] = {
    licence: SKUS,
    initial_domain: "organization",
    approvers: "users",
    invitations: AUTHORIZATION,
    inbound: DEFAULT,
    conditional_access: CA,
    security_defaults: DEFAULTS,
}
TROUBLES = (
    Later(5, "throttled"),
    Refused("missing_permission"),
    Refused("no_admin_consent"),
    Rejected(400, "BadRequest", "no"),
    NotFound("gone"),
)


def answer(ask: Ask, graph: FakeGraph, answers: Answers = ANSWERS) -> Check:
    async def asked() -> Check:
        return await ask(graph, answers)

    return asyncio.run(asked())


@pytest.mark.parametrize(("ask", "tenant", "state"), TABLE)
def test_what_a_tenant_answers_decides_the_state(ask: Ask, tenant: dict[str, Any], state: str) -> None:
    found = answer(ask, FakeGraph(tenant))
    assert found.state == state
    assert found.name
    assert found.found.endswith(".") and found.remedy.endswith(".")
    assert (found.who == "nobody") == (state == "pass")


@pytest.mark.parametrize("trouble", TROUBLES, ids=repr)
@pytest.mark.parametrize("ask", READS)
def test_what_cannot_be_read_is_unknown(ask: Ask, trouble: Exception) -> None:
    found = answer(ask, FakeGraph({READS[ask]: trouble}))
    assert found.state == "unknown"
    assert found.remedy.endswith(".")


@pytest.mark.parametrize(("named", "state"), [((), "fail"), (("kim@northwind.example",), "warn")])
def test_one_approver_is_needed_and_two_are_advised(named: tuple[str, ...], state: str) -> None:
    assert answer(approvers, FakeGraph({"users": people(KIM)}), Answers(PROVIDER, named)).state == state


def test_the_same_approver_under_two_addresses_counts_once() -> None:
    kim = user("kim", userPrincipalName="kim@northwind.onmicrosoft.example")
    named = Answers(PROVIDER, ("kim@northwind.example", "kim@northwind.onmicrosoft.example"))
    assert answer(approvers, FakeGraph({"users": people(kim)}), named).state == "warn"


def test_the_words_name_the_approver_that_does_not_fit() -> None:
    assert "lee@northwind.example" in answer(approvers, FakeGraph({"users": people(KIM)})).found


def test_look_alikes_are_named_with_their_ids() -> None:
    found = answer(lookalikes, FakeGraph({}), Answers(PROVIDER, lookalikes=(("Fabrikam Tier 1", "g-1"),)))
    assert found.state == "warn"
    assert "Fabrikam Tier 1 (g-1)" in found.found


def test_without_look_alikes_there_is_nothing_to_decide() -> None:
    assert answer(lookalikes, FakeGraph({})).state == "pass"


def test_all_checks_are_asked_and_each_has_a_name_of_its_own() -> None:
    found = asyncio.run(check_all(FakeGraph({}), ANSWERS))
    assert len({each.name for each in found}) == len(CHECKS)


def test_a_bug_is_not_taken_for_an_unreadable_tenant() -> None:
    with pytest.raises(KeyError):
        answer(licence, FakeGraph({SKUS: KeyError("bug")}))
