"""Subscriptions, groups, providers, role definitions, role assignments, and who may touch them."""

from __future__ import annotations

import pytest

from sandbox.arm import roles
from tests.sandbox.arm_client import PLATFORM, SCOPE, SECURITY, SUBSCRIPTION, Azure, azure
from tests.sandbox.graph_client import NORTHWIND, person_id

ROLES = "/providers/Microsoft.Authorization/roleDefinitions"
GIVEN = f"{SCOPE}/providers/Microsoft.Authorization/roleAssignments"
SERVICES = f"{SCOPE}/providers/Microsoft.ManagedServices"
ID = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def nora() -> Azure:
    return azure()


def test_only_whoever_holds_something_in_a_subscription_lists_it(nora: Azure) -> None:
    (found,) = nora.pages("/subscriptions")
    assert (found["id"], found["tenantId"], found["managedByTenants"]) == (SCOPE, NORTHWIND, [])
    for stranger in ("Fay", "Cora", "portal"):
        assert nora.as_(stranger).pages("/subscriptions") == []


@pytest.mark.parametrize(
    ("who", "method", "path", "status", "code"),
    [
        ("Cora", "GET", SECURITY, 401, "InvalidAuthenticationTokenTenant"),
        ("Nora", "GET", f"/subscriptions/{ID}/resourceGroups", 404, "SubscriptionNotFound"),
        ("Nora", "GET", f"{SCOPE}/resourceGroups/none", 404, "ResourceGroupNotFound"),
        ("Nora", "GET", f"{GIVEN}/{ID}", 404, "ResourceNotFound"),
        ("Nils", "PUT", f"{GIVEN}/{ID}", 403, "AuthorizationFailed"),
        ("Nora", "GET", f"{SCOPE}/providers/Microsoft.Nothing", 404, "InvalidResourceNamespace"),
        ("Nora", "GET", f"{SCOPE}/providers/Microsoft.Nothing/things/x", 404, "NotFound"),
        ("Nora", "PATCH", SECURITY, 405, "UnsupportedHttpVerb"),
    ],
)
def test_a_call_is_refused_in_azures_words(
    nora: Azure, who: str, method: str, path: str, status: int, code: str
) -> None:
    body = {} if method == "PUT" else None
    assert nora.as_(who).refusal(method, path, body) == (status, code)


def test_a_disabled_subscription_can_only_be_read(nora: Azure) -> None:
    held = nora.cloud.store.get(NORTHWIND, "subscriptions", SUBSCRIPTION) or {}
    nora.cloud.store.put(NORTHWIND, "subscriptions", {**held, "state": "Disabled"})
    assert nora.get(SCOPE)["state"] == "Disabled"
    assert nora.refusal("POST", f"{SERVICES}/register") == (409, "ReadOnlyDisabledSubscription")


def test_calls_are_counted_by_subscription_and_caller(nora: Azure) -> None:
    left = [nora.call("GET", SCOPE).headers["x-ms-ratelimit-remaining-subscription-reads"] for _ in range(2)]
    assert left == ["249", "248"]
    nora.cloud.habits.arm_bucket = 20
    nora.cloud.buckets.clear()
    refused = [nora.call("GET", SCOPE) for _ in range(25)][-1]
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "TooManyRequests")
    assert refused.headers["Retry-After"] == "1"
    assert nora.as_("Nils").call("GET", SCOPE).status_code == 200
    nora.cloud.clock.advance(seconds=1)
    assert nora.call("GET", SCOPE).status_code == 200


def test_everybody_may_ask_what_they_may_do(nora: Azure) -> None:
    mine = f"{SECURITY}/providers/Microsoft.Authorization/permissions"
    assert nora.pages(mine) == [{"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}]
    assert "Microsoft.Authorization/*/Write" in nora.as_("Nils").pages(mine)[0]["notActions"]


def test_every_call_says_its_api_version(nora: Azure) -> None:
    assert nora.refusal("GET", SCOPE, version=None) == (400, "MissingApiVersionParameter")
    assert nora.refusal("GET", SCOPE, version="latest") == (400, "InvalidApiVersionParameter")


def test_a_token_for_graph_or_none_at_all_does_not_open_azure(nora: Azure) -> None:
    graph = nora.client.get(f"{SCOPE}?api-version=2022-12-01", headers={"Authorization": "Bearer x"})
    assert (graph.status_code, graph.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    bare = nora.client.get(f"{SCOPE}?api-version=2022-12-01")
    assert (bare.status_code, bare.json()["error"]["code"]) == (401, "AuthenticationFailed")


def test_the_case_of_an_id_does_not_matter_and_is_kept_as_made(nora: Azure) -> None:
    assert nora.get(SECURITY.upper().replace("/SUBSCRIPTIONS", "/subscriptions"))["id"] == SECURITY
    assert nora.call("PUT", PLATFORM.lower(), {"location": "westeurope"}).status_code == 200
    assert [each["id"] for each in nora.pages(f"{SCOPE}/resourceGroups")] == [SECURITY, PLATFORM]


def test_a_provider_is_registered_by_asking_and_only_after_a_while(nora: Azure) -> None:
    nora.cloud.habits.slow_arm = 1
    assert nora.get(SERVICES)["registrationState"] == "NotRegistered"
    states = [nora.call("POST", f"{SERVICES}/register").json()["registrationState"]]
    states += [nora.get(SERVICES)["registrationState"] for _ in range(2)]
    assert states == ["Registering", "Registering", "Registered"]


def test_the_roles_that_no_delegation_may_hold_show_their_data_actions(nora: Azure) -> None:
    stranger = nora.as_("Cora")
    found = {
        each["name"]: each["properties"] for each in stranger.pages(f"{ROLES}?$filter=type eq 'BuiltInRole'")
    }
    flagged = {p["roleName"] for p in found.values() if p["permissions"][0]["dataActions"]}
    assert flagged == {"Log Analytics Reader", "Log Analytics Contributor", "Log Analytics Data Reader"}
    assert stranger.get(f"{ROLES}/{roles.OWNER}")["properties"]["roleName"] == "Owner"
    assert stranger.refusal("GET", f"{ROLES}/{ID}") == (404, "RoleDefinitionDoesNotExist")


def test_a_right_is_given_once_and_holds_from_there_downwards(nora: Azure) -> None:
    nora.cloud.store.put(NORTHWIND, "users", {"id": ID, "displayName": "Nina"})
    body = {"properties": {"roleDefinitionId": f"{SCOPE}{ROLES}/{roles.READER}", "principalId": ID}}
    at = f"{SECURITY}/providers/Microsoft.Authorization/roleAssignments"
    made = nora.put(f"{at}/{ID}", body)
    assert (made["properties"]["principalType"], made["properties"]["scope"]) == ("User", SECURITY)
    other = ID.replace("9999-", "1111-")
    assert nora.refusal("PUT", f"{at}/{other}", body) == (409, "RoleAssignmentExists")
    unknown = {"properties": {**body["properties"], "principalId": person_id("Cora")}}
    assert nora.refusal("PUT", f"{at}/{other}", unknown) == (400, "PrincipalNotFound")
    assert [each["name"] for each in nora.pages(f"{at}?$filter=principalId eq '{ID}'")] == [ID]
    assert nora.call("DELETE", f"{at}/{ID}").status_code == 200
    assert nora.call("DELETE", f"{at}/{ID}").status_code == 204
