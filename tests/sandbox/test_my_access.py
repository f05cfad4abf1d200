"""A person asks, an approver decides, and the way in opens and closes again."""

from __future__ import annotations

import pytest

from sandbox.graph.approvals import No, decide
from sandbox.graph.self_service import request_package
from sandbox.store import Object
from tests.sandbox.graph_client import (
    CONTOSO,
    ELM,
    FABRIKAM,
    NORTHWIND,
    World,
    graph,
    person_id,
    policy_body,
    world,
)


@pytest.fixture
def built() -> World:
    return world(graph())


def ask(built: World, name: str = "Fay", home: str = FABRIKAM) -> Object:
    return request_package(built.graph.cloud, NORTHWIND, built.package["id"], home, person_id(name))


def judge(built: World, request: Object, name: str = "Nora", approve: bool = True) -> Object:
    return decide(built.graph.cloud, NORTHWIND, request["id"], person_id(name), approve=approve)


def members(built: World) -> list[str]:
    return [each["displayName"] for each in built.graph.pages(f"/groups/{built.group['id']}/members")]


def status(error: pytest.ExceptionInfo[No]) -> int:
    return error.value.status


def test_13_an_approved_request_makes_a_guest_and_a_membership(built: World) -> None:
    request = ask(built)
    assert request["state"] == "pendingApproval"
    assert members(built) == []
    assert judge(built, request)["state"] == "delivered"
    assert members(built) == ["Fay"]
    guest = built.graph.get("/users?$filter=mail eq 'fay@fabrikam-security.example'&$select=id,userType,mail")
    assert guest["value"][0]["userType"] == "Guest"


def test_13_delivery_takes_its_time(built: World) -> None:
    built.graph.cloud.habits.slow_elm = 1
    assert judge(built, ask(built))["state"] == "delivering"
    assert members(built) == []
    assert built.graph.get(f"{ELM}/assignments?$expand=target")["value"][0]["state"] == "delivered"
    assert [members(built) for _ in range(2)] == [[], ["Fay"]]


def test_13_the_assignment_ends_when_the_policy_says_so(built: World) -> None:
    judge(built, ask(built))
    built.graph.cloud.clock.advance(days=31)
    assert built.graph.get(f"{ELM}/assignments")["value"][0]["state"] == "expired"
    assert members(built) == []


def test_21_people_of_another_organisation_cannot_ask(built: World) -> None:
    with pytest.raises(No) as error:
        ask(built, "Cora", CONTOSO)
    assert status(error) == 403


@pytest.mark.parametrize("change", [{"state": "unpublished"}, {"isExternallyVisible": False}])
def test_21_a_catalog_that_is_not_open_hides_its_packages(built: World, change: Object) -> None:
    built.graph.good(built.graph.call("PATCH", f"{ELM}/catalogs/{built.catalog['id']}", change))
    with pytest.raises(No) as error:
        ask(built)
    assert status(error) == 404


@pytest.mark.parametrize(("state", "refused"), [("configured", False), ("proposed", True)])
def test_21_all_configured_organisations_are_those_that_are_configured(
    built: World, state: str, refused: bool
) -> None:
    scope = {"allowedTargetScope": "allConfiguredConnectedOrganizationUsers", "specificAllowedTargets": []}
    body = policy_body(built.package, built.organization, built.approvers) | scope
    built.graph.good(built.graph.call("PUT", f"{ELM}/assignmentPolicies/{built.policy['id']}", body))
    path = f"{ELM}/connectedOrganizations/{built.organization['id']}"
    built.graph.good(built.graph.call("PATCH", path, {"state": state}))
    if refused:
        with pytest.raises(No) as error:
            ask(built)
        assert status(error) == 403
    else:
        assert ask(built)["state"] == "pendingApproval"


def test_20_a_policy_with_no_targets_lets_nobody_ask(built: World) -> None:
    body = policy_body(built.package, built.organization, built.approvers) | {"specificAllowedTargets": []}
    built.graph.good(built.graph.call("PUT", f"{ELM}/assignmentPolicies/{built.policy['id']}", body))
    with pytest.raises(No) as error:
        ask(built)
    assert status(error) == 403


def test_20_a_policy_put_without_its_stages_approves_by_itself(built: World) -> None:
    body = policy_body(built.package, built.organization, built.approvers)
    del body["requestApprovalSettings"]
    built.graph.good(built.graph.call("PUT", f"{ELM}/assignmentPolicies/{built.policy['id']}", body))
    assert ask(built)["state"] == "delivered"


def for_members_only(built: World) -> None:
    body = policy_body(built.package, built.organization, built.approvers)
    body |= {"allowedTargetScope": "allMemberUsers", "specificAllowedTargets": []}
    built.graph.good(built.graph.call("PUT", f"{ELM}/assignmentPolicies/{built.policy['id']}", body))


def test_20_a_policy_for_members_lets_them_ask_in_a_catalog_nobody_outside_sees(built: World) -> None:
    for_members_only(built)
    catalog = f"{ELM}/catalogs/{built.catalog['id']}"
    built.graph.good(built.graph.call("PATCH", catalog, {"isExternallyVisible": False}))
    assert ask(built, "Nils", NORTHWIND)["state"] == "pendingApproval"


def test_20_a_policy_for_members_lets_nobody_else_ask(built: World) -> None:
    for_members_only(built)
    with pytest.raises(No) as error:
        ask(built)
    assert status(error) == 403


def test_22_a_second_approver_comes_too_late(built: World) -> None:
    request = ask(built)
    assert judge(built, request, approve=False)["state"] == "denied"
    with pytest.raises(No) as error:
        judge(built, request, "Nils")
    assert status(error) == 409
    assert members(built) == []


def test_22_only_an_approver_decides_and_never_on_the_own_request(built: World) -> None:
    cloud, request = built.graph.cloud, ask(built)
    requestor = {**request["requestor"], "objectId": person_id("Nora"), "email": "nora@northwind.example"}
    cloud.store.put(NORTHWIND, "assignmentRequests", {**request, "requestor": requestor})
    with pytest.raises(No) as error:
        judge(built, request, "Nora")
    assert status(error) == 403
    assert judge(built, request, "Nils")["state"] == "delivered"
