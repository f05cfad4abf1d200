"""What the Azure CLI asks before anything else: the cloud's endpoints."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import tokens
from sandbox.cloud import Cloud


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def metadata(request: Request) -> Response:
        """One object for newer api-versions, a list for 2019-05-01."""
        shape = endpoints(cloud.origin)
        return JSONResponse([shape] if request.query_params.get("api-version") == "2019-05-01" else shape)

    return [Route("/metadata/endpoints", metadata)]


def endpoints(origin: str) -> dict[str, Any]:
    """`microsoftGraphResourceId` is where `az ad` sends its calls: never to Microsoft with our token."""
    audiences = [tokens.ARM, "https://management.core.windows.net/"]
    login = {"loginEndpoint": origin, "audiences": audiences, "tenant": "common", "identityProvider": "AAD"}
    return {
        "name": "GatehouseSandbox",
        "portal": origin,
        "authentication": login,
        "resourceManager": origin,
        "microsoftGraphResourceId": origin,
        "graph": origin,
        "graphAudience": tokens.GRAPH,
        "media": origin,
        "gallery": origin,
        "batch": origin,
        "sqlManagement": origin,
        "activeDirectoryDataLake": origin,
        "vmImageAliasDoc": f"{origin}/none",
        "suffixes": {"storage": "localhost", "keyVaultDns": "localhost", "sqlServerHostname": "localhost"},
    }
