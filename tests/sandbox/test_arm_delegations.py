"""Azure Lighthouse: what a registration may hold, and a delegation from both sides (azure facts A2, A3)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.arm import roles, seed
from sandbox.store import Object
from tests.sandbox.arm_client import PORTAL, SCOPE, SECURITY, SERVICES, SOC, SUBSCRIPTION, Azure, azure
from tests.sandbox.graph_client import FABRIKAM, NORTHWIND, person_id
from tests.sandbox.lighthouse import (
    ASSIGNMENT,
    DEFINITION,
    NAME,
    OTHER,
    approvers,
    assigned,
    authorization,
    delegate,
    eligible,
    offer,
)

LISTED = f"{SERVICES}/registrationAssignments?$expandRegistrationDefinition=true"
EVENTS = "/providers/Microsoft.Insights/eventtypes/management/values?$filter=eventTimestamp ge '2020-01-01'"
UAA = roles.USER_ACCESS_ADMINISTRATOR


@pytest.fixture
def nora() -> Azure:
    made = azure()
    seed.register(made.cloud, NORTHWIND, SCOPE, "Microsoft.ManagedServices")
    return made


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"managedByTenantId": NORTHWIND}, f"not allowed to use the '{NORTHWIND}' as ManagedByTenantId"),
    ({"authorizations": [authorization(roles.READER, "soc")]}, "The PrincipalId 'soc' must be a valid Guid."),
    ({"authorizations": None}, "'authorizations' is required"),
    ({"authorizations": [authorization(roles.OWNER)]}, f"'{roles.OWNER}' not allowed"),
    ({"authorizations": [authorization("f58310d9-a9f6-439a-9e8d-f62e7b41a168")]}, "not allowed"),
    (
        {"authorizations": [authorization(roles.LOG_ANALYTICS_CONTRIBUTOR)]},
        f"The role definition '{roles.LOG_ANALYTICS_CONTRIBUTOR}' with data actions not allowed for "
        f"registration definition '{NAME}'. Only built in role definitions without any data and notData "
        "actions are allowed.",
    ),
    ({"authorizations": [authorization(OTHER)]}, f"'{OTHER}' not found"),
    ({"authorizations": [authorization(UAA)]}, "must have delegatedRoleDefinitionIds"),
    ({"eligibleAuthorizations": [eligible(UAA)]}, "not allowed in eligibleAuthorizations"),
    ({"eligibleAuthorizations": [eligible(principal=PORTAL)]}, "is a service principal"),
    ({"eligibleAuthorizations": [eligible(maximumActivationDuration="PT15M")]}, "between 'PT30M' and 'PT8H'"),
    (
        {"eligibleAuthorizations": [eligible(maximumActivationDuration="PT8H1M")]},
        "between 'PT30M' and 'PT8H'",
    ),
    ({"eligibleAuthorizations": [eligible(managedByTenantApprovers=approvers(11))]}, "not be more than 10"),
    (
        {
            "eligibleAuthorizations": [
                eligible(),
                eligible(principal=FABRIKAM, maximumActivationDuration="PT1H"),
            ]
        },
        "different justInTimeAccessPolicy",
    ),
    ({"eligibleAuthorisations": []}, "Could not find member 'eligibleAuthorisations'"),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED, ids=[words[:40] for _, words in REFUSED])
def test_a_registration_is_refused_and_nothing_is_kept(
    nora: Azure, changes: dict[str, Any], words: str
) -> None:
    answer = nora.call("PUT", DEFINITION, offer(**changes))
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]
    assert nora.pages(f"{SERVICES}/registrationDefinitions") == []


def test_what_is_at_the_very_edge_is_taken(nora: Azure) -> None:
    policy = {"maximumActivationDuration": "PT30M", "managedByTenantApprovers": approvers(10)}
    owner = authorization(UAA, delegatedRoleDefinitionIds=[roles.CONTRIBUTOR])
    permanent = [authorization(roles.CONTRIBUTOR), owner]
    changes = {
        "authorizations": permanent,
        "eligibleAuthorizations": [eligible(**policy), eligible(**policy)],
    }
    assert nora.call("PUT", DEFINITION, offer(**changes)).status_code == 201


def test_a_registration_stands_or_falls_with_its_surroundings(nora: Azure) -> None:
    place, old = f"{SECURITY}/providers/Microsoft.ManagedServices", "2019-09-01"
    assert nora.refusal("PUT", f"{place}/registrationDefinitions/{NAME}", offer()) == (
        400,
        "InvalidRegistrationDefinitionUri",
    )
    assert nora.as_("Nils").refusal("PUT", DEFINITION, offer()) == (404, "ClassicAdministratorListFailed")
    assert "greater and equal to '2020-02-01-preview'" in nora.call("PUT", DEFINITION, offer(), old).text
    assert nora.refusal("GET", DEFINITION, version="2024-01-01") == (400, "NoRegisteredProviderFound")
    nora.cloud.store.put("", "tenants", {"id": FABRIKAM, "displayName": "Fabrikam", "pimOnboarded": False})
    assert "has not onboarded to PIM" in nora.call("PUT", DEFINITION, offer()).text
    assert nora.call("PUT", DEFINITION, offer(eligibleAuthorizations=[]), old).status_code == 201
    seed.providers.register(nora.cloud, NORTHWIND, SCOPE, "Microsoft.ManagedServices", "NotRegistered")
    assert nora.refusal("PUT", DEFINITION, offer()) == (409, "MissingSubscriptionRegistration")


def test_the_same_again_is_an_update_and_a_definition_is_assigned_once_a_scope(nora: Azure) -> None:
    delegate(nora)
    assert nora.call("PUT", DEFINITION, offer(description="New")).status_code == 200
    assert nora.call("PUT", ASSIGNMENT, assigned()).status_code == 200
    again = nora.call("PUT", ASSIGNMENT.replace(NAME, OTHER), assigned())
    assert "Multiple registration assignments are not allowed" in again.json()["error"]["message"]
    group = f"{SECURITY}/providers/Microsoft.ManagedServices/registrationAssignments/{OTHER}"
    assert nora.call("PUT", group, assigned()).status_code == 201
    unknown = nora.call("PUT", group, assigned(DEFINITION.replace(NAME, OTHER)))
    assert (unknown.status_code, unknown.json()["error"]["code"][:20]) == (400, "InvalidRegistrationA")


def test_both_sides_see_the_same_delegation_the_managing_one_later(nora: Azure) -> None:
    nora.cloud.habits.delegated_after = 900
    delegate(nora)
    (mine,) = nora.pages(LISTED)
    portal = nora.as_("portal")
    assert portal.pages("/subscriptions") == []
    assert portal.refusal("GET", LISTED) == (401, "InvalidAuthenticationTokenTenant")
    nora.cloud.clock.advance(seconds=900)
    (theirs,) = portal.pages("/subscriptions")
    assert (theirs["subscriptionId"], theirs["tenantId"]) == (SUBSCRIPTION, NORTHWIND)
    assert theirs["managedByTenants"] == [{"tenantId": FABRIKAM}]
    assert portal.pages(LISTED) == [mine]
    inner = mine["properties"]["registrationDefinition"]["properties"]
    assert inner["authorizations"] == offer()["properties"]["authorizations"]
    assert (inner["manageeTenantId"], inner["managedByTenantName"]) == (NORTHWIND, "Fabrikam-Security")
    assert {each["tenantCategory"] for each in portal.pages("/tenants")} == {"Home", "ProjectedBy"}


def test_a_delegation_gives_what_it_says_where_it_says_and_no_more(nora: Azure) -> None:
    nora.put(DEFINITION, offer(authorizations=[authorization(roles.CONTRIBUTOR)]))
    nora.put(f"{SECURITY}/providers/Microsoft.ManagedServices/registrationAssignments/{NAME}", assigned())
    fay = nora.as_("Fay")
    assert fay.get(SECURITY)["name"] == "rg-security"
    assert fay.refusal("GET", SECURITY.replace("security", "platform")) == (403, "AuthorizationFailed")
    assert [each["name"] for each in fay.pages(f"{SCOPE}/resourceGroups")] == ["rg-security"]
    assert nora.as_("portal").refusal("GET", f"{SCOPE}/resourceGroups") == (403, "AuthorizationFailed")
    given = f"{SECURITY}/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    assert fay.refusal("PUT", given, {}) == (403, "AuthorizationFailed")
    at = f"{SECURITY}/providers/Microsoft.ManagedServices/registrationAssignments/{NAME}"
    assert fay.refusal("DELETE", at) == (403, "AuthorizationFailed")
    group = nora.cloud.store.get(FABRIKAM, "groups", SOC) or {}
    nora.cloud.store.put(FABRIKAM, "groups", {**group, "securityEnabled": False})
    assert fay.refusal("GET", SECURITY) == (403, "AuthorizationFailed")
    assert nora.as_("Cora").refusal("GET", SECURITY) == (401, "InvalidAuthenticationTokenTenant")
    rights = nora.pages(f"{SECURITY}/providers/Microsoft.Authorization/roleAssignments")
    assert {each["properties"]["principalId"] for each in rights} == {person_id("Nora"), person_id("Nils")}


@pytest.mark.parametrize("who", ["Nora", "portal"])
def test_it_is_removed_from_either_side_by_a_long_operation_in_order(nora: Azure, who: str) -> None:
    delegate(nora)
    nora.cloud.habits.slow_arm = 1
    assert nora.refusal("DELETE", DEFINITION) == (400, "InvalidRegistrationDefinitionDeleteRequest")
    gone = nora.as_(who).call("DELETE", ASSIGNMENT)
    assert (gone.status_code, gone.headers["Retry-After"]) == (202, "1")
    look = gone.headers["Azure-AsyncOperation"]
    assert [nora.as_(who).get(look)["status"] for _ in range(2)] == ["Running", "Succeeded"]
    assert nora.as_(who).call("GET", gone.headers["Location"]).status_code == 204
    assert nora.as_("portal").pages("/subscriptions") == []
    assert nora.call("DELETE", ASSIGNMENT).status_code == 204
    assert nora.call("DELETE", DEFINITION).status_code == 200


def test_a_delegation_is_in_force_once_made_and_while_it_is_changed(nora: Azure) -> None:
    nora.put(DEFINITION, offer())
    nora.cloud.habits.slow_arm = 1
    assert nora.call("PUT", ASSIGNMENT, assigned()).json()["properties"]["provisioningState"] == "Creating"
    portal = nora.as_("portal")
    assert portal.pages("/subscriptions") == []
    states = [nora.get(ASSIGNMENT)["properties"]["provisioningState"] for _ in range(2)]
    assert states == ["Succeeded", "Succeeded"]
    assert nora.call("PUT", ASSIGNMENT, assigned()).json()["properties"]["provisioningState"] == "Updating"
    assert len(portal.pages("/subscriptions")) == 1


def test_who_holds_a_role_by_two_delegations_may_lose_both_with_one(nora: Azure) -> None:
    delegate(nora)
    second = {path: path.replace(NAME, OTHER) for path in (DEFINITION, ASSIGNMENT)}
    renamed = offer(registrationDefinitionName="Renamed", authorizations=[authorization(roles.READER)])
    nora.put(second[DEFINITION], renamed)
    nora.put(second[ASSIGNMENT], assigned(second[DEFINITION]))
    fay = nora.as_("Fay")
    nora.cloud.habits.cuts_shared = 1
    assert fay.get(SECURITY)["name"] == "rg-security"
    nora.call("DELETE", ASSIGNMENT)
    assert fay.refusal("GET", SECURITY) == (403, "AuthorizationFailed")
    (left,) = nora.pages(f"{SERVICES}/registrationAssignments")
    assert left["properties"]["provisioningState"] == "Succeeded" and "cut" not in left
    nora.put(second[ASSIGNMENT], assigned(second[DEFINITION]))
    assert fay.get(SECURITY)["name"] == "rg-security"


def test_the_list_is_filtered_by_managing_tenant(nora: Azure) -> None:
    delegate(nora)
    assert len(nora.pages(f"{LISTED}&$filter=managedByTenantId in ('{NORTHWIND}', '{FABRIKAM}')")) == 1
    assert nora.pages(f"{LISTED}&$filter=managedByTenantId eq '{NORTHWIND}'") == []
    old = nora.call("GET", f"{LISTED}&$filter=managedByTenantId eq '{NORTHWIND}'", version="2019-09-01")
    assert old.status_code == 400


def test_the_managing_tenants_log_tells_of_each_delegation(nora: Azure) -> None:
    delegate(nora)
    portal = nora.as_("portal")
    assert portal.refusal("GET", EVENTS) == (403, "AuthorizationFailed")
    seed.give(nora.cloud, FABRIKAM, PORTAL, "43d0d8ad-25c7-4714-9337-8ba259a9fe05", "/")
    nora.call("DELETE", ASSIGNMENT)
    found: list[Object] = portal.pages(EVENTS)
    assert [each["operationName"]["value"].split("/")[-2] for each in found] == ["register", "unregister"]
    assert f'"subscriptionId": "{SUBSCRIPTION}"' in found[0]["description"]
    own = nora.pages(f"{SCOPE}{EVENTS}")
    assert [each["operationName"]["value"].split("/")[-1] for each in own] == ["write", "delete"]
