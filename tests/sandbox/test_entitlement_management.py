"""Entitlement management, by the numbered points of facts 16."""

from __future__ import annotations

import copy

import pytest

from tests.sandbox.graph_client import (
    CONTOSO,
    ELM,
    FABRIKAM,
    GROUP,
    NORTHWIND,
    Graph,
    World,
    connect,
    graph,
    person_id,
    policy_body,
    resource_request,
    resources,
    role_scope,
    world,
)

POLICIES = f"{ELM}/assignmentPolicies"


@pytest.fixture
def northwind() -> Graph:
    return graph()


@pytest.fixture
def built(northwind: Graph) -> World:
    return world(northwind)


def assign(built: World, name: str = "Nora") -> dict[str, str]:
    ids = {"assignmentPolicyId": built.policy["id"], "accessPackageId": built.package["id"]}
    wanted = {"requestType": "adminAdd", "assignment": {"targetId": person_id(name), **ids}}
    return built.graph.post(f"{ELM}/assignmentRequests", wanted)


def assignments(built: World) -> list[dict[str, str]]:
    query = (
        f"$filter=accessPackage/id eq '{built.package['id']}' and target/objectId eq '{person_id('Nora')}'"
    )
    return built.graph.pages(f"{ELM}/assignments?{query}&$expand=target")


def test_1_a_duration_that_is_not_iso_is_refused(built: World) -> None:
    body = policy_body(built.package, built.organization, built.approvers)
    body["expiration"]["duration"] = "365 days, 0:00:00"
    refused = built.graph.call("POST", POLICIES, body)
    assert refused.status_code == 400
    assert "Edm.Duration" in refused.json()["error"]["message"]


@pytest.mark.parametrize("name", ["catalogStatus", "is_externally_visible", "uniqueName"])
def test_2_an_undeclared_property_is_refused(northwind: Graph, name: str) -> None:
    refused = northwind.call("POST", f"{ELM}/catalogs", {"displayName": "One", name: "x"})
    assert refused.status_code == 400
    assert f"The property '{name}' does not exist on type" in refused.json()["error"]["message"]


@pytest.mark.parametrize("type", [None, "#microsoft.graph.identitySource", "#microsoft.graph.nothing"])
def test_3_an_identity_source_must_say_its_type(northwind: Graph, type: str | None) -> None:
    source = {"tenantId": FABRIKAM} if type is None else {"@odata.type": type}
    body = {"displayName": "Fabrikam", "identitySources": [source]}
    assert northwind.call("POST", f"{ELM}/connectedOrganizations", body).status_code == 400


def test_3_an_approver_must_say_its_type(built: World) -> None:
    body = policy_body(built.package, built.organization, built.approvers)
    del body["requestApprovalSettings"]["stages"][0]["primaryApprovers"][0]["@odata.type"]
    assert built.graph.call("POST", POLICIES, body).status_code == 400


def test_4_the_catalog_of_a_package_is_shown_only_when_expanded(built: World) -> None:
    path = f"{ELM}/accessPackages/{built.package['id']}"
    assert "catalog" not in built.graph.get(path)
    query = "$expand=catalog,resourceRoleScopes($expand=role,scope),assignmentPolicies"
    whole = built.graph.get(f"{path}?{query}")
    assert whole["catalog"]["displayName"] == "Ways in"
    assert whole["resourceRoleScopes"][0]["role"]["originId"] == f"Member_{built.group['id']}"
    assert [policy["displayName"] for policy in whole["assignmentPolicies"]] == ["Analysts"]


def test_4_a_filter_that_is_not_documented_is_refused(northwind: Graph) -> None:
    path = f"{ELM}/connectedOrganizations?$filter=identitySources/tenantId eq '{FABRIKAM}'"
    assert northwind.call("GET", path).status_code == 400


def test_5_everything_comes_in_pages_behind_opaque_links(northwind: Graph) -> None:
    for number in range(4):
        northwind.post(f"{ELM}/catalogs", {"displayName": f"C{number}"})
    first = northwind.get(f"{ELM}/catalogs")
    assert len(first["value"]) == 3
    assert first["@odata.nextLink"].startswith("https://localhost:8443/v1.0/")
    names = [each["displayName"] for each in northwind.pages(f"{ELM}/catalogs")]
    assert names == ["General", "C0", "C1", "C2", "C3"]


def test_12_a_new_group_is_not_known_here_at_first(northwind: Graph) -> None:
    northwind.cloud.habits.lag = 1
    catalog, group = northwind.post(f"{ELM}/catalogs", {"displayName": "C"}), northwind.post("/groups", GROUP)
    wanted = {
        "requestType": "adminAdd",
        "catalog": {"id": catalog["id"]},
        "resource": {"originId": group["id"], "originSystem": "AadGroup"},
    }
    answers = [northwind.call("POST", f"{ELM}/resourceRequests", wanted).status_code for _ in range(2)]
    assert answers == [404, 201]


def test_12_a_resource_is_in_its_catalog_only_once_delivered(northwind: Graph) -> None:
    northwind.cloud.habits.slow_elm = 2
    catalog, group = northwind.post(f"{ELM}/catalogs", {"displayName": "C"}), northwind.post("/groups", GROUP)
    assert resource_request(northwind, "adminAdd", catalog, group)["state"] == "submitted"
    assert [len(resources(northwind, catalog, group)) for _ in range(2)] == [0, 1]
    assert northwind.get(f"{ELM}/resourceRequests")["value"][0]["state"] == "delivered"


def test_13_an_assignment_and_its_membership_take_their_time(built: World) -> None:
    built.graph.cloud.habits.slow_elm = 2
    assert assign(built)["state"] == "submitted"
    assert [each["state"] for each in assignments(built)] == ["delivering"]
    assert not built.graph.pages(f"/groups/{built.group['id']}/members")
    assert [each["state"] for each in assignments(built)] == ["delivered"]
    members = [built.graph.pages(f"/groups/{built.group['id']}/members") for _ in range(3)]
    assert [[each["displayName"] for each in shown] for shown in members] == [[], [], ["Nora"]]


def test_13_who_lost_the_package_before_the_groups_took_them_in_stays_outside(built: World) -> None:
    """16.13: group membership appears only later, and only of who has it then."""
    built.graph.cloud.habits.slow_elm = 1
    assign(built)
    (held,) = assignments(built)
    assert held["state"] == "delivered"
    built.graph.cloud.habits.slow_elm = 0
    wanted = {"requestType": "adminRemove", "assignment": {"id": held["id"]}}
    built.graph.post(f"{ELM}/assignmentRequests", wanted)
    assert [built.graph.pages(f"/groups/{built.group['id']}/members") for _ in range(4)] == [[]] * 4


def test_13_removing_an_assignment_ends_the_membership(built: World) -> None:
    assign(built)
    wanted = {"requestType": "adminRemove", "assignment": {"id": assignments(built)[0]["id"]}}
    built.graph.post(f"{ELM}/assignmentRequests", wanted)
    assert [each["state"] for each in assignments(built)] == ["expired"]
    assert not built.graph.pages(f"/groups/{built.group['id']}/members")


def test_17_catalogs_and_packages_of_one_name_are_made_twice(built: World) -> None:
    wanted = {"displayName": "Analyst", "catalog": {"id": built.catalog["id"]}}
    built.graph.post(f"{ELM}/accessPackages", wanted)
    assert len(built.graph.pages(f"{ELM}/accessPackages?$filter=displayName eq 'Analyst'")) == 2


def test_18_a_tenant_is_connected_only_once(built: World) -> None:
    source = {"@odata.type": "#microsoft.graph.azureActiveDirectoryTenant", "tenantId": FABRIKAM}
    body = {"displayName": "Again", "identitySources": [source]}
    assert built.graph.call("POST", f"{ELM}/connectedOrganizations", body).status_code == 409
    assert connect(built.graph, CONTOSO)["state"] == "configured"


def test_18_a_second_direct_assignment_is_refused(built: World) -> None:
    assign(built)
    ids = {"assignmentPolicyId": built.policy["id"], "accessPackageId": built.package["id"]}
    wanted = {"requestType": "adminAdd", "assignment": {"targetId": person_id("Nora"), **ids}}
    assert built.graph.call("POST", f"{ELM}/assignmentRequests", wanted).status_code == 400


def test_19_what_is_in_use_cannot_be_deleted_and_in_order_all_can(built: World) -> None:
    assign(built)
    package, policy = f"{ELM}/accessPackages/{built.package['id']}", f"{POLICIES}/{built.policy['id']}"
    catalog = f"{ELM}/catalogs/{built.catalog['id']}"
    organization = f"{ELM}/connectedOrganizations/{built.organization['id']}"
    for path in (package, policy, catalog, organization):
        assert built.graph.call("DELETE", path).status_code == 400
    wanted = {"requestType": "adminRemove", "assignment": {"id": assignments(built)[0]["id"]}}
    built.graph.post(f"{ELM}/assignmentRequests", wanted)
    for path in (policy, package):
        assert built.graph.call("DELETE", path).status_code == 204
    resource_request(built.graph, "adminRemove", built.catalog, built.group)
    for path in (catalog, organization):
        assert built.graph.call("DELETE", path).status_code == 204


def test_19_a_resource_in_a_package_stays_in_its_catalog(built: World) -> None:
    resource = {"originId": built.group["id"], "originSystem": "AadGroup"}
    wanted = {"requestType": "adminRemove", "catalog": {"id": built.catalog["id"]}, "resource": resource}
    assert built.graph.call("POST", f"{ELM}/resourceRequests", wanted).status_code == 400
    assert resources(built.graph, built.catalog, built.group)


def test_20_put_replaces_the_whole_policy_and_patch_is_not_allowed(built: World) -> None:
    path = f"{POLICIES}/{built.policy['id']}"
    body = policy_body(built.package, built.organization, built.approvers)
    del body["requestApprovalSettings"]
    assert built.graph.call("PUT", path, body).status_code == 200
    assert "requestApprovalSettings" not in built.graph.get(path)
    assert built.graph.call("PATCH", path, {"displayName": "x"}).status_code == 405


def test_22_approvals_are_not_for_applications(built: World) -> None:
    path = f"{ELM}/accessPackageAssignmentApprovals/{built.policy['id']}"
    assert built.graph.call("GET", path).status_code == 403
    assert built.graph.call("PATCH", f"{path}/stages/1", {"reviewResult": "Approve"}).status_code == 403


def test_23_without_p2_or_governance_there_is_no_entitlement_management(northwind: Graph) -> None:
    tenant = northwind.cloud.store.get("", "tenants", NORTHWIND) or {}
    northwind.cloud.store.put("", "tenants", {**tenant, "suspendedPlans": tenant["plans"]})
    refused = northwind.call("GET", f"{ELM}/catalogs")
    assert refused.status_code == 403
    assert "license" in refused.json()["error"]["message"]
    assert northwind.get("/subscribedSkus")["value"][0]["capabilityStatus"] == "Suspended"


def test_24_a_group_enters_a_catalog_only_with_a_permission_on_groups(northwind: Graph) -> None:
    catalog, group = northwind.post(f"{ELM}/catalogs", {"displayName": "C"}), northwind.post("/groups", GROUP)
    northwind.roles.remove("Group.ReadWrite.All")
    resource = {"originId": group["id"], "originSystem": "AadGroup"}
    wanted = {"requestType": "adminAdd", "catalog": {"id": catalog["id"]}, "resource": resource}
    refused = northwind.call("POST", f"{ELM}/resourceRequests", wanted)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AccessDenied")


def test_25_a_package_does_not_move_to_another_catalog(built: World) -> None:
    other = built.graph.post(f"{ELM}/catalogs", {"displayName": "Other"})
    path = f"{ELM}/accessPackages/{built.package['id']}"
    assert built.graph.call("PATCH", path, {"catalog": {"id": other["id"]}}).status_code == 400


def test_the_group_in_place_of_its_resource_is_not_found(built: World) -> None:
    path = f"{ELM}/accessPackages/{built.package['id']}/resourceRoleScopes"
    refused = built.graph.call("POST", path, role_scope(built.group, built.group["id"]))
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "ResourceNotFound")


def test_a_policy_naming_an_unknown_group_is_refused(built: World) -> None:
    body = copy.deepcopy(policy_body(built.package, built.organization, {"id": person_id("nobody")}))
    assert built.graph.call("POST", POLICIES, body).status_code == 400


LAGGING = ["catalogs", "connectedOrganizations", "accessPackages", "assignmentPolicies"]


@pytest.mark.parametrize("name", LAGGING)
def test_11_what_is_new_is_missing_in_its_list_and_by_its_id_at_first(northwind: Graph, name: str) -> None:
    northwind.cloud.habits.lag, northwind.cloud.habits.page_size = 2, 50
    built = world_with_lag(northwind)
    id = built[name]
    listed = [id in {each["id"] for each in northwind.pages(f"{ELM}/{name}")} for _ in range(3)]
    assert listed == [False, False, True]
    found = [northwind.call("GET", f"{ELM}/{name}/{id}").status_code for _ in range(3)]
    assert found == [404, 404, 200]


def test_11_what_is_new_within_a_catalog_or_a_package_is_missing_there_at_first(northwind: Graph) -> None:
    northwind.cloud.habits.lag = 1
    built = world_with_lag(northwind)
    path = f"{ELM}/catalogs/{built['catalogs']}/resources"
    assert [len(northwind.pages(path)) for _ in range(2)] == [0, 1]
    northwind.call("GET", f"{ELM}/accessPackages/{built['accessPackages']}")
    path = f"{ELM}/accessPackages/{built['accessPackages']}?$expand=resourceRoleScopes,assignmentPolicies"
    whole = [northwind.get(path) for _ in range(2)]
    assert [len(each["resourceRoleScopes"]) for each in whole] == [0, 1]
    assert [len(each["assignmentPolicies"]) for each in whole] == [0, 1]


def world_with_lag(northwind: Graph) -> dict[str, str]:
    """As world() makes it; a write knows at once what a read does not know yet."""
    lag, northwind.cloud.habits.lag = northwind.cloud.habits.lag, 0
    built = world(northwind)
    for key in northwind.cloud.reads:
        northwind.cloud.reads[key] = 0
    northwind.cloud.habits.lag = lag
    names = ("catalog", "organization", "package", "policy")
    return dict(zip(LAGGING, (getattr(built, n)["id"] for n in names), strict=True))


def test_11_a_write_knows_at_once_what_a_read_does_not_know_yet(northwind: Graph) -> None:
    northwind.cloud.habits.lag = 5
    catalog = northwind.post(f"{ELM}/catalogs", {"displayName": "C"})
    wanted = {"displayName": "P", "catalog": {"id": catalog["id"]}}
    assert northwind.call("POST", f"{ELM}/accessPackages", wanted).status_code == 201
    assert northwind.call("DELETE", f"{ELM}/catalogs/{catalog['id']}").status_code == 400
