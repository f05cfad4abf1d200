"""Microsoft Sentinel in workspaces, and how a customer watches over delegations (azure facts A5, A6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.arm import roles, seed
from sandbox.arm.policy_rules import AUDIT_DELEGATION
from sandbox.store import Object
from tests.sandbox.arm_client import SCOPE, SECURITY, Azure, azure
from tests.sandbox.graph_client import FABRIKAM, NORTHWIND
from tests.sandbox.lighthouse import DEFINITION, authorization, delegate, offer

WORKSPACES = "providers/Microsoft.OperationalInsights/workspaces"
WORKSPACE = f"{SECURITY}/{WORKSPACES}/northwind-soc"
INSIGHTS = f"{WORKSPACE}/providers/Microsoft.SecurityInsights"
CONNECTOR = f"{INSIGHTS}/dataConnectors/xdr"
STATE = f"{INSIGHTS}/onboardingStates/default"
POLICIES = "'Microsoft.Authorization/policyDefinitions'"
NEWER = "2025-10-01-preview"
ADMINISTRATIVE = {"allOf": [{"field": "category", "equals": "Administrative"}]}
NAMESPACES = (
    "OperationalInsights",
    "SecurityInsights",
    "Insights",
    "OperationsManagement",
    "ManagedServices",
)


@pytest.fixture
def nora() -> Azure:
    made = azure()
    seed.register(made.cloud, NORTHWIND, SCOPE, *(f"Microsoft.{each}" for each in NAMESPACES))
    made.put(WORKSPACE, {"location": "westeurope"})
    return made


def xdr(state: str = "Enabled") -> Object:
    types = {"incidents": {"state": state}}
    return {"kind": "MicrosoftThreatProtection", "properties": {"tenantId": NORTHWIND, "dataTypes": types}}


def rule(product: str) -> Object:
    own = {"displayName": f"Incidents of {product}", "enabled": True, "productFilter": product}
    return {"kind": "MicrosoftSecurityIncidentCreation", "properties": own}


def test_a_workspace_keeps_its_own_id_and_is_found_from_above(nora: Azure) -> None:
    first = nora.get(WORKSPACE)["properties"]["customerId"]
    nora.put(WORKSPACE, {"location": "westeurope", "properties": {"retentionInDays": 90}})
    (found,) = nora.pages(f"{SCOPE}/{WORKSPACES}")
    assert (found["id"], found["properties"]["customerId"]) == (WORKSPACE, first)
    assert found["properties"]["retentionInDays"] == 90
    assert nora.refusal("PUT", WORKSPACE, {}) == (400, "LocationRequired")
    assert nora.refusal("PUT", f"{SCOPE}/{WORKSPACES}/w", {})[0] == 404


def test_sentinel_is_on_or_it_is_not(nora: Azure) -> None:
    assert nora.refusal("GET", STATE) == (404, "ResourceNotFound")
    assert nora.pages(f"{INSIGHTS}/onboardingStates") == []
    assert nora.refusal("GET", f"{INSIGHTS}/alertRules") == (400, "BadRequest")
    nora.put(STATE, {"properties": {}})
    assert nora.get(STATE)["properties"] == {"customerManagedKey": False}
    assert nora.pages(f"{INSIGHTS}/alertRules") == []
    nowhere = STATE.replace("northwind-soc", "nowhere")
    assert nora.refusal("GET", nowhere.removesuffix("/default")) == (404, "ResourceNotFound")


@pytest.mark.parametrize("gone", [SECURITY, WORKSPACE])
def test_a_group_or_a_workspace_takes_along_what_is_in_it(nora: Azure, gone: str) -> None:
    nora.put(STATE, {"properties": {}})
    nora.cloud.habits.slow_arm = 1
    began = nora.call("DELETE", gone)
    assert nora.call("GET", began.headers["Location"]).status_code == 202
    assert nora.call("GET", began.headers["Location"]).status_code == 204
    if gone == WORKSPACE:
        assert nora.as_("Nils").get(began.headers["Azure-AsyncOperation"])["status"] == "Succeeded"
    left = nora.cloud.store.snapshot(NORTHWIND)
    assert not left.get("onboardingStates") and not left.get("workspaces")
    assert len(left["resourceGroups"]) == (1 if gone == SECURITY else 2)


def test_connecting_defender_turns_double_rules_off_once(nora: Azure) -> None:
    nora.put(STATE, {"properties": {}})
    nora.put(f"{INSIGHTS}/alertRules/mde", rule("Microsoft Defender Advanced Threat Protection"))
    nora.put(f"{INSIGHTS}/alertRules/asc", rule("Azure Security Center"))

    def enabled() -> dict[str, bool]:
        return {each["name"]: each["properties"]["enabled"] for each in nora.pages(f"{INSIGHTS}/alertRules")}

    nora.put(CONNECTOR, xdr())
    assert enabled() == {"mde": False, "asc": True}
    nora.put(f"{INSIGHTS}/alertRules/mde", rule("Microsoft Defender Advanced Threat Protection"))
    nora.put(CONNECTOR, xdr())
    assert enabled() == {"mde": True, "asc": True}


def test_an_old_api_version_does_not_know_the_connector(nora: Azure) -> None:
    nora.put(STATE, {"properties": {}})
    listed = f"{INSIGHTS}/dataConnectors"
    assert nora.refusal("PUT", CONNECTOR, xdr(), version="2021-10-01") == (400, "BadRequest")
    nora.put(f"{CONNECTOR}?api-version={NEWER}", xdr("Disabled"))
    assert nora.get(f"{listed}?api-version=2021-10-01")["value"] == []
    (found,) = nora.get(f"{listed}?api-version={NEWER}")["value"]
    assert found["properties"]["dataTypes"]["incidents"]["state"] == "Disabled"
    wrong = xdr("On") | {"properties": {"tenantId": FABRIKAM, "dataTypes": {}}}
    assert (
        nora.refusal("PUT", CONNECTOR, xdr("On"))
        == nora.refusal("PUT", CONNECTOR, wrong)
        == (400, "BadRequest")
    )


def test_a_delegated_analyst_reads_sentinel_as_far_as_the_role_goes(nora: Azure) -> None:
    nora.put(STATE, {"properties": {}})
    delegate(nora, authorizations=[authorization(roles.SENTINEL_READER)], eligibleAuthorizations=[])
    fay = nora.as_("Fay")
    assert fay.pages(f"{SCOPE}/{WORKSPACES}")[0]["id"] == WORKSPACE
    assert fay.pages(f"{INSIGHTS}/alertRules") == []
    assert fay.refusal("PUT", f"{INSIGHTS}/alertRules/x", rule("Azure Security Center")) == (
        403,
        "AuthorizationFailed",
    )


def test_the_activity_log_can_go_into_a_workspace(nora: Azure) -> None:
    setting = f"{SCOPE}/providers/Microsoft.Insights/diagnosticSettings/delegations"

    def body(category: str = "Administrative", workspace: str = WORKSPACE) -> Object:
        return {"properties": {"workspaceId": workspace, "logs": [{"category": category, "enabled": True}]}}

    assert nora.refusal("PUT", setting, body("Anything")) == (400, "BadRequest")
    assert nora.refusal("PUT", setting, body(workspace=f"{WORKSPACE}2")) == (404, "ResourceNotFound")
    assert nora.call("PUT", setting, body()).status_code == 200
    assert nora.pages(setting.rpartition("/")[0])[0]["properties"] == body()["properties"]
    assert (nora.call("DELETE", setting).status_code, nora.call("DELETE", setting).status_code) == (200, 204)


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (
            "activityLogAlerts",
            {"scopes": [SCOPE], "condition": ADMINISTRATIVE, "actions": {"actionGroups": []}},
        ),
        ("scheduledQueryRules", {"scopes": [WORKSPACE], "criteria": {"allOf": []}}),
        ("actionGroups", {"groupShortName": "soc"}),
    ],
)
def test_an_alert_needs_its_properties(nora: Azure, kind: str, properties: dict[str, Any]) -> None:
    alert = f"{SECURITY}/providers/Microsoft.Insights/{kind}/delegations"
    assert nora.refusal("PUT", alert, {"location": "Global"}) == (400, "BadRequest")
    assert nora.call("PUT", alert, {"location": "Global", "properties": properties}).status_code == 201


@pytest.mark.parametrize(
    ("own", "place"),
    [
        ({"condition": {"allOf": []}}, "Global"),
        ({"condition": {"allOf": [{"field": "operationName", "equals": "x"}]}}, "Global"),
        ({"condition": {"allOf": [*ADMINISTRATIVE["allOf"], {"field": "colour", "equals": "x"}]}}, "Global"),
        ({"condition": {"allOf": [*ADMINISTRATIVE["allOf"], {"field": "status"}]}}, "Global"),
        ({"condition": {"allOf": [{**ADMINISTRATIVE["allOf"][0], "containsAny": ["x"]}]}}, "Global"),
        ({"condition": {"allOf": [*ADMINISTRATIVE["allOf"], {"anyOf": []}]}}, "Global"),
        ({"scopes": [f"/subscriptions/{FABRIKAM}"]}, "Global"),
        ({}, "eastus"),
    ],
)
def test_an_alert_on_the_activity_log_is_taken_only_as_the_reference_has_it(
    nora: Azure, own: dict[str, Any], place: str
) -> None:
    whole = {"scopes": [SCOPE], "condition": ADMINISTRATIVE, "actions": {"actionGroups": []}}
    alert = f"{SECURITY}/providers/Microsoft.Insights/activityLogAlerts/delegations"
    body = {"location": place, "properties": {**whole, **own}}
    assert nora.refusal("PUT", alert, body) == (400, "BadRequest")
    either = {"anyOf": [{"field": "operationName", "containsAny": ["x", "y"]}]}
    good = {**whole, "condition": {"allOf": [*ADMINISTRATIVE["allOf"], either]}}
    assert nora.call("PUT", alert, {"location": "North Europe", "properties": good}).status_code == 201


def test_an_action_group_has_a_short_name_and_whole_receivers(nora: Azure) -> None:
    group = f"{SECURITY}/providers/Microsoft.Insights/actionGroups/delegations"
    long = {"location": "Global", "properties": {"groupShortName": "x" * 13}}
    assert nora.refusal("PUT", group, long) == (400, "BadRequest")
    half = {"groupShortName": "soc", "emailReceivers": [{"name": "soc"}]}
    body = {"location": "Global", "properties": half}
    assert nora.refusal("PUT", group, body) == (400, "InvalidRequestContent")


def test_a_policy_of_the_customers_own_is_written_assigned_and_kept_while_assigned(nora: Azure) -> None:
    field = "Microsoft.ManagedServices/registrationDefinitions/managedByTenantId"
    types = {"field": "type", "equals": "Microsoft.ManagedServices/registrationDefinitions"}
    rule = {
        "if": {"allOf": [types, {"field": field, "notIn": "[parameters('tenants')]"}]},
        "then": {"effect": "deny"},
    }
    policies = f"{SCOPE}/providers/Microsoft.Authorization"
    own = {"policyRule": rule, "parameters": {"tenants": {"type": "Array"}}}
    definition = nora.put(f"{policies}/policyDefinitions/ours", {"properties": own})
    given = {"policyDefinitionId": definition["id"], "parameters": {"tenants": {"value": [NORTHWIND]}}}
    nora.put(f"{policies}/policyAssignments/ours", {"properties": given})
    assert nora.refusal("PUT", DEFINITION, offer()) == (403, "RequestDisallowedByPolicy")
    assert nora.refusal("DELETE", definition["id"]) == (400, "DeletePolicyDefinitionConflict")
    audit = {"properties": {"policyDefinitionId": AUDIT_DELEGATION}}
    nora.put(f"{SECURITY}/providers/Microsoft.Authorization/policyAssignments/audit", audit)
    listed = f"{policies}/policyAssignments"
    assert [each["name"] for each in nora.pages(listed)] == ["ours", "audit"]
    assert [each["name"] for each in nora.pages(f"{listed}?$filter=atScope()")] == ["ours"]
    assert len(nora.pages(f"{policies}/policyDefinitions?$filter=policyType eq 'BuiltIn'")) == 2
    nora.call("DELETE", f"{listed}/ours")
    assert nora.call("PUT", DEFINITION, offer()).status_code == 201


def resource(type: str, name: str, properties: Object, **more: Any) -> Object:
    return {"type": type, "apiVersion": "2022-06-01", "name": name, "properties": properties, **more}


def test_a_customers_guards_can_come_in_one_template(nora: Azure) -> None:
    audit = {"policyDefinitionId": f"[tenantResourceId({POLICIES}, '{AUDIT_DELEGATION.rpartition('/')[2]}')]"}
    log = {"workspaceId": WORKSPACE, "logs": [{"category": "Administrative", "enabled": True}]}
    told = {"scopes": ["[subscription().id]"], "condition": ADMINISTRATIVE, "actions": {"actionGroups": []}}
    alert = resource("Microsoft.Insights/activityLogAlerts", "delegations", told, location="Global")
    inner = {"$schema": "", "contentVersion": "1.0.0.0", "resources": [alert]}
    nested = resource("Microsoft.Resources/deployments", "alert", {"mode": "Incremental", "template": inner})
    guards = [
        resource("Microsoft.Authorization/policyAssignments", "audit", audit),
        resource("Microsoft.Insights/diagnosticSettings", "delegations", log),
        {**nested, "resourceGroup": "rg-security"},
        resource("Microsoft.OperationalInsights/workspaces", "lost", {}, location="westeurope"),
    ]
    whole = {"$schema": "", "contentVersion": "1.0.0.0", "resources": guards}
    deployment = f"{SCOPE}/providers/Microsoft.Resources/deployments/guards"
    nora.put(deployment, {"location": "westeurope", "properties": {"mode": "Incremental", "template": whole}})
    own = nora.get(deployment)["properties"]
    assert [json.loads(each["message"])["error"]["code"] for each in own["error"]["details"]] == [
        "InvalidResourceScope"
    ]
    made = nora.cloud.store.snapshot(NORTHWIND)
    for kind in ("policyAssignments", "diagnosticSettings", "activityLogAlerts", "workspaces"):
        assert len(made[kind]) == 1, kind
