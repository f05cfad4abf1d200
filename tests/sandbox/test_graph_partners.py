"""Partners of the cross-tenant access policy: facts 4.1 and 4.2, by their number in facts 16."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.graph import redemption
from tests.sandbox.graph_client import CONTOSO, FABRIKAM, NORTHWIND, Graph, graph

PATH = "/policies/crossTenantAccessPolicy/partners"
ONE = f"{PATH}/{CONTOSO}"
TRUST = {"isMfaAccepted": True, "isCompliantDeviceAccepted": True}
SIDE = {"accessType": "allowed", "targets": [{"target": "AllUsers", "targetType": "user"}]}


@pytest.fixture
def northwind() -> Graph:
    return graph()


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_18_a_partner_twice_is_a_conflict(northwind: Graph) -> None:
    northwind.post(PATH, {"tenantId": CONTOSO})
    again = northwind.call("POST", PATH, {"tenantId": CONTOSO})
    assert said(again) == (409, "Request_MultipleObjectsWithSameKeyValue")


def test_25_the_tenant_of_a_partner_never_changes(northwind: Graph) -> None:
    northwind.post(PATH, {"tenantId": CONTOSO})
    assert northwind.call("PATCH", ONE, {"tenantId": NORTHWIND}).status_code == 400
    assert northwind.call("PATCH", ONE, {"inboundTrust": TRUST}).status_code == 204
    assert northwind.call("DELETE", ONE).status_code == 204
    assert northwind.call("GET", ONE).status_code == 404


def test_27_null_is_inherited_has_no_id_and_one_property_is_replaced_whole(northwind: Graph) -> None:
    made = northwind.post(PATH, {"tenantId": CONTOSO.upper(), "inboundTrust": TRUST})
    assert (made["tenantId"], made["b2bCollaborationInbound"], "id" in made) == (CONTOSO, None, False)
    northwind.call("PATCH", ONE, {"inboundTrust": {"isMfaAccepted": False}})
    assert northwind.get(ONE)["inboundTrust"] == {"isMfaAccepted": False}
    northwind.call("PATCH", ONE, {"inboundTrust": None})
    assert northwind.get(PATH)["value"][0]["inboundTrust"] is None


def test_11_a_new_partner_lags_for_reads_but_not_for_writes(northwind: Graph) -> None:
    northwind.cloud.habits.lag = 1
    northwind.post(PATH, {"tenantId": CONTOSO})
    assert northwind.call("GET", ONE).status_code == 404
    assert northwind.call("PATCH", ONE, {"inboundTrust": TRUST}).status_code == 204
    assert northwind.get(ONE)["inboundTrust"] == TRUST


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tenantId": "contoso.example"},
        {"tenantId": NORTHWIND},
        {"tenantId": CONTOSO, "id": CONTOSO},
        {"tenantId": CONTOSO, "isServiceProvider": True},
        {"tenantId": CONTOSO, "inbound_trust": TRUST},
        {"tenantId": CONTOSO, "inboundTrust": {"isMfaAccepted": "yes"}},
        {"tenantId": CONTOSO, "b2bCollaborationInbound": {"usersAndGroups": {"accessType": "open"}}},
        {
            "tenantId": CONTOSO,
            "b2bCollaborationInbound": {"usersAndGroups": {**SIDE, "targets": [{"target": "AllUsers"}]}},
        },
        {
            "tenantId": CONTOSO,
            "b2bCollaborationInbound": {
                "usersAndGroups": {**SIDE, "targets": [{"target": "SOC", "targetType": "group"}]}
            },
        },
    ],
)
def test_2_a_partner_that_is_not_well_formed_is_refused(northwind: Graph, body: dict[str, Any]) -> None:
    assert northwind.call("POST", PATH, body).status_code == 400


def test_24_reading_is_less_than_writing(northwind: Graph) -> None:
    northwind.roles[:] = ["Policy.Read.All"]
    assert northwind.get(PATH)["value"] == []
    assert northwind.call("POST", PATH, {"tenantId": CONTOSO}).status_code == 403
    northwind.roles[:] = ["Policy.ReadWrite.CrossTenantAccess"]
    northwind.post(PATH, {"tenantId": CONTOSO})
    assert northwind.get(ONE)["tenantId"] == CONTOSO
    assert northwind.call("GET", "/policies/authorizationPolicy").status_code == 403


def test_27_synchronisation_is_put_once_and_holds_its_partner(northwind: Graph) -> None:
    sync, wanted = f"{ONE}/identitySynchronization", {"userSyncInbound": {"isSyncAllowed": True}}
    northwind.post(PATH, {"tenantId": CONTOSO})
    assert said(northwind.call("PATCH", sync, wanted)) == (404, "Directory_ObjectNotFound")
    assert [northwind.call("PUT", sync, wanted).status_code for _ in range(2)] == [204, 409]
    assert northwind.get(sync) | wanted == northwind.get(sync)
    assert northwind.call("DELETE", ONE).status_code == 400
    assert [northwind.call("DELETE", path).status_code for path in (sync, ONE)] == [204, 204]


def test_27_a_guest_need_not_accept_only_where_both_tenants_say_so(northwind: Graph) -> None:
    cloud, mail = northwind.cloud, "fay@fabrikam-security.example"
    northwind.post(PATH, {"tenantId": FABRIKAM, "automaticUserConsentSettings": {"inboundAllowed": True}})
    assert redemption.state(cloud, NORTHWIND, mail) == "PendingAcceptance"
    mirror = {"tenantId": NORTHWIND, "automaticUserConsentSettings": {"outboundAllowed": True}}
    cloud.store.put(FABRIKAM, "partners", {**mirror, "id": NORTHWIND})
    assert redemption.state(cloud, NORTHWIND, mail) == "Accepted"
    northwind.call("PATCH", f"{PATH}/{FABRIKAM}", {"automaticUserConsentSettings": None})
    assert redemption.state(cloud, NORTHWIND, mail) == "PendingAcceptance"
