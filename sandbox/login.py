"""Where applications get their tokens: discovery, signing keys and the token endpoint of every tenant.

People's pages are next door: signin.py chooses a person, consent.py asks an administrator.
"""

from __future__ import annotations

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import consent, device, directory, metadata, signin, tokens
from sandbox.cloud import Cloud
from sandbox.credentials import authenticate
from sandbox.errors import LoginError

METHODS = ["client_secret_post", "private_key_jwt"]


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def discovery(request: Request) -> Response:
        return JSONResponse(configuration(cloud, request.path_params["tenant"]))

    async def keys(request: Request) -> Response:
        return JSONResponse(tokens.jwks(cloud, issuer_tenant(cloud, request.path_params["tenant"])))

    async def token(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        answer = JSONResponse(exchange(cloud, request.path_params["tenant"], form), headers=NO_STORE)
        answer.set_cookie(
            "fpc", uuid4().hex, secure=True, httponly=True, samesite="none"
        )  # as Microsoft does
        return answer

    return [
        *metadata.routes(cloud),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", discovery),
        Route("/{tenant}/discovery/v2.0/keys", keys),
        Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
        *signin.routes(cloud),
        *consent.routes(cloud),
        *device.routes(cloud),
    ]


NO_STORE = {"Cache-Control": "no-store"}


def issuer_tenant(cloud: Cloud, name: str) -> str:
    """As Microsoft writes it where the tenant is not known yet."""
    return "{tenantid}" if name in directory.ANY_TENANT else str(directory.tenant(cloud, name)["id"])


def configuration(cloud: Cloud, name: str) -> dict[str, object]:
    tid = issuer_tenant(cloud, name)
    row = cloud.store.get("", "tenants", tid) or {}
    base = f"{cloud.origin}/{name if name in directory.ANY_TENANT else tid}"
    return {
        "issuer": tokens.issuer(cloud, tid),
        "tenant_region_scope": row.get("regionScope", "EU" if row else None),
        "tenant_region_sub_scope": row.get("regionSubScope"),
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "form_post"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": METHODS,
    }


def exchange(cloud: Cloud, name: str, form: dict[str, str]) -> dict[str, object]:
    grants = {
        "authorization_code": signin.redeem,
        "refresh_token": signin.refresh,
        device.GRANT: device.redeem,
    }
    kind = form.get("grant_type", "")
    if kind == "client_credentials":
        return client_credentials(cloud, name, form)
    if kind not in grants:
        raise LoginError(400, "unsupported_grant_type", 70003, f"The grant type '{kind}' is not supported.")
    directory.tenants(cloud, name)
    return grants[kind](cloud, authenticate(cloud, name, form, for_a_person=True), form)


def client_credentials(cloud: Cloud, name: str, form: dict[str, str]) -> dict[str, object]:
    """The roles are those of the service principal in this tenant, now; the token keeps them."""
    tid = directory.tenant(cloud, name)["id"]
    app_id = form.get("client_id", "")
    principal = directory.service_principal(cloud, tid, app_id)
    if not principal:
        raise directory.unknown_application(app_id, name)
    authenticate(cloud, name, form)
    audience = audience_of(cloud, form.get("scope", ""))
    if not audience:
        text = "The provided value for scope is not valid: client credentials take a resource's /.default."
        raise LoginError(400, "invalid_scope", 1002012, text)
    token = tokens.app_token(cloud, tid, principal, audience)
    return {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token}


def audience_of(cloud: Cloud, scope: str) -> str | None:
    """Whom a scope is for. Graph has a second name here: metadata.py sends the Azure CLI to our own host."""
    resource, _, permission = scope.rpartition("/")
    names = {tokens.GRAPH: tokens.GRAPH, cloud.origin: tokens.GRAPH}
    names |= {tokens.ARM: tokens.ARM, tokens.OLD_ARM: tokens.ARM}
    return names.get(resource.removesuffix("/")) if permission == ".default" else None
