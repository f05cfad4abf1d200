"""Northwind's tenant, Fabrikam Security's app in it, and a short way to call Graph as that app."""

from __future__ import annotations

import dataclasses
import functools
import uuid
from typing import Any

import httpx
from starlette.testclient import TestClient

from sandbox.app import build
from sandbox.certificates import new_key_pem
from sandbox.cloud import Cloud
from sandbox.graph.licences import P2
from sandbox.store import Object, Store
from sandbox.tokens import GRAPH, app_token

NORTHWIND = "11111111-1111-4111-8111-111111111111"
FABRIKAM = "22222222-2222-4222-8222-222222222222"
CONTOSO = "33333333-3333-4333-8333-333333333333"
APP = "44444444-4444-4444-8444-444444444444"
PRINCIPAL = "55555555-5555-4555-8555-555555555555"
ELM = "/identityGovernance/entitlementManagement"
ROLES = [
    "Organization.Read.All",
    "Domain.Read.All",
    "User.Read.All",
    "Application.Read.All",
    "Policy.Read.All",
    "Group.ReadWrite.All",
    "CrossTenantInformation.ReadBasic.All",
    "EntitlementManagement.ReadWrite.All",
    "Policy.ReadWrite.CrossTenantAccess",
]


@dataclasses.dataclass
class Graph:
    cloud: Cloud
    client: TestClient
    roles: list[str]

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> httpx.Response:
        token = app_token(self.cloud, NORTHWIND, {"id": PRINCIPAL, "appId": APP, "roles": self.roles}, GRAPH)
        given = {"Authorization": f"Bearer {token}", **{n.replace("_", "-"): v for n, v in headers.items()}}
        url = path if path.startswith("https:") else f"/v1.0{path}"
        return self.client.request(method, url, json=json, headers=given)

    def get(self, path: str) -> Object:
        return self.good(self.call("GET", path))

    def post(self, path: str, json: Any) -> Object:
        return self.good(self.call("POST", path, json))

    def pages(self, path: str) -> list[Object]:
        found = []
        while path:
            page = self.get(path)
            found += page["value"]
            path = page.get("@odata.nextLink", "")
        return found

    def good(self, answer: httpx.Response) -> Object:
        """Right by its status and by Microsoft's metadata, the query and body sent included."""
        assert answer.is_success, answer.text
        result: Object = answer.json() if answer.content else {}
        return result


def northwind(store: Store) -> None:
    """Northwind with a P2 plan and two people; Fabrikam Security and Contoso next door."""
    for id, name in ((NORTHWIND, "northwind"), (FABRIKAM, "fabrikam-security"), (CONTOSO, "contoso")):
        own = {"name": f"{name}.example", "isInitial": False, "isDefault": True}
        initial = {"name": f"{name}.onmicrosoft.example", "isInitial": True, "isDefault": False}
        whole = {"displayName": name.title(), "domains": [own, initial], "plans": [P2]}
        store.put("", "tenants", {"id": id, **whole})
    for tid, name, mail in (
        (NORTHWIND, "Nora", "nora@northwind.example"),
        (NORTHWIND, "Nils", "nils@northwind.example"),
        (FABRIKAM, "Fay", "fay@fabrikam-security.example"),
        (CONTOSO, "Cora", "cora@contoso.example"),
    ):
        person = {"displayName": name, "mail": mail, "userPrincipalName": mail, "userType": "Member"}
        store.put(tid, "users", {"id": person_id(name), **person, "accountEnabled": True})
    app = {"id": PRINCIPAL, "appId": APP, "displayName": "Fabrikam Security", "roles": ROLES}
    store.put(NORTHWIND, "servicePrincipals", app)


def person_id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


@functools.cache
def signing_key() -> bytes:
    return new_key_pem()


def graph() -> Graph:
    cloud = Cloud(Store(), "https://localhost:8443")
    cloud.signing_key = signing_key()
    northwind(cloud.store)
    client = TestClient(build(cloud), cloud.origin)
    return Graph(cloud, client, list(ROLES))


GROUP = {"displayName": "SOC", "mailNickname": "soc", "mailEnabled": False, "securityEnabled": True}


@dataclasses.dataclass
class World:
    """One whole way in, as the portal builds it: for tests of what comes after."""

    graph: Graph
    group: Object
    approvers: Object
    organization: Object
    catalog: Object
    resource: Object
    package: Object
    policy: Object


def resource_request(graph: Graph, kind: str, catalog: Object, group: Object) -> Object:
    resource = {"originId": group["id"], "originSystem": "AadGroup"}
    wanted = {"requestType": kind, "catalog": {"id": catalog["id"]}, "resource": resource}
    return graph.post(f"{ELM}/resourceRequests", wanted)


def role_scope(group: Object, resource_id: str) -> Object:
    system = {"originSystem": "AadGroup"}
    resource = {"id": resource_id, "originId": group["id"], **system}
    role = {"displayName": "Member", "originId": f"Member_{group['id']}", "resource": resource, **system}
    scope = {"displayName": "Root", "originId": group["id"], "isRootScope": True, **system}
    return {"role": role, "scope": scope}


def policy_body(package: Object, organization: Object, approvers: Object) -> Object:
    approver = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": approvers["id"]}
    target = {
        "@odata.type": "#microsoft.graph.connectedOrganizationMembers",
        "connectedOrganizationId": organization["id"],
    }
    return {
        "displayName": "Analysts",
        "description": "Fabrikam's analysts",
        "allowedTargetScope": "specificConnectedOrganizationUsers",
        "specificAllowedTargets": [target],
        "expiration": {"type": "afterDuration", "duration": "P30D"},
        "requestorSettings": {"enableTargetsToSelfAddAccess": True},
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": True,
            "stages": [{"durationBeforeAutomaticDenial": "P14D", "primaryApprovers": [approver]}],
        },
        "accessPackage": {"id": package["id"]},
    }


def connect(graph: Graph, tenant_id: str) -> Object:
    source = {"@odata.type": "#microsoft.graph.azureActiveDirectoryTenant", "tenantId": tenant_id}
    wanted = {"displayName": "Fabrikam Security", "state": "configured", "identitySources": [source]}
    return graph.post(f"{ELM}/connectedOrganizations", wanted)


def resources(graph: Graph, catalog: Object, group: Object) -> list[Object]:
    query = f"$filter=originId eq '{group['id']}'&$expand=roles,scopes"
    return graph.pages(f"{ELM}/catalogs/{catalog['id']}/resources?{query}")


def world(graph: Graph) -> World:
    group = graph.post("/groups", GROUP)
    approvers = graph.post("/groups", {**GROUP, "displayName": "Approvers", "mailNickname": "approvers"})
    for name in ("Nora", "Nils"):
        url = f"https://graph.microsoft.com/v1.0/directoryObjects/{person_id(name)}"
        graph.good(graph.call("POST", f"/groups/{approvers['id']}/members/$ref", {"@odata.id": url}))
    organization = connect(graph, FABRIKAM)
    catalog = graph.post(f"{ELM}/catalogs", {"displayName": "Ways in", "isExternallyVisible": True})
    resource_request(graph, "adminAdd", catalog, group)
    resource = resources(graph, catalog, group)[0]
    wanted = {"displayName": "Analyst", "description": "", "catalog": {"id": catalog["id"]}}
    package = graph.post(f"{ELM}/accessPackages", wanted)
    path = f"{ELM}/accessPackages/{package['id']}/resourceRoleScopes"
    graph.post(path, role_scope(group, resource["id"]))
    policy = graph.post(f"{ELM}/assignmentPolicies", policy_body(package, organization, approvers))
    return World(graph, group, approvers, organization, catalog, resource, package, policy)
