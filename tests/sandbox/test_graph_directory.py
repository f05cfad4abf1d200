"""What a tenant says of itself, batches and permissions, by the numbered points of facts 16."""

from __future__ import annotations

import pytest

from sandbox.store import Object
from tests.sandbox.graph_client import APP, CONTOSO, GROUP, NORTHWIND, Graph, graph, person_id


@pytest.fixture
def northwind() -> Graph:
    return graph()


def inner(id: str, method: str = "GET", url: str = "/organization", **more: object) -> Object:
    return {"id": id, "method": method, "url": url, **more}


def batch(northwind: Graph, *requests: Object) -> dict[str, Object]:
    answer = northwind.post("/$batch", {"requests": list(requests)})
    return {each["id"]: each for each in answer["responses"]}


def test_the_organization_its_domains_and_products_can_be_read(northwind: Graph) -> None:
    assert northwind.get("/organization")["value"][0]["id"] == NORTHWIND
    assert northwind.get("/domains")["value"][0]["id"] == "northwind.example"
    plans = northwind.get("/subscribedSkus")["value"][0]["servicePlans"]
    assert plans[0]["servicePlanName"] == "AAD_PREMIUM_P2"


def test_another_tenant_is_found_by_its_id_and_by_its_domain(northwind: Graph) -> None:
    path = "/tenantRelationships/findTenantInformationBy"
    assert northwind.get(f"{path}TenantId(tenantId='{CONTOSO}')")["displayName"] == "Contoso"
    assert northwind.get(f"{path}DomainName(domainName='contoso.example')")["tenantId"] == CONTOSO
    assert northwind.call("GET", f"{path}DomainName(domainName='none.example')").status_code == 404


def test_the_policies_a_readiness_check_reads_are_there(northwind: Graph) -> None:
    assert northwind.get("/policies/authorizationPolicy")["allowInvitesFrom"] == "everyone"
    assert northwind.get("/policies/identitySecurityDefaultsEnforcementPolicy")["isEnabled"]
    assert northwind.get("/identity/conditionalAccess/policies")["value"] == []
    assert northwind.get("/policies/crossTenantAccessPolicy/default")["isServiceDefault"]
    assert northwind.get(f"/servicePrincipals(appId='{APP}')")["displayName"] == "Fabrikam Security"


def test_4_user_type_is_shown_only_when_selected(northwind: Graph) -> None:
    path = "/users/nora@northwind.example"
    assert "userType" not in northwind.get(path)
    assert northwind.get(f"{path}?$select=userType,mail").items() >= {"userType": "Member"}.items()
    assert northwind.get(f"/users/{person_id('Nora')}")["mail"] == "nora@northwind.example"


@pytest.mark.parametrize(
    "query", ["$filter=jobTitle eq 'x'", "$select=nothing", "$skip=3", "$filter=mail ne 'x'"]
)
def test_4_a_query_that_is_not_documented_is_refused(northwind: Graph, query: str) -> None:
    assert northwind.call("GET", f"/users?{query}").status_code == 400


def test_8_a_batch_answers_each_in_any_order(northwind: Graph) -> None:
    answer = northwind.post("/$batch", {"requests": [inner(str(number)) for number in range(20)]})
    order = [each["id"] for each in answer["responses"]]
    assert sorted(order, key=int) == [str(number) for number in range(20)] != order


def test_8_a_dependent_of_a_failed_one_gets_424_and_the_rest_go_on(northwind: Graph) -> None:
    json = {"Content-Type": "application/json"}
    answers = batch(
        northwind,
        inner("1", url="/groups/none"),
        inner("2", dependsOn=["1"]),
        inner("3", "POST", "/groups", headers=json, body=GROUP),
    )
    assert [answers[id]["status"] for id in "123"] == [404, 424, 201]


@pytest.mark.parametrize(
    "requests",
    [
        [inner(str(number)) for number in range(21)],
        [inner("a"), inner("A")],
        [inner("1", "POST", "/groups", body=GROUP)],
        [inner("1", url="https://graph.microsoft.com/v1.0/organization")],
    ],
)
def test_8_a_wrong_batch_is_refused_as_a_whole(northwind: Graph, requests: list[Object]) -> None:
    assert northwind.call("POST", "/$batch", {"requests": requests}).status_code == 400


def test_10_an_unknown_page_and_a_wrong_verb_are_told_apart(northwind: Graph) -> None:
    assert northwind.call("GET", "/nothing").status_code == 400
    assert northwind.call("PUT", "/organization", {}).status_code == 405
