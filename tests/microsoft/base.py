"""A Graph whose network is a function: what leaves is written down, what comes back is chosen by the test."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import httpx
import jwt
from azure.core.credentials import AccessToken
from kiota_abstractions.method import Method

from tenants.microsoft import bridge, credentials, transport
from tenants.microsoft.apps import App
from tenants.microsoft.clouds import PUBLIC
from tenants.microsoft.graph import Graph

TENANT = "0a000000-0000-4000-8000-00000000000a"
OTHER = "0b000000-0000-4000-8000-00000000000b"
APP = App("reader", "0c000000-0000-4000-8000-00000000000c", client_secret="not-a-secret")
CLOUD = replace(
    PUBLIC, name="custom", login="https://127.0.0.1:1", graph="https://graph.test:8443", is_microsoft=False
)


class Issuer:
    """Stands where azure-identity does, the outside: gives tokens of the tenant it is told."""

    def __init__(self, tenant_id: str, roles: tuple[str, ...] = ()) -> None:
        self.claims = {"tid": tenant_id, "roles": list(roles)}
        self.asked = 0

    def get_token(self, *scopes: str) -> AccessToken:
        self.asked += 1
        token = jwt.encode({**self.claims, "n": self.asked}, "a-key-nobody-checks-0123456789-abcdef")
        return AccessToken(token, int(time.time()) + 3600)


class Network:
    """Answers and remembers. `answer` gets the request and gives a response or raises."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response], tenant_id: str = TENANT) -> None:
        self.sent: list[httpx.Request] = []
        self.answer = answer
        credentials.drop(CLOUD, APP, TENANT)
        self.issuer = Issuer(tenant_id)
        credentials.held(CLOUD, APP, TENANT).credential = self.issuer  # type: ignore[assignment]
        self.graph = Graph(CLOUD, APP, TENANT, transport.wired(CLOUD, httpx.MockTransport(self._handle)))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return self.answer(request)

    def get(self) -> dict[str, object]:
        return bridge.run(self.graph.get(self.graph.client.groups.to_get_request_information()), 10)

    def pages(self) -> list[dict[str, object]]:
        return bridge.run(self.graph.pages(self.graph.client.groups.to_get_request_information()), 10)

    def post(self) -> dict[str, object] | None:
        request = self.graph.client.groups.to_get_request_information()
        request.http_method = Method.POST
        return bridge.run(self.graph.write(request, {"displayName": "Tier 1", "description": None}), 10)
