"""The login pages and token endpoint of every tenant."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from sandbox import tokens
from sandbox.cloud import Cloud
from sandbox.errors import LoginError

NAMES = {"common", "organizations", "consumers"}
AUDIENCES = {f"{tokens.GRAPH}/.default": tokens.GRAPH, f"{tokens.ARM}/.default": tokens.ARM}


def find_tenant(cloud: Cloud, name: str) -> dict[str, Any]:
    """By id or any domain of the tenant."""
    for tenant in cloud.store.tenants():
        domains = [d["name"].lower() for d in tenant.get("domains", [])]
        if name.lower() in [tenant["id"], *domains]:
            return tenant
    raise LoginError(400, "invalid_tenant", 90002, f"Tenant '{name}' not found.")


def service_principal(cloud: Cloud, tid: str, app_id: str) -> dict[str, Any] | None:
    found = (sp for sp in cloud.store.all(tid, "servicePrincipals") if sp["appId"] == app_id)
    return next(found, None)


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def discovery(request: Request) -> JSONResponse:
        name = request.path_params["tenant"]
        tid = "{tenantid}" if name in NAMES else find_tenant(cloud, name)["id"]
        base = f"{cloud.origin}/{name if name in NAMES else tid}"
        return JSONResponse(
            {
                "issuer": tokens.issuer(cloud, tid),
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_modes_supported": ["query", "form_post"],
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            }
        )

    async def keys(request: Request) -> JSONResponse:
        name = request.path_params["tenant"]
        tid = "{tenantid}" if name in NAMES else find_tenant(cloud, name)["id"]
        return JSONResponse(tokens.jwks(cloud, tid))

    async def token(request: Request) -> JSONResponse:
        form = {k: str(v) for k, v in (await request.form()).items()}
        tid = find_tenant(cloud, request.path_params["tenant"])["id"]
        app = cloud.store.get("", "applications", form.get("client_id", ""))
        sp = service_principal(cloud, tid, form.get("client_id", ""))
        if not app or not sp:
            raise LoginError(400, "unauthorized_client", 700016, "Application not found in the directory.")
        if form.get("client_secret") not in app.get("secrets", []):
            raise LoginError(401, "invalid_client", 7000215, "Invalid client secret provided.")
        audience = AUDIENCES[form["scope"]]
        answer = {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599}
        return JSONResponse({**answer, "access_token": tokens.app_token(cloud, tid, sp, audience)})

    return [
        Route("/{tenant}/v2.0/.well-known/openid-configuration", discovery),
        Route("/{tenant}/discovery/v2.0/keys", keys),
        Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
    ]
