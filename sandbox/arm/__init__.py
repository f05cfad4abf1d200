"""Azure Resource Manager as served: everything below /subscriptions, /tenants and /providers.

One file a kind of resource; kinds.py lists them, dispatch.py finds the handler. Where the facts are silent it
is decided here so that nobody can lean on it, and none of this was tried against Azure:

- a list of delegations shows exactly the scope asked for, nothing above or below;
- validation and what-if never ask the resource provider, so that its refusals come only while deploying;
- a policy that forbids stops a deployment before it begins, with InvalidTemplateDeployment;
- a tenant that a subscription is not delegated to, or not yet, hears InvalidAuthenticationTokenTenant;
- eligible authorizations give nothing: activating them is not known here.
"""

from __future__ import annotations

import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import tokens
from sandbox.arm import dispatch
from sandbox.arm.calls import Reply
from sandbox.arm.errors import ArmError
from sandbox.cloud import Cloud
from sandbox.errors import GraphError
from sandbox.tokens import Principal

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
ROOTS = ("/subscriptions", "/tenants", "/providers")


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def manage(request: Request) -> Response:
        try:
            return _response(await _answer(cloud, request))
        except ArmError as error:
            return _response(Reply(error.status, error.body, error.headers))

    paths = [f"{root}{rest}" for root in ROOTS for rest in ("", "/{rest:path}")]
    return [Route(path, manage, methods=METHODS) for path in paths]


async def _answer(cloud: Cloud, request: Request) -> Reply:
    who = _principal(request, cloud)
    body = dispatch.parse(await request.body())
    return dispatch.answer(cloud, who, request.method, request.url.path, dict(request.query_params), body)


def _principal(request: Request, cloud: Cloud) -> Principal:
    try:
        return tokens.principal(request, cloud, tokens.ARM)
    except GraphError as error:
        code = "AuthenticationFailed" if "empty" in error.message else error.code
        raise ArmError(401, code, error.message, headers=error.headers) from None


def _response(reply: Reply) -> Response:
    headers = {"x-ms-request-id": str(uuid.uuid4()), **reply.headers}
    headers["x-ms-correlation-request-id"] = headers["x-ms-request-id"]
    if reply.body is None:
        return Response(status_code=reply.status, headers=headers)
    return JSONResponse(reply.body, reply.status, headers)
