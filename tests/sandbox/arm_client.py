"""Northwind's subscription, who may do what in it, Fabrikam next door, and a short way to call Azure."""

from __future__ import annotations

import dataclasses
from typing import Any

import httpx
from starlette.testclient import TestClient

from sandbox.app import build
from sandbox.arm import roles, seed
from sandbox.cloud import Cloud
from sandbox.store import Object, Store
from sandbox.tokens import ARM, app_token, person_token
from tests.sandbox.graph_client import CONTOSO, FABRIKAM, NORTHWIND, northwind, person_id, signing_key

SUBSCRIPTION = "66666666-6666-4666-8666-666666666666"
SCOPE = f"/subscriptions/{SUBSCRIPTION}"
SECURITY = f"{SCOPE}/resourceGroups/rg-security"
PLATFORM = f"{SCOPE}/resourceGroups/rg-platform"
SOC, NIGHT_SHIFT, ENGINEERS, PORTAL = (f"77777777-7777-4777-8777-77777777000{number}" for number in range(4))
PORTAL_APP = "88888888-8888-4888-8888-888888888888"
VERSION = "2022-10-01"
SERVICES = f"{SCOPE}/providers/Microsoft.ManagedServices"
PEOPLE = {"Nora": NORTHWIND, "Nils": NORTHWIND, "Fay": FABRIKAM, "Cora": CONTOSO}


@dataclasses.dataclass
class Azure:
    """`who` calls: a person by name, or "portal", Fabrikam Security's app in its own tenant."""

    cloud: Cloud
    client: TestClient
    who: str = "Nora"

    def as_(self, who: str) -> Azure:
        return dataclasses.replace(self, who=who)

    def token(self) -> str:
        if self.who == "portal":
            return app_token(self.cloud, FABRIKAM, {"id": PORTAL, "appId": PORTAL_APP}, ARM)
        tid = PEOPLE[self.who]
        return person_token(
            self.cloud, tid, {"id": person_id(self.who)}, PORTAL_APP, "user_impersonation", ARM
        )

    def call(self, method: str, path: str, json: Any = None, version: str | None = VERSION) -> httpx.Response:
        url = path.removeprefix(self.cloud.origin)
        if version and "api-version" not in url:
            url += ("&" if "?" in url else "?") + f"api-version={version}"
        return self.client.request(
            method, url, json=json, headers={"Authorization": f"Bearer {self.token()}"}
        )

    def get(self, path: str) -> Object:
        return good(self.call("GET", path))

    def put(self, path: str, json: Any) -> Object:
        return good(self.call("PUT", path, json))

    def pages(self, path: str) -> list[Object]:
        found = []
        while path:
            page = self.get(path)
            found += page["value"]
            path = page.get("nextLink", "")
        return found

    def refusal(self, method: str, path: str, json: Any = None, **more: Any) -> tuple[int, str]:
        answer = self.call(method, path, json, **more)
        return answer.status_code, answer.json()["error"]["code"]


def good(answer: httpx.Response) -> Object:
    assert answer.is_success, answer.text
    result: Object = answer.json() if answer.content else {}
    return result


def azure() -> Azure:
    """Nora owns the subscription, Nils may contribute; Fay is in Fabrikam's SOC, Cora somewhere else."""
    cloud = Cloud(Store(), "https://localhost:8443")
    cloud.signing_key = signing_key()
    northwind(cloud.store)
    seed.subscription(cloud, NORTHWIND, SUBSCRIPTION, "Northwind Production", person_id("Nora"))
    seed.give(cloud, NORTHWIND, person_id("Nils"), roles.CONTRIBUTOR, SCOPE)
    for name in ("rg-security", "rg-platform"):
        seed.group(cloud, NORTHWIND, SCOPE, name)
    for id, members in ((SOC, [NIGHT_SHIFT]), (NIGHT_SHIFT, [person_id("Fay")]), (ENGINEERS, [])):
        people = {"securityEnabled": True, "members": members}
        cloud.store.put(FABRIKAM, "groups", {"id": id, "displayName": f"Group {id[-1]}", **people})
    cloud.store.put(FABRIKAM, "servicePrincipals", {"id": PORTAL, "appId": PORTAL_APP})
    return Azure(cloud, TestClient(build(cloud), cloud.origin))
