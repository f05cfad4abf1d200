"""Deployments of Lighthouse templates: taken on, carried out, asked for, and refused at the right moment."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.arm import functions, roles, seed
from sandbox.arm.policy_rules import ALLOWED_TENANTS
from sandbox.store import Object
from tests.sandbox.arm_client import PLATFORM, PORTAL, SCOPE, SECURITY, SERVICES, Azure, azure
from tests.sandbox.graph_client import FABRIKAM, NORTHWIND
from tests.sandbox.lighthouse import ASSIGNMENT, DEFINITION, NAME, OTHER, authorization, offer
from tests.sandbox.lighthouse_templates import (
    OFFER,
    assignment,
    definition,
    deployment,
    groups,
    subscription,
)

DEPLOYMENT = f"{SCOPE}/providers/Microsoft.Resources/deployments/lighthouse"
ANOTHER = DEPLOYMENT.replace("lighthouse", "another")
TWO = [{"rgName": "rg-security"}, {"rgName": "rg-platform"}]


@pytest.fixture
def nora() -> Azure:
    return azure()


def ended(azure: Azure, path: str = DEPLOYMENT) -> Object:
    own: Object = azure.get(path)["properties"]
    return own


def unpacked(error: Any) -> Object:
    """The innermost error: details hold JSON in a string, which holds details."""
    inner = error.get("details") or []
    message = inner[0]["message"] if inner else error["message"]
    if message.startswith("{"):
        return unpacked(json.loads(message)["error"])
    return unpacked(inner[0]) if inner else error


def test_a_template_is_taken_on_carried_out_and_read_back(nora: Azure) -> None:
    nora.cloud.habits.slow_arm = 2
    began = nora.call("PUT", DEPLOYMENT, deployment())
    assert (began.status_code, began.json()["properties"]["provisioningState"]) == (201, "Accepted")
    assert began.headers["Retry-After"] == "1"
    assert nora.refusal("PUT", DEPLOYMENT, deployment()) == (409, "DeploymentActive")
    look = began.headers["Azure-AsyncOperation"]
    assert [nora.get(look)["status"] for _ in range(3)] == ["Running", "Running", "Succeeded"]
    own = ended(nora)
    assert [each["id"] for each in own["outputResources"]] == [DEFINITION, ASSIGNMENT]
    assert own["outputs"]["mspOfferName"] == {"type": "String", "value": f"Managed by {OFFER}"}
    assert nora.call("GET", began.headers["Location"]).json()["properties"] == own
    made = nora.get(DEFINITION)["properties"]
    wanted = offer(description=f"Managed by {OFFER}")["properties"]
    assert {name: made[name] for name in wanted} == wanted
    assert len(nora.as_("portal").pages("/subscriptions")) == 1


def test_its_operations_tell_of_each_resource_and_end_with_one_of_none(nora: Azure) -> None:
    nora.put(DEPLOYMENT, deployment())
    found = [each["properties"] for each in nora.pages(f"{DEPLOYMENT}/operations")]
    assert [(each["statusCode"], each["provisioningOperation"]) for each in found] == [
        ("Created", "Create"),
        ("Created", "Create"),
        ("OK", "EvaluateDeploymentOutput"),
    ]
    assert [each["targetResource"]["resourceName"] for each in found[:2]] == [NAME, NAME]
    assert "targetResource" not in found[2]


def test_the_same_again_changes_nothing_and_a_changed_one_updates_in_place(nora: Azure) -> None:
    nora.put(DEPLOYMENT, deployment())
    once = nora.get(DEFINITION)["properties"]
    assert nora.call("PUT", DEPLOYMENT, deployment()).status_code == 200
    assert nora.get(DEFINITION)["properties"] == once
    fewer = [authorization(roles.READER), authorization(roles.DELETE_ROLE, PORTAL)]
    nora.put(DEPLOYMENT, deployment(authorizations=fewer, eligibleAuthorizations=[]))
    assert nora.get(DEFINITION)["properties"]["authorizations"] == fewer
    assert len(nora.pages(f"{SERVICES}/registrationAssignments")) == 1


def test_several_groups_are_delegated_by_nested_deployments_in_a_loop(nora: Azure) -> None:
    nora.put(DEPLOYMENT, deployment(groups(), resourceGroups=TWO))
    assert ended(nora)["provisioningState"] == "Succeeded"
    for group in (SECURITY, PLATFORM):
        (one,) = nora.pages(f"{group}/providers/Microsoft.ManagedServices/registrationAssignments")
        assert one["name"] == functions.guid(group.rpartition("/")[2])
        assert one["properties"]["registrationDefinitionId"] == DEFINITION
    assert nora.pages(f"{SERVICES}/registrationAssignments") == []
    inner = f"{PLATFORM}/providers/Microsoft.Resources/deployments/rgAssignment1"
    assert ended(nora, inner)["provisioningState"] == "Succeeded"


def test_newer_templates_name_their_resources(nora: Azure) -> None:
    named = {"second": assignment(dependsOn=["first"]), "first": definition()}
    named["seen"] = {"existing": True, "type": "X.Y/z", "apiVersion": "2020-01-01", "name": "z"}
    nora.cloud.habits.slow_arm = 1
    body = deployment({**subscription(), "resources": named, "languageVersion": "2.0"})
    asked = nora.call("POST", f"{DEPLOYMENT}/validate", body)
    assert asked.status_code == nora.call("GET", asked.headers["Location"]).status_code == 202
    made = nora.get(asked.headers["Location"])["properties"]["validatedResources"]
    assert [each["id"] for each in made] == [DEFINITION, ASSIGNMENT]


def test_what_if_tells_each_change_and_makes_none(nora: Azure) -> None:
    def told(**changes: Any) -> list[tuple[str, list[str]]]:
        asked = nora.call("POST", f"{DEPLOYMENT}/whatIf", deployment(**changes))
        assert (asked.status_code, "Retry-After" in asked.headers) == (202, True)
        found = nora.get(asked.headers["Location"])
        changed = found["properties"]["changes"]
        return [(each["changeType"], [d["path"] for d in each.get("delta", [])]) for each in changed]

    assert told() == [("Create", []), ("Create", [])]
    assert "registrationDefinitions" not in nora.cloud.store.snapshot(NORTHWIND)
    nora.put(DEPLOYMENT, deployment())
    assert told() == [("NoChange", []), ("NoChange", [])]
    fewer = [authorization(roles.READER)]
    assert told(authorizations=fewer) == [("Modify", ["properties.authorizations"]), ("NoChange", [])]
    assert len(nora.get(DEFINITION)["properties"]["authorizations"]) == 4


def test_validation_knows_rights_and_places_but_not_the_services_rules(nora: Azure) -> None:
    """Microsoft.ManagedServices speaks only when it is written to, so a good validation promises little."""
    asked = f"{DEPLOYMENT}/validate"
    good = nora.call("POST", asked, deployment(authorizations=[authorization(roles.OWNER)]))
    assert [each["id"] for each in good.json()["properties"]["validatedResources"]] == [
        DEFINITION,
        ASSIGNMENT,
    ]
    assert nora.refusal("POST", asked, deployment(groups(), resourceGroups=[{"rgName": "none"}])) == (
        404,
        "ResourceGroupNotFound",
    )
    assert nora.as_("Cora").refusal("POST", asked, deployment()) == (401, "InvalidAuthenticationTokenTenant")
    assert nora.call("HEAD", DEPLOYMENT).status_code == 404


def test_who_may_deploy_but_not_write_the_resources_is_told_which(nora: Azure) -> None:
    nora.put(DEPLOYMENT, deployment(authorizations=[authorization(roles.SENTINEL_CONTRIBUTOR)]))
    answer = nora.as_("Fay").call("PUT", ANOTHER, deployment())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "InvalidTemplateDeployment")
    assert "Authorization failed for template resource" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("who", "body", "code", "status"),
    [
        ("Nils", deployment(), "ClassicAdministratorListFailed", "NotFound"),
        (
            "Nora",
            deployment(authorizations=[authorization(roles.LOG_ANALYTICS_CONTRIBUTOR)]),
            "InvalidRegistrationDefinitionCreateRequest",
            "BadRequest",
        ),
        (
            "Nora",
            deployment(managedByTenantId=NORTHWIND),
            "InvalidRegistrationDefinitionCreateRequest",
            "BadRequest",
        ),
    ],
    ids=["a contributor", "data actions", "own tenant"],
)
def test_what_the_service_refuses_is_json_in_a_string(
    nora: Azure, who: str, body: Object, code: str, status: str
) -> None:
    began = nora.as_(who).call("PUT", DEPLOYMENT, body)
    assert began.status_code == 201
    own = ended(nora)
    assert (own["provisioningState"], own["error"]["code"]) == ("Failed", "DeploymentFailed")
    assert own["error"]["details"][0]["code"] == status
    assert own["error"]["details"][0]["message"].startswith('{\r\n  "error": {\r\n')
    assert unpacked(own["error"])["code"] == code
    assert nora.as_(who).get(began.headers["Azure-AsyncOperation"])["error"] == own["error"]
    (only,) = nora.pages(f"{DEPLOYMENT}/operations")
    assert only["properties"]["statusMessage"]["error"]["code"] == code
    assert nora.pages(f"{SERVICES}/registrationAssignments") == []


def test_a_failure_inside_a_nested_deployment_is_packed_twice(nora: Azure) -> None:
    nora.put(DEPLOYMENT, deployment(groups(), resourceGroups=TWO[:1]))
    taken = f"{SECURITY}/providers/Microsoft.ManagedServices/registrationAssignments/"
    nora.call("DELETE", taken + functions.guid("rg-security"))
    nora.put(taken + OTHER, {"properties": {"registrationDefinitionId": DEFINITION}})
    nora.put(DEPLOYMENT, deployment(groups(), resourceGroups=TWO[:1]))
    outer = ended(nora)["error"]["details"][0]
    middle = json.loads(outer["message"])
    assert (outer["code"], middle["status"]) == ("Conflict", "Failed")
    assert middle["error"]["code"] == "ResourceDeploymentFailure"
    assert "Multiple registration assignments" in unpacked(ended(nora)["error"])["message"]


def test_a_template_for_a_subscription_fails_at_a_group(nora: Azure) -> None:
    at = DEPLOYMENT.replace(SCOPE, SECURITY)
    body = deployment()
    assert nora.refusal("PUT", at, body) == (400, "InvalidDeployment")
    del body["location"]
    nora.put(at, body)
    error = unpacked(ended(nora, at)["error"])
    assert error["code"] == "InvalidRegistrationDefinitionUri"
    assert error["message"].endswith(
        "/resourcegroups/rg-security' should be '/subscriptions/<subscriptionId>'."
    )


def test_a_policy_of_the_customers_stops_it_before_it_begins(nora: Azure) -> None:
    policy = f"{SCOPE}/providers/Microsoft.Authorization/policyAssignments/lighthouse"
    given = {"listOfAllowedTenants": {"value": [NORTHWIND]}}
    assert nora.refusal("PUT", policy, {"properties": {"policyDefinitionId": ALLOWED_TENANTS}})[1] == (
        "MissingPolicyParameter"
    )
    nora.put(policy, {"properties": {"policyDefinitionId": ALLOWED_TENANTS, "parameters": given}})
    refused = nora.call("POST", f"{DEPLOYMENT}/validate", deployment()).json()["error"]
    assert (refused["code"], refused["details"][0]["code"]) == (
        "InvalidTemplateDeployment",
        "RequestDisallowedByPolicy",
    )
    assert refused["details"][0]["additionalInfo"][0]["info"]["policyDefinitionId"] == ALLOWED_TENANTS
    seed.register(nora.cloud, NORTHWIND, SCOPE, "Microsoft.ManagedServices")
    assert nora.refusal("PUT", DEFINITION, offer()) == (403, "RequestDisallowedByPolicy")
    given["listOfAllowedTenants"]["value"].append(FABRIKAM)
    nora.put(policy, {"properties": {"policyDefinitionId": ALLOWED_TENANTS, "parameters": given}})
    assert nora.call("PUT", DEPLOYMENT, deployment()).status_code == 201


def test_a_running_deployment_can_be_cancelled_and_then_makes_nothing(nora: Azure) -> None:
    nora.cloud.habits.slow_arm = 1
    nora.put(DEPLOYMENT, deployment())
    assert nora.refusal("DELETE", DEPLOYMENT) == (409, "DeploymentActive")
    assert nora.call("POST", f"{DEPLOYMENT}/cancel").status_code == 204
    for _ in range(3):
        assert ended(nora)["provisioningState"] == "Canceled"
    assert nora.pages(f"{SERVICES}/registrationDefinitions") == []
    assert nora.refusal("POST", f"{DEPLOYMENT}/cancel") == (409, "DeploymentCannotBeCancelled")
    elsewhere = {**deployment(), "location": "northeurope"}
    assert nora.refusal("PUT", DEPLOYMENT, elsewhere) == (409, "InvalidDeploymentLocation")
    assert nora.call("DELETE", DEPLOYMENT).status_code == 204
    assert nora.refusal("GET", DEPLOYMENT) == (404, "DeploymentNotFound")
