"""People and tenants, looked up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tenants.directory import Member, members, organisation, tenant_by_id
from tenants.microsoft.errors import Refused
from tests.tenants.fake_graph import FakeGraph

KIM: dict[str, Any] = {
    "id": "oid-kim",
    "displayName": "Kim O'Hara",
    "mail": "kim.o'hara@northwind.example",
    "userPrincipalName": "kim@northwind.onmicrosoft.example",
    "userType": "Member",
    "accountEnabled": True,
}


def one(*found: dict[str, Any]) -> list[Member]:
    return asyncio.run(members(FakeGraph({"users": list(found)}), ["kim@northwind.example"]))


def test_a_member_is_found_with_its_object_id() -> None:
    assert one(KIM) == [
        Member(
            "oid-kim",
            "Kim O'Hara",
            "kim.o'hara@northwind.example",
            "kim@northwind.onmicrosoft.example",
            True,
            "Member",
            True,
        )
    ]


def test_a_quote_in_an_address_is_doubled_and_stays_inside_the_filter() -> None:
    graph = FakeGraph({"users": [KIM]})
    asyncio.run(members(graph, [" kim.o'hara@northwind.example "]))
    doubled = "'kim.o''hara@northwind.example'"
    assert graph.filters == [f"mail eq {doubled}", f"userPrincipalName eq {doubled}"]


def test_people_come_back_in_the_order_asked() -> None:
    lee = {**KIM, "id": "oid-lee", "mail": "lee@northwind.example"}
    graph = FakeGraph({"users": lambda text: [lee] if "lee@" in text else [KIM]})
    found = asyncio.run(members(graph, ["lee@northwind.example", "kim@northwind.example"]))
    assert [person.oid for person in found] == ["oid-lee", "oid-kim"]


def test_someone_without_a_mail_address_has_no_mailbox() -> None:
    assert one({**KIM, "mail": None})[0].has_mailbox is False


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ([], "no_such_person"),
        ([{**KIM, "userType": "Guest"}], "person_is_guest"),
        (
            [{**KIM, "userPrincipalName": "kim_fabrikam#EXT#@northwind.onmicrosoft.example"}],
            "person_is_guest",
        ),
        ([{**KIM, "externalUserState": "Accepted"}], "person_is_guest"),
        ([{**KIM, "accountEnabled": False}], "person_is_disabled"),
        ([{**KIM, "accountEnabled": None}], "person_is_disabled"),
        ([KIM, {**KIM, "id": "oid-2"}], "person_is_ambiguous"),
    ],
)
def test_who_cannot_speak_for_the_customer_is_refused(found: list[dict[str, Any]], reason: str) -> None:
    with pytest.raises(Refused) as caught:
        one(*found)
    assert caught.value.reason == reason
    assert caught.value.facts == {"email": "kim@northwind.example", "domain": "northwind.example"}


def test_the_same_person_on_two_pages_is_one_person() -> None:
    assert len(one(KIM, KIM)) == 1


def test_the_organisation_tells_its_initial_domain() -> None:
    domains = [{"name": "northwind.example"}, {"name": "northwind.onmicrosoft.example", "isInitial": True}]
    graph = FakeGraph({"organization": [{"id": "n", "displayName": "Northwind", "verifiedDomains": domains}]})
    found = asyncio.run(organisation(graph))
    assert (found.id, found.name, found.initial_domain) == ("n", "Northwind", "northwind.onmicrosoft.example")
    assert found.domains == ("northwind.example", "northwind.onmicrosoft.example")


ANSWER = {"tenantId": "n", "displayName": "Northwind", "defaultDomainName": "northwind.example"}


def test_a_tenant_is_found_by_its_id() -> None:
    asked = "tenantRelationships/findTenantInformationByTenantId(tenantId='n')"
    assert asyncio.run(tenant_by_id(FakeGraph({asked: ANSWER}), "n")).domain == "northwind.example"


def test_an_id_that_nobody_has_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        asyncio.run(tenant_by_id(FakeGraph({}), "nobody"))
    assert (caught.value.reason, caught.value.facts) == ("no_such_tenant", {"domain": "nobody"})
