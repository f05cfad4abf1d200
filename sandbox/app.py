"""The sandbox as one Starlette application: its routes, and what a call passes on its way to them."""

from __future__ import annotations

import uuid
from html import escape

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import arm, control, graph, login, my_access
from sandbox.cloud import Cloud
from sandbox.errors import GraphError, LoginError, graph_answer, login_answer
from sandbox.faults import Faulty, is_graph
from sandbox.pages import page
from sandbox.recording import Witness


def build(cloud: Cloud) -> Starlette:
    rooms = [control.routes, graph.routes, arm.routes, my_access.routes, login.routes]
    return Starlette(
        routes=[route for room in rooms for route in room(cloud)],
        middleware=[
            Middleware(Witness, cloud=cloud),
            Middleware(Stamped),
            Middleware(Faulty, cloud=cloud),
        ],
        exception_handlers={
            GraphError: _graph_error,
            LoginError: _login_error,
            HTTPException: _http_error,
            Exception: _bug,
        },
    )


async def _graph_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphError)  # noqa: S101
    return graph_answer(request.headers, error)


async def _login_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LoginError)  # noqa: S101
    if "text/html" in request.headers.get("accept", ""):
        return page("This did not work", f"<p>{escape(str(error))}</p>", error.status)
    return login_answer(error)


async def _http_error(request: Request, error: Exception) -> Response:
    """Clients of Microsoft expect JSON even where there is no such page."""
    assert isinstance(error, HTTPException)  # noqa: S101
    if is_graph(request.url.path):
        segment = request.url.path.rsplit("/", 1)[-1]
        message = f"Resource not found for the segment '{segment}'."
        return graph_answer(request.headers, GraphError(400, "BadRequest", message))
    return JSONResponse({"error": {"code": "NotFound", "message": str(error.detail)}}, error.status_code)


async def _bug(request: Request, error: Exception) -> Response:
    return graph_answer(request.headers, GraphError(500, "InternalServerError", type(error).__name__))


class Stamped:
    """Every Graph answer carries request-id and repeats the caller's client-request-id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def stamping(message: Message) -> None:
            if message["type"] == "http.response.start":
                _stamp(MutableHeaders(scope=message), Headers(scope=scope))
            await send(message)

        graph_call = scope["type"] == "http" and is_graph(scope["path"])
        await self.app(scope, receive, stamping if graph_call else send)


def _stamp(answer: MutableHeaders, asked: Headers) -> None:
    answer.setdefault("request-id", str(uuid.uuid4()))
    answer.setdefault("client-request-id", asked.get("client-request-id", answer["request-id"]))
