"""Doors for tests in other processes, below /_sandbox/. The portal never opens them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.cloud import Cloud
from sandbox.faults import Fault


def routes(cloud: Cloud) -> list[BaseRoute]:
    async def state(request: Request) -> Response:
        return JSONResponse(cloud.store.snapshot(request.path_params["tenant"]))

    async def calls(request: Request) -> Response:
        return JSONResponse({"calls": cloud.calls, "writes": cloud.writes()})

    async def forget_calls(request: Request) -> Response:
        cloud.calls.clear()
        return Response(status_code=204)

    async def faults(request: Request) -> Response:
        """Replaces the list: [{"what": "429", "method": "POST", "path": "/groups", "times": 2}]."""
        cloud.faults[:] = [Fault(**each) for each in await request.json()]
        return JSONResponse(len(cloud.faults))

    async def habits(request: Request) -> Response:
        return JSONResponse(change_habits(cloud, await request.json()))

    async def clock(request: Request) -> Response:
        """{"days": 365}, as timedelta takes them."""
        cloud.clock.advance(**await request.json())
        return JSONResponse({"now": cloud.clock.now().isoformat()})

    return [
        Route("/_sandbox/state/{tenant}", state, methods=["GET"]),
        Route("/_sandbox/calls", calls, methods=["GET"]),
        Route("/_sandbox/calls", forget_calls, methods=["DELETE"]),
        Route("/_sandbox/faults", faults, methods=["POST"]),
        Route("/_sandbox/habits", habits, methods=["POST"]),
        Route("/_sandbox/clock", clock, methods=["POST"]),
    ]


def change_habits(cloud: Cloud, changes: dict[str, Any]) -> dict[str, Any]:
    for name, value in changes.items():
        if name not in vars(cloud.habits):
            raise KeyError(name)
        setattr(cloud.habits, name, value)
    return dict(vars(cloud.habits))
