"""One tenant's Graph, through Microsoft's SDK. The shape is fixed; the inside is being written."""

from __future__ import annotations

from typing import Any

from kiota_abstractions.request_information import RequestInformation
from msgraph import GraphServiceClient

from tenants.microsoft.apps import App
from tenants.microsoft.clouds import Cloud

Json = Any


class Graph:
    tenant_id: str
    client: GraphServiceClient

    async def get(self, request: RequestInformation) -> dict[str, Any]:
        raise NotImplementedError

    async def pages(self, request: RequestInformation) -> list[dict[str, Any]]:
        raise NotImplementedError

    async def write(self, request: RequestInformation, body: Json | None = None) -> dict[str, Any] | None:
        raise NotImplementedError


def graph(cloud: Cloud, app: App, tenant_id: str) -> Graph:
    raise NotImplementedError
