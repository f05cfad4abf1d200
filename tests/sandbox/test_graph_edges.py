"""Edges of the numbered points of facts 16 that are easily overlooked, with entitlement management in use."""

from __future__ import annotations

import urllib.parse
from typing import Any

import httpx
import pytest

from sandbox.graph.licences import P2
from sandbox.graph.self_service import request_package
from sandbox.store import Object
from sandbox.tokens import GRAPH, app_token, person_token
from tests.sandbox.graph_client import (
    APP,
    CONTOSO,
    ELM,
    FABRIKAM,
    GROUP,
    NORTHWIND,
    PRINCIPAL,
    ROLES,
    Graph,
    World,
    graph,
    person_id,
    policy_body,
    world,
)

JSON = {"Content-Type": "application/json"}
CONDITIONAL = "/identity/conditionalAccess/policies"
NORA = person_id("Nora")


@pytest.fixture
def northwind() -> Graph:
    return graph()


@pytest.fixture
def built(northwind: Graph) -> World:
    return world(northwind)


def with_policy(built: World, **changes: Any) -> httpx.Response:
    body = policy_body(built.package, built.organization, built.approvers) | changes
    return built.graph.call("POST", f"{ELM}/assignmentPolicies", body)


@pytest.mark.parametrize(
    ("duration", "status"),
    [
        ("P365D", 201), ("PT8H", 201), ("P1DT12H30M", 201), ("PT0S", 201),
        ("8:00:00", 400), ("P1Y", 400), ("P12M", 400), ("P2W", 400), ("P", 400), ("P1DT", 400), ("365", 400),
        (365, 400), ("p365d", 400),
    ],
)  # fmt: skip
def test_1_a_duration_has_days_and_smaller_parts_alone(built: World, duration: Any, status: int) -> None:
    answer = with_policy(built, expiration={"type": "afterDuration", "duration": duration})
    assert answer.status_code == status


@pytest.mark.parametrize("beta", [{"id": "x", "isBackup": False}, {"group_id": "x"}])
def test_2_an_approver_in_the_shape_of_beta_is_refused(built: World, beta: Object) -> None:
    approver = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": built.approvers["id"], **beta}
    stage = {"durationBeforeAutomaticDenial": "P14D", "primaryApprovers": [approver]}
    settings = {"isApprovalRequiredForAdd": True, "stages": [stage]}
    assert with_policy(built, requestApprovalSettings=settings).status_code == 400


def batch(northwind: Graph, *requests: Object) -> list[Object]:
    numbered = [{"id": str(number), **each} for number, each in enumerate(requests)]
    answers = northwind.post("/$batch", {"requests": numbered})["responses"]
    return sorted(answers, key=lambda answer: int(answer["id"]))


def test_7_the_budget_of_writes_counts_within_a_batch_and_says_there_when_to_come_back(
    northwind: Graph,
) -> None:
    """16.7: also 429 inside batch responses."""
    northwind.cloud.habits.writes = 2
    write = {"method": "POST", "url": "/groups", "headers": JSON, "body": GROUP}
    answers = batch(northwind, write, write, write, {"method": "GET", "url": "/groups"})
    assert [each["status"] for each in answers] == [201, 201, 429, 200]
    assert answers[2]["body"]["error"]["code"] == "TooManyRequests"
    wait = int(answers[2]["headers"]["Retry-After"])
    assert 0 < wait <= 150
    northwind.cloud.clock.advance(seconds=wait)
    assert batch(northwind, write)[0]["status"] == 201


def test_7_conditional_access_has_a_budget_of_its_own_and_does_not_say_for_how_long(
    northwind: Graph,
) -> None:
    """16.7: 429 without Retry-After; one call a second for the whole tenant (facts 12.2)."""
    northwind.cloud.habits.conditional = 1
    read = {"method": "GET", "url": CONDITIONAL}
    answers = batch(northwind, read, read, {"method": "GET", "url": "/groups"})
    assert [each["status"] for each in answers] == [200, 429, 200]
    assert "Retry-After" not in answers[1]["headers"]
    alone = northwind.call("GET", CONDITIONAL)
    assert (alone.status_code, "retry-after" in alone.headers) == (429, False)
    northwind.cloud.clock.advance(seconds=1)
    assert northwind.call("GET", CONDITIONAL).status_code == 200


def test_7_the_budget_of_one_tenant_is_not_anothers(northwind: Graph) -> None:
    northwind.cloud.habits.writes = 1
    northwind.post("/groups", GROUP)
    assert northwind.call("POST", "/groups", GROUP).status_code == 429
    assert elsewhere(northwind, CONTOSO, "POST", "/groups", GROUP).status_code == 201


def elsewhere(northwind: Graph, tid: str, method: str, path: str, body: Any = None) -> httpx.Response:
    """Our app, let into another tenant."""
    northwind.cloud.store.put(tid, "servicePrincipals", {"id": PRINCIPAL, "appId": APP, "roles": ROLES})
    token = app_token(northwind.cloud, tid, {"id": PRINCIPAL, "appId": APP, "roles": ROLES}, GRAPH)
    headers = {"Authorization": f"Bearer {token}"}
    return northwind.client.request(method, f"/v1.0{path}", json=body, headers=headers)


def test_8_what_came_before_a_failure_in_a_batch_stays(northwind: Graph) -> None:
    """16.8: no atomicity."""
    write = {"method": "POST", "url": "/groups", "headers": JSON, "body": GROUP}
    answers = batch(northwind, write, {"method": "GET", "url": "/groups/none"})
    assert [each["status"] for each in answers] == [201, 404]
    assert northwind.get(f"/groups/{answers[0]['body']['id']}")["displayName"] == "SOC"


def test_10_a_change_answers_204_without_a_body(built: World) -> None:
    paths = (
        f"{ELM}/catalogs/{built.catalog['id']}",
        f"{ELM}/accessPackages/{built.package['id']}",
        f"{ELM}/connectedOrganizations/{built.organization['id']}",
        f"/groups/{built.group['id']}",
    )
    for path in paths:
        answer = built.graph.call("PATCH", path, {"displayName": "Renamed"})
        assert (answer.status_code, answer.content) == (204, b"")
    user = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{NORA}"}
    answer = built.graph.call("POST", f"{paths[2]}/internalSponsors/$ref", user)
    assert (answer.status_code, answer.content) == (204, b"")


def test_10_what_is_made_answers_201_and_says_where_it_is(built: World) -> None:
    made = built.graph.call("POST", f"{ELM}/catalogs", {"displayName": "Another"})
    assert made.status_code == 201
    assert built.graph.get(made.headers["Location"].partition("/v1.0")[2])["id"] == made.json()["id"]


def asks(northwind: Graph, name: str, path: str) -> httpx.Response:
    """One of Northwind's people through an app, without a role of theirs."""
    user = northwind.cloud.store.get(NORTHWIND, "users", person_id(name)) or {}
    token = person_token(northwind.cloud, NORTHWIND, user, APP, "EntitlementManagement.Read.All")
    return northwind.client.get(f"/v1.0{path}", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("where", "on"),
    [
        ("assignments", "target"),
        ("assignmentRequests", "target"),
        ("assignmentRequests", "createdBy"),
        ("assignmentRequests", "approver"),
        ("accessPackages", "allowedRequestor"),
    ],
)
def test_22_what_is_mine_is_no_question_of_an_application(built: World, where: str, on: str) -> None:
    """16.22: filterByCurrentUser answers 403 for application tokens."""
    path = f"{ELM}/{where}/filterByCurrentUser(on='{on}')"
    refused = built.graph.call("GET", path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AccessDenied")
    assert asks(built.graph, "Nora", path).status_code == 200


def test_22_each_person_is_shown_their_own(built: World) -> None:
    request = request_package(built.graph.cloud, NORTHWIND, built.package["id"], FABRIKAM, person_id("Fay"))
    ids = {"assignmentPolicyId": built.policy["id"], "accessPackageId": built.package["id"]}
    given = {"requestType": "adminAdd", "assignment": {"targetId": NORA, **ids}}
    built.graph.post(f"{ELM}/assignmentRequests", given)
    held, asked = f"{ELM}/assignments/filterByCurrentUser(on='target')", f"{ELM}/assignmentRequests"
    decides = f"{asked}/filterByCurrentUser(on='approver')"
    assert [len(asks(built.graph, name, held).json()["value"]) for name in ("Nora", "Nils")] == [1, 0]
    waiting = asks(built.graph, "Nils", decides).json()["value"]
    assert [each["id"] for each in waiting] == [request["id"]]
    packages = f"{ELM}/accessPackages/filterByCurrentUser(on='allowedRequestor')"
    assert asks(built.graph, "Nils", packages).json()["value"] == []
    assert asks(built.graph, "Nora", asked).status_code == 403


def test_23_a_product_without_a_single_licence_is_listed_and_opens_nothing(northwind: Graph) -> None:
    """16.23: prepaidUnits.enabled is 0 with the plan listed."""
    tenant = northwind.cloud.store.get("", "tenants", NORTHWIND) or {}
    northwind.cloud.store.put("", "tenants", {**tenant, "emptyPlans": [P2]})
    (sku,) = northwind.get("/subscribedSkus")["value"]
    assert (sku["capabilityStatus"], sku["prepaidUnits"]["enabled"]) == ("Enabled", 0)
    assert sku["servicePlans"][0]["provisioningStatus"] == "Success"
    assert northwind.call("GET", f"{ELM}/catalogs").status_code == 403
    assert northwind.call("GET", CONDITIONAL).status_code == 403


def test_25_a_policy_stays_with_its_package_and_its_review_with_its_start(built: World) -> None:
    wanted = {"displayName": "Other", "catalog": {"id": built.catalog["id"]}}
    other = built.graph.post(f"{ELM}/accessPackages", wanted)
    path = f"{ELM}/assignmentPolicies/{built.policy['id']}"
    body = policy_body(built.package, built.organization, built.approvers)
    assert built.graph.call("PUT", path, {**body, "accessPackage": {"id": other["id"]}}).status_code == 400
    review = {"isEnabled": True, "schedule": {"startDateTime": "2030-01-01T00:00:00Z"}}
    assert built.graph.call("PUT", path, {**body, "reviewSettings": review}).status_code == 200
    review = {"isEnabled": True, "schedule": {"startDateTime": "2031-01-01T00:00:00Z"}}
    assert built.graph.call("PUT", path, {**body, "reviewSettings": review}).status_code == 400


def let_in(built: World) -> Object:
    """Fay, by her address, as an administrator lets in somebody who is not there yet."""
    ids = {"assignmentPolicyId": built.policy["id"], "accessPackageId": built.package["id"]}
    target = {"target": {"email": "fay@fabrikam-security.example"}, **ids}
    built.graph.post(f"{ELM}/assignmentRequests", {"requestType": "adminAdd", "assignment": target})
    query = "$filter=mail eq 'fay@fabrikam-security.example'&$select=id,userPrincipalName,identities"
    (guest,) = built.graph.pages(f"/users?{query}")
    return guest


def test_11_what_is_new_in_entitlement_management_flaps_too(northwind: Graph) -> None:
    """16.11: a 404 after a 200; one good read is no proof."""
    northwind.cloud.habits.lag, northwind.cloud.habits.flap = 1, True
    path = f"{ELM}/catalogs/{northwind.post(f'{ELM}/catalogs', {'displayName': 'C'})['id']}"
    assert [northwind.call("GET", path).status_code for _ in range(5)] == [404, 200, 404, 200, 200]


def test_11_a_guest_that_was_just_made_is_unknown_at_first(built: World) -> None:
    built.graph.cloud.habits.lag_of = {"users": 1}
    ids = {"assignmentPolicyId": built.policy["id"], "accessPackageId": built.package["id"]}
    target = {"target": {"email": "fay@fabrikam-security.example"}, **ids}
    built.graph.post(f"{ELM}/assignmentRequests", {"requestType": "adminAdd", "assignment": target})
    (held,) = built.graph.pages(f"{ELM}/assignments?$expand=target")
    path = f"/users/{held['target']['objectId']}"
    assert [built.graph.call("GET", path).status_code for _ in range(2)] == [404, 200]
    assert built.graph.call("GET", f"/users/{NORA}").status_code == 200


def test_29_a_guest_is_found_by_their_name_only_once_it_is_encoded(built: World) -> None:
    guest = let_in(built)
    name = "fay_fabrikam-security.example#EXT#@northwind.onmicrosoft.example"
    assert guest["userPrincipalName"] == name
    assert built.graph.get(f"/users/{urllib.parse.quote(name)}")["id"] == guest["id"]
    assert built.graph.call("GET", f"/users/{name}").status_code == 404


def test_29_a_guest_let_in_again_after_their_deletion_is_another_one(built: World) -> None:
    built.graph.roles.append("User.ReadWrite.All")
    first = let_in(built)["id"]
    (held,) = built.graph.pages(f"{ELM}/assignments")
    gone = {"requestType": "adminRemove", "assignment": {"id": held["id"]}}
    built.graph.post(f"{ELM}/assignmentRequests", gone)
    assert built.graph.call("DELETE", f"/users/{first}").status_code == 204
    assert let_in(built)["id"] != first


def test_32_a_token_of_one_customer_opens_nothing_of_another(built: World) -> None:
    """16.32: every kind of object, by its id, to read, to change and to delete."""
    ours = {
        "catalogs": built.catalog, "accessPackages": built.package, "assignmentPolicies": built.policy,
        "connectedOrganizations": built.organization,
    }  # fmt: skip
    paths = [f"{ELM}/{name}/{each['id']}" for name, each in ours.items()] + [f"/groups/{built.group['id']}"]
    before = built.graph.cloud.store.snapshot(NORTHWIND)
    for path in paths:
        for method in ("GET", "DELETE"):
            assert elsewhere(built.graph, CONTOSO, method, path).status_code == 404, (method, path)
    for path in (paths[0], paths[1], paths[3], paths[4]):
        assert elsewhere(built.graph, CONTOSO, "PATCH", path, {"displayName": "x"}).status_code == 404
    for name in ours:
        shown = elsewhere(built.graph, CONTOSO, "GET", f"{ELM}/{name}").json()["value"]
        assert {each["id"] for each in shown}.isdisjoint({ours[name]["id"]})
    package = {"displayName": "P", "catalog": {"id": built.catalog["id"]}}
    assert elsewhere(built.graph, CONTOSO, "POST", f"{ELM}/accessPackages", package).status_code == 404
    assert built.graph.cloud.store.snapshot(NORTHWIND) == before
