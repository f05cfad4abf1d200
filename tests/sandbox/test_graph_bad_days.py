"""Bad days of Graph itself, by the points of facts 16: vague errors, throttled parts, failed deliveries."""

from __future__ import annotations

import pytest

from sandbox.faults import Fault
from tests.sandbox.graph_client import (
    ELM,
    GROUP,
    NORTHWIND,
    Graph,
    World,
    graph,
    person_id,
    resource_request,
    resources,
    world,
)


@pytest.fixture
def northwind() -> Graph:
    return graph()


@pytest.fixture
def built(northwind: Graph) -> World:
    return world(northwind)


def assign(built: World, kind: str = "adminAdd", **assignment: str) -> dict[str, str]:
    ids = {"assignmentPolicyId": built.policy["id"], "accessPackageId": built.package["id"]}
    whole = assignment or {"targetId": person_id("Nora"), **ids}
    return built.graph.post(f"{ELM}/assignmentRequests", {"requestType": kind, "assignment": whole})


def states(graph: Graph, what: str = "assignments") -> list[str]:
    return [each["state"] for each in graph.pages(f"{ELM}/{what}")]


def test_6_entitlement_management_may_refuse_without_a_word(built: World) -> None:
    built.graph.cloud.habits.vague = 1.0
    refused = built.graph.call("DELETE", f"{ELM}/catalogs/{built.catalog['id']}")
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["message"]) == (400, "UnknownError", "")
    refused = built.graph.call("POST", "/groups", {})
    assert refused.json()["error"]["message"], "only entitlement management is vague"


def test_7_a_part_of_a_batch_is_throttled_alone(northwind: Graph) -> None:
    northwind.cloud.faults.append(Fault("429", "GET", "/groups$", retry_after=7))
    wanted = [{"id": id, "method": "GET", "url": url} for id, url in (("1", "/groups"), ("2", "/users"))]
    answers = {each["id"]: each for each in northwind.post("/$batch", {"requests": wanted})["responses"]}
    assert (answers["1"]["status"], answers["2"]["status"]) == (429, 200)
    assert answers["1"]["headers"]["Retry-After"] == "7"
    assert answers["1"]["body"]["error"]["code"] == "TooManyRequests"
    assert northwind.call("GET", "/groups").status_code == 200


@pytest.mark.parametrize("what", ["503", "504"])
def test_7_trouble_comes_in_bursts(northwind: Graph, what: str) -> None:
    northwind.cloud.faults.append(Fault(what, times=2))  # type: ignore[arg-type]
    answers = [northwind.call("GET", "/groups").status_code for _ in range(3)]
    assert answers == [int(what), int(what), 200]


def test_7_too_many_writes_are_refused_until_the_time_is_over(northwind: Graph) -> None:
    northwind.cloud.habits.writes = 2
    answers = [northwind.call("POST", "/groups", GROUP) for _ in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert northwind.call("GET", "/groups").status_code == 200
    northwind.cloud.clock.advance(seconds=int(answers[-1].headers["Retry-After"]))
    assert northwind.call("POST", "/groups", GROUP).status_code == 201


def test_12_a_new_group_is_unknown_in_three_ways(northwind: Graph) -> None:
    northwind.cloud.habits.lag = 3
    catalog, group = northwind.post(f"{ELM}/catalogs", {"displayName": "C"}), northwind.post("/groups", GROUP)
    resource = {"originId": group["id"], "originSystem": "AadGroup"}
    wanted = {"requestType": "adminAdd", "catalog": {"id": catalog["id"]}, "resource": resource}
    answers = [northwind.call("POST", f"{ELM}/resourceRequests", wanted) for _ in range(4)]
    assert [each.status_code for each in answers] == [404, 400, 201, 201]
    assert [each.json()["state"] for each in answers[2:]] == ["deliveryFailed", "delivered"]


def test_12_roles_and_scopes_are_empty_unless_expanded_and_briefly_even_then(northwind: Graph) -> None:
    catalog, group = northwind.post(f"{ELM}/catalogs", {"displayName": "C"}), northwind.post("/groups", GROUP)
    resource_request(northwind, "adminAdd", catalog, group)
    northwind.cloud.habits.lag = 1
    plain = northwind.get(f"{ELM}/catalogs/{catalog['id']}/resources")["value"]
    assert plain == []
    shown = [resources(northwind, catalog, group)[0] for _ in range(2)]
    assert [(len(each["roles"]), len(each["scopes"])) for each in shown] == [(0, 0), (2, 1)]
    assert "roles" not in northwind.get(f"{ELM}/catalogs/{catalog['id']}/resources")["value"][0]


def test_13_a_share_of_deliveries_fails_or_is_partial(built: World) -> None:
    built.graph.cloud.habits.undelivered = 1.0
    seen = set()
    for name in ("Nora", "Nils"):
        ids = {"assignmentPolicyId": built.policy["id"], "accessPackageId": built.package["id"]}
        assign(built, targetId=person_id(name), **ids)
    seen = set(states(built.graph))
    assert seen and seen <= {"partiallyDelivered", "deliveryFailed"}
    assert states(built.graph) == states(built.graph, "assignmentRequests")
    assert built.graph.pages(f"/groups/{built.group['id']}/members") == []


def test_13_a_group_may_fail_to_enter_its_catalog(northwind: Graph) -> None:
    northwind.cloud.habits.undelivered = 1.0
    catalog, group = northwind.post(f"{ELM}/catalogs", {"displayName": "C"}), northwind.post("/groups", GROUP)
    assert resource_request(northwind, "adminAdd", catalog, group)["state"] == "deliveryFailed"
    assert resources(northwind, catalog, group) == []


def test_13_an_end_takes_as_long_as_a_beginning(built: World) -> None:
    assign(built)
    built.graph.cloud.habits.slow_elm = 2
    held = built.graph.get(f"{ELM}/assignments")["value"][0]["id"]
    assign(built, "adminRemove", id=held)
    assert [states(built.graph) for _ in range(2)] == [["delivered"], ["expired"]]


def test_16_members_of_a_dynamic_group_cannot_be_changed_by_hand(northwind: Graph) -> None:
    rule = {"groupTypes": ["DynamicMembership"], "membershipRule": '(user.companyName -eq "Fabrikam")'}
    group = northwind.post("/groups", {**GROUP, **rule})
    who = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{person_id('Nora')}"}
    assert northwind.call("POST", f"/groups/{group['id']}/members/$ref", who).status_code == 400


def test_17_a_policy_of_one_name_is_made_twice(built: World) -> None:
    policy = {k: v for k, v in built.policy.items() if k[0] != "@" and k not in ("id", "createdDateTime")}
    policy.pop("modifiedDateTime")
    built.graph.post(f"{ELM}/assignmentPolicies", {**policy, "accessPackage": {"id": built.package["id"]}})
    assert len(built.graph.pages(f"{ELM}/assignmentPolicies?$filter=displayName eq 'Analysts'")) == 2


def test_25_the_tenant_of_a_connected_organisation_never_changes(built: World) -> None:
    path = f"{ELM}/connectedOrganizations/{built.organization['id']}"
    assert built.graph.call("PATCH", path, {"identitySources": []}).status_code == 400
    assert built.graph.call("PATCH", path, {"displayName": "Fabrikam"}).status_code == 204


def test_23_without_p1_there_are_no_dynamic_groups_and_no_conditional_access(northwind: Graph) -> None:
    tenant = northwind.cloud.store.get("", "tenants", NORTHWIND) or {}
    northwind.cloud.store.put("", "tenants", {**tenant, "plans": []})
    rule = {"groupTypes": ["DynamicMembership"], "membershipRule": '(user.companyName -eq "Fabrikam")'}
    assert northwind.call("POST", "/groups", {**GROUP, **rule}).status_code == 403
    assert northwind.call("POST", "/groups", GROUP).status_code == 201
    refused = northwind.call("GET", "/identity/conditionalAccess/policies")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AccessDenied")
