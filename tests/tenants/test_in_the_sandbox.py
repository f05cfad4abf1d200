"""The same questions asked of a whole tenant over TLS, through Microsoft's SDK and our own tokens."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import Cloud as Box
from sandbox.server import Running
from sandbox.store import Store
from tenants import consent
from tenants.checks import Answers
from tenants.directory import members, organisation, tenant_by_id
from tenants.microsoft.apps import App
from tenants.microsoft.bridge import run
from tenants.microsoft.clouds import PUBLIC, Cloud
from tenants.microsoft.errors import Refused
from tenants.microsoft.graph import Graph, graph
from tenants.readiness import P2, check_all

FABRIKAM = "fab00000-0000-4000-8000-000000000001"
P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
SECRET = "only-for-the-sandbox"
KIM, LEE = "kim@northwind.example", "lee@northwind.example"


@dataclasses.dataclass
class Northwind:
    """A tenant of its own for each test: tokens and clients are kept by tenant id."""

    box: Box
    cloud: Cloud
    app: App
    tid: str

    @property
    def graph(self) -> Graph:
        return graph(self.cloud, self.app, self.tid)

    def put(self, collection: str, **body: Any) -> None:
        self.box.store.put(self.tid, collection, {"id": str(uuid.uuid4()), **body})

    def person(self, name: str, **changes: Any) -> None:
        address = f"{name}@northwind.example"
        plain = {"displayName": name, "mail": address, "userPrincipalName": address, "userType": "Member"}
        self.put("users", **{**plain, "accountEnabled": True, **changes})

    def become(self, **changes: Any) -> None:
        tenant = self.box.store.get("", "tenants", self.tid)
        assert tenant is not None
        self.box.store.put("", "tenants", {**tenant, **changes})

    def states(self) -> dict[str, str]:
        found = run(check_all(self.graph, Answers(FABRIKAM, (KIM, LEE))), 60)
        return {check.name: check.state for check in found}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Box, Path]]:
    pki = tmp_path_factory.mktemp("pki")
    box = Box(Store(), "")
    with Running(box, pki):
        yield box, pki


@pytest.fixture
def northwind(served: tuple[Box, Path]) -> Northwind:
    box, pki = served
    at = {"login": box.origin, "graph": box.origin, "arm": box.origin}
    cloud = dataclasses.replace(PUBLIC, name="custom", ca_file=str(pki / "ca.pem"), is_microsoft=False, **at)
    app = App("reader", str(uuid.uuid4()), client_secret=SECRET)
    here = Northwind(box, cloud, app, str(uuid.uuid4()))
    fill(here)
    return here


def fill(here: Northwind) -> None:
    domains = [
        {"name": f"n-{here.tid}.example", "isDefault": True},
        {"name": f"n-{here.tid}.onmicrosoft.example", "isInitial": True},
    ]
    tenant = {"id": here.tid, "displayName": "Northwind", "domains": domains, "plans": [P1, P2]}
    here.box.store.put("", "tenants", tenant)
    roles = sorted(consent.READER_PERMISSIONS)
    registration = {"id": here.app.client_id, "displayName": "Gatehouse reader", "tenant": FABRIKAM}
    keys = {"roles": roles, "secrets": [SECRET], "certificates": [], "redirectUris": []}
    here.box.store.put("", "applications", {**registration, **keys})
    let_in(here, roles)
    here.person("kim")
    here.person("lee")


def let_in(here: Northwind, roles: list[str]) -> None:
    body = {"id": here.app.client_id, "appId": here.app.client_id, "displayName": "Gatehouse reader"}
    here.box.store.put(here.tid, "servicePrincipals", {**body, "roles": roles})


FINE = {
    "licence": "pass",
    "initial domain": "pass",
    "approvers": "pass",
    "who may invite guests": "warn",
    "inbound B2B collaboration": "pass",
    "conditional access for guests": "pass",
    "security defaults": "warn",
    "names that are taken": "pass",
}


def test_a_tenant_as_microsoft_makes_it_is_ready_with_two_warnings(northwind: Northwind) -> None:
    assert northwind.states() == FINE


def test_a_tenant_without_a_licence_fails_only_there(northwind: Northwind) -> None:
    northwind.become(plans=[])
    assert northwind.states() == {**FINE, "licence": "fail"}


def test_a_suspended_licence_is_no_licence(northwind: Northwind) -> None:
    northwind.become(suspendedPlans=[P2])
    assert northwind.states()["licence"] == "fail"


def test_policies_that_keep_guests_out_are_found(northwind: Northwind) -> None:
    store, tid = northwind.box.store, northwind.tid
    store.put(tid, "policies", {"id": "authorizationPolicy", "allowInvitesFrom": "none"})
    blocked = {
        "usersAndGroups": {"accessType": "blocked", "targets": [{"target": "AllUsers", "targetType": "user"}]}
    }
    store.put(tid, "partners", {"id": FABRIKAM, "tenantId": FABRIKAM, "b2bCollaborationInbound": blocked})
    users = {"includeUsers": ["All"]}
    northwind.put(
        "conditionalAccessPolicies", displayName="MFA", state="enabled", conditions={"users": users}
    )
    assert northwind.states() == {
        **FINE,
        "who may invite guests": "fail",
        "inbound B2B collaboration": "fail",
        "conditional access for guests": "warn",
    }


def test_a_permission_that_was_not_granted_makes_its_checks_unknown(northwind: Northwind) -> None:
    let_in(northwind, sorted(consent.READER_PERMISSIONS - {"Policy.Read.All"}))
    states = northwind.states()
    assert states["who may invite guests"] == states["security defaults"] == "unknown"
    assert states["inbound B2B collaboration"] == states["conditional access for guests"] == "unknown"
    assert (states["licence"], states["approvers"]) == ("pass", "pass")


def test_without_consent_whatever_must_be_read_is_unknown(northwind: Northwind) -> None:
    northwind.box.store.remove(northwind.tid, "servicePrincipals", northwind.app.client_id)
    states = northwind.states()
    assert {name for name, state in states.items() if state != "unknown"} == {"names that are taken"}


def test_an_approver_is_found_among_many_pages_of_people(northwind: Northwind) -> None:
    for number in range(7):
        northwind.person(f"extra{number}")
    northwind.person("o'hara", userPrincipalName="oh@northwind.onmicrosoft.example")
    found = run(members(northwind.graph, ["o'hara@northwind.example", KIM]), 60)
    assert [person.name for person in found] == ["o'hara", "kim"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"userType": "Guest"}, "person_is_guest"), ({"accountEnabled": False}, "person_is_disabled")],
)
def test_who_cannot_approve_is_refused(northwind: Northwind, changes: dict[str, Any], reason: str) -> None:
    northwind.person("sam", **changes)
    with pytest.raises(Refused) as caught:
        run(members(northwind.graph, ["sam@northwind.example"]), 60)
    assert caught.value.reason == reason


def test_the_tenant_and_its_id_name_each_other(northwind: Northwind) -> None:
    own = run(organisation(northwind.graph), 60)
    assert own.id == northwind.tid
    assert own.initial_domain == f"n-{northwind.tid}.onmicrosoft.example"
    assert run(tenant_by_id(northwind.graph, own.id), 60).id == northwind.tid


def test_what_consent_left_out_is_missing_until_it_is_given(northwind: Northwind) -> None:
    let_in(northwind, sorted(consent.READER_PERMISSIONS - {"Group.Read.All"}))
    assert consent.missing(northwind.app, northwind.tid, northwind.cloud) == {"Group.Read.All"}
    let_in(northwind, sorted(consent.READER_PERMISSIONS))
    assert consent.missing(northwind.app, northwind.tid, northwind.cloud) == frozenset()


def test_a_tenant_that_never_consented_is_refused_and_not_called_complete(northwind: Northwind) -> None:
    northwind.box.store.remove(northwind.tid, "servicePrincipals", northwind.app.client_id)
    with pytest.raises(Refused) as caught:
        consent.missing(northwind.app, northwind.tid, northwind.cloud)
    assert caught.value.reason == "no_admin_consent"
