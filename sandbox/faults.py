"""Bad days, chosen by tests and `make demo`: lost answers, throttling, errors, silence.

The first fault of `cloud.faults` that fits a call takes it. Whether the call was carried out is the point:

    cut before, hang, 401, 403, 429, 503, 504, 500
                             nothing happened
    cut after, 500 after, malformed      it happened, but the caller cannot know
    late                                 it will happen (late.py), and the caller cannot know
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import late
from sandbox.errors import GraphError, LoginError, graph_answer, login_answer

if TYPE_CHECKING:
    from sandbox.cloud import Cloud

ACTED = ("cut after", "500 after", "malformed")
What = Literal[
    "cut before",
    "cut after",
    "late",
    "hang",
    "401",
    "403",
    "429",
    "503",
    "504",
    "500",
    "500 after",
    "malformed",
]
CUT = {"type": "sandbox.cut"}
"""Sent up instead of an answer; recording.py notes it and closes the connection."""

TROUBLE = {
    "401": (401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."),
    "403": (403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    "429": (429, "TooManyRequests", "Too many requests."),
    "503": (503, "ServiceUnavailable", "The service is temporarily unavailable."),
    "504": (504, "GatewayTimeout", "The gateway timed out."),
    "500": (500, "InternalServerError", "An internal server error occurred."),
}


@dataclasses.dataclass
class Fault:
    """`path` is a regular expression searched in the path; an empty method or path fits all."""

    what: What
    method: str = ""
    path: str = ""
    times: int = 1
    skip: int = 0
    retry_after: int | None = 1

    def fits(self, method: str, path: str) -> bool:
        return self.method in ("", method) and re.search(self.path, path) is not None


def take(cloud: Cloud, method: str, path: str, *, part: bool = False) -> Fault | None:
    """The fault due for this call, counted down; None on a good day. No part of a $batch is cut alone."""
    for fault in cloud.faults:
        if not fault.times or not fault.fits(method, path) or (part and fault.what not in TROUBLE):
            continue
        if fault.skip:
            fault.skip -= 1
            continue
        fault.times -= 1
        return fault
    return None


def is_graph(path: str) -> bool:
    return path.startswith(("/v1.0/", "/beta/"))


def is_arm(path: str) -> bool:
    """Azure Resource Manager."""
    return path.startswith(("/subscriptions", "/tenants", "/providers"))


class Faulty:
    """Stands before the routes and plays the faults, and makes every call to Graph or Azure take its time."""

    def __init__(self, app: ASGIApp, cloud: Cloud) -> None:
        self.app = app
        self.cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox/"):
            return await self.app(scope, receive, send)
        if self.cloud.habits.latency and (is_graph(scope["path"]) or is_arm(scope["path"])):
            await asyncio.sleep(self.cloud.habits.latency)
        await late.before(self.cloud, self.app, scope)
        fault = take(self.cloud, scope["method"], scope["path"])
        if fault is None:
            return await late.carry_out(self.cloud, self.app, scope, receive, send)
        await self.play(fault, scope, receive, send)

    async def play(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        acted = await self.act(scope, receive) if fault.what in ACTED else None
        if fault.what == "late":
            self.cloud.late.append(late.Late(dict(scope), await late.whole(receive)))
        if fault.what.startswith("cut") or fault.what == "late":
            await send(CUT)
        elif fault.what == "hang":
            await gone(receive)
        elif acted and fault.what == "malformed":
            await acted.broken()(scope, receive, send)
        else:
            await trouble(fault, scope)(scope, receive, send)

    async def act(self, scope: Scope, receive: Receive) -> Answer:
        answer = Answer()
        await self.app(scope, receive, answer.hear)
        return answer


class Answer:
    """What the routes answered, kept back."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Mapping[str, str] = {}
        self.body = b""

    async def hear(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = Headers(raw=message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def broken(self) -> Response:
        """Half of the body; half of nothing is an opening brace."""
        half = self.body[: len(self.body) // 2] or b"{"
        status = 200 if self.status == 204 else self.status
        return Response(half, status, media_type=self.headers.get("content-type", "application/json"))


async def gone(receive: Receive) -> None:
    """Returns when the client has hung up."""
    message: dict[str, Any] = {}
    while message.get("type") != "http.disconnect":
        message = dict(await receive())


def trouble(fault: Fault, scope: Scope) -> JSONResponse:
    error = as_error(fault, scope["path"])
    if is_graph(scope["path"]):
        return graph_answer(Headers(scope=scope), error)
    if is_arm(scope["path"]):
        envelope = {"error": {"code": error.code, "message": error.message}}
        return JSONResponse(envelope, error.status, error.headers)
    words = "A transient error occurred."
    answer = login_answer(LoginError(error.status, "temporarily_unavailable", 90033, words))
    answer.headers.update(error.headers)
    return answer


def as_error(fault: Fault, path: str) -> GraphError:
    status, code, message = TROUBLE[fault.what[:3]]
    headers: dict[str, str] = {}
    if fault.retry_after is not None and status != 500 and "/conditionalAccess" not in path:
        headers = {"Retry-After": str(fault.retry_after)}  # conditional access throttles without it (16.7)
    return GraphError(status, code, message, headers=headers)
