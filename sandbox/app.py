"""The sandbox as one Starlette application: its routes, and what a call passes on its way to them."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import control, graph, login, my_access
from sandbox.cloud import Cloud
from sandbox.errors import GraphError, LoginError, graph_answer, login_answer


def build(cloud: Cloud) -> Starlette:
    rooms = [control.routes, graph.routes, my_access.routes, login.routes]
    return Starlette(
        routes=[route for room in rooms for route in room(cloud)],
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
    return login_answer(error)


async def _http_error(request: Request, error: Exception) -> Response:
    """Clients of Microsoft expect JSON even where there is no such page."""
    assert isinstance(error, HTTPException)  # noqa: S101
    if request.url.path.startswith(("/v1.0/", "/beta/")):
        segment = request.url.path.rsplit("/", 1)[-1]
        message = f"Resource not found for the segment '{segment}'."
        return graph_answer(request.headers, GraphError(400, "BadRequest", message))
    return JSONResponse({"error": {"code": "NotFound", "message": str(error.detail)}}, error.status_code)


async def _bug(request: Request, error: Exception) -> Response:
    return graph_answer(request.headers, GraphError(500, "InternalServerError", type(error).__name__))
