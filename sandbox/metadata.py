"""What the Azure CLI asks before anything else: the cloud's endpoints, its subscriptions and tenants."""

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

    async def subscriptions(request: Request) -> Response:
        tid = tokens.principal(request, cloud, tokens.ARM).tid
        found = [subscription(tid, each) for each in cloud.store.all(tid, "subscriptions")]
        return JSONResponse({"value": found, "count": {"type": "Total", "value": len(found)}})

    async def tenants(request: Request) -> Response:
        tid = tokens.principal(request, cloud, tokens.ARM).tid
        return JSONResponse({"value": [tenant(each) for each in cloud.store.tenants() if each["id"] == tid]})

    return [
        Route("/metadata/endpoints", metadata),
        Route("/subscriptions", subscriptions),
        Route("/tenants", tenants),
    ]


def subscription(tid: str, held: dict[str, Any]) -> dict[str, Any]:
    names = {"subscriptionId": held["id"], "tenantId": tid, "displayName": held["displayName"]}
    return {"id": f"/subscriptions/{held['id']}", **names, "state": held.get("state", "Enabled")}


def tenant(held: dict[str, Any]) -> dict[str, Any]:
    domains = [domain["name"] for domain in held.get("domains", [])]
    names = {"displayName": held["displayName"], "domains": domains}
    return {"id": f"/tenants/{held['id']}", "tenantId": held["id"], "tenantCategory": "Home", **names}


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
