"""A tenant in a sandbox over real TLS that lags, pages small and holds things somebody else made."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from sandbox.cloud import Cloud
from sandbox.store import Store
from tenants.microsoft import bridge, clouds
from tenants.microsoft.apps import App
from tenants.microsoft.errors import Later
from tenants.microsoft.graph import Graph, graph

NORTHWIND = "00420000-0000-4000-8000-000000000001"
FABRIKAM = "fab00000-0000-4000-8000-000000000001"
SETUP = "a0000000-0000-4000-8000-000000000003"
P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
ROLES = [
    "EntitlementManagement.ReadWrite.All",
    "Group.ReadWrite.All",
    "Policy.ReadWrite.CrossTenantAccess",
    "User.Read.All",
]
TRIES = 8
T = TypeVar("T")


def patiently(ask: Callable[[], Awaitable[T]], enough: Callable[[T], bool] = lambda _: True) -> T:
    """Ask again while the answer is Later or not yet the one that must come; no clock is needed."""

    async def loop() -> T:
        last: Later | None = None
        for _ in range(TRIES):
            try:
                answer = await ask()
            except Later as later:
                last = later
                continue
            if enough(answer):
                return answer
        raise AssertionError(f"it never came: {last}")

    return bridge.run(loop(), 60)


class World:
    def __init__(self) -> None:
        self.cloud = Cloud(Store(), "")
        self.store = self.cloud.store
        self.cloud.habits.page_size = 2
        self.store.put("", "tenants", tenant(NORTHWIND, "Northwind", "northwind"))
        self.store.put("", "tenants", tenant(FABRIKAM, "Fabrikam Security", "fabrikam-security"))
        self.store.put("", "applications", registration())
        self.put("servicePrincipals", appId=SETUP, displayName="Setup", roles=ROLES)
        self.numbers = itertools.count()

    def connect(self, origin: str, pki: Path) -> None:
        where = dict(login=origin, graph=origin, arm=origin, ca_file=str(pki / "ca.pem"))
        cloud = dataclasses.replace(clouds.PUBLIC, name="custom", is_microsoft=False, **where)
        self.graph: Graph = graph(cloud, App("setup", SETUP, client_secret="correct horse"), NORTHWIND)

    def put(self, collection: str, **body: Any) -> str:
        """Planted as if it had been there for long: it does not lag."""
        made = {"id": str(uuid.uuid4()), "createdDateTime": "2026-01-01T00:00:00Z", **body}
        return str(self.store.put(NORTHWIND, collection, made)["id"])

    def change(self, collection: str, id: str, **body: Any) -> None:
        self.store.put(NORTHWIND, collection, {**self.get(collection, id), **body})

    def get(self, collection: str, id: str) -> dict[str, Any]:
        found = self.store.get(NORTHWIND, collection, id)
        assert found is not None
        return found

    def all(self, collection: str) -> list[dict[str, Any]]:
        return self.store.all(NORTHWIND, collection)

    def user(self, name: str) -> str:
        return self.put("users", displayName=name, userPrincipalName=f"{name}@northwind.example")

    def group(self, name: str, **more: Any) -> str:
        plain = {"securityEnabled": True, "mailEnabled": False, "mailNickname": "x", "groupTypes": []}
        return self.put("groups", displayName=name, description="Old", **{**plain, **more})

    def catalog(self, name: str) -> str:
        shown = {"state": "published", "isExternallyVisible": True, "catalogType": "userManaged"}
        return self.put("catalogs", displayName=name, description="Old", **shown)

    def resource(self, catalog: str, group: str) -> str:
        origin = {"originId": group, "originSystem": "AadGroup", "displayName": "A group"}
        return self.put("catalogResources", catalog={"id": catalog}, **origin)

    def package(self, catalog: str, name: str) -> str:
        return self.put(
            "accessPackages",
            displayName=name,
            description="Old",
            isHidden=False,
            catalog={"id": catalog},
            resourceRoleScopes=[],
        )

    def organization(self, name: str, tenant_id: str) -> str:
        source = {"@odata.type": "#microsoft.graph.azureActiveDirectoryTenant", "tenantId": tenant_id}
        sources = [{**source, "displayName": name}]
        return self.put(
            "connectedOrganizations", displayName=name, state="configured", identitySources=sources
        )


def tenant(id: str, name: str, domain: str) -> dict[str, Any]:
    domains = [{"name": f"{domain}.onmicrosoft.example", "isInitial": True, "isDefault": True}]
    return {"id": id, "displayName": name, "domains": domains, "plans": [P2]}


def registration() -> dict[str, Any]:
    secret = {"secrets": ["correct horse"], "certificates": [], "redirectUris": []}
    return {"id": SETUP, "displayName": "Setup", "tenant": FABRIKAM, "roles": ROLES, **secret}


def now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
