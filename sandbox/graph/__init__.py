"""Microsoft Graph v1.0, as far as Gatehouse uses it: one file a resource, each with its list of ENDPOINTS."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.cloud import Cloud
from sandbox.graph import batch, dispatch
from sandbox.graph.calls import Reply
from sandbox.tokens import principal

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def serve(request: Request) -> Response:
        return await _serve(cloud, request)

    return [Route("/v1.0/{rest:path}", serve, methods=METHODS)]


async def _serve(cloud: Cloud, request: Request) -> Response:
    who = principal(request, cloud)
    body = dispatch.parse(await request.body())
    headers = dict(request.headers)
    if request.url.path == "/v1.0/$batch":
        return JSONResponse(batch.answer(cloud, who, body, headers))
    path = "/" + request.path_params["rest"]
    reply = dispatch.answer(cloud, who, request.method, path, dict(request.query_params), headers, body)
    return _response(reply, request.headers.get("client-request-id"))


def _response(reply: Reply, client_id: str | None) -> Response:
    headers = dispatch.headers(reply, client_id)
    if reply.body is None:
        return Response(status_code=reply.status, headers=headers)
    return JSONResponse(reply.body, reply.status, headers)
