"""What went over the wire: every call counted, and Graph's traffic written down for the contract checker.

A recording is JSON Lines, as contract/README.md reads them. It never holds a token, a secret or a redeem
link: authorisation and cookies are dropped, and the values of telling keys are left out.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import CUT, Answer, gone, is_graph
from sandbox.late import whole

if TYPE_CHECKING:
    from sandbox.cloud import Cloud

SECRET_HEADERS = {"authorization", "cookie", "set-cookie"}
SECRET_KEYS = {
    *("inviteredeemurl", "client_assertion", "client_secret", "secrettext", "password"),
    *("access_token", "refresh_token", "id_token", "code_verifier"),
}
LEFT_OUT = "(left out)"


class Call(NamedTuple):
    """`status` is None while unanswered, and stays None where the connection was cut."""

    method: str
    path: str
    status: int | None


class Recorder:
    """Appends to a file only its owner can read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()

    def write(self, exchange: dict[str, Any]) -> None:
        line = json.dumps(exchange, ensure_ascii=False) + "\n"
        with (
            self.lock,
            os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file,
        ):
            file.write(line)


class Witness:
    """Outermost: sees what the client sees. Notes each answer before the client can have it."""

    def __init__(self, app: ASGIApp, cloud: Cloud) -> None:
        self.app = app
        self.cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox/"):
            return await self.app(scope, receive, send)
        body = await whole(receive)
        await Exchange(self.cloud, scope, body, receive, send).pass_to(self.app)


class Exchange:
    """One call on its way through."""

    def __init__(self, cloud: Cloud, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        self.cloud, self.scope, self.body, self.receive, self.send = cloud, scope, body, receive, send
        self.answer = Answer()
        self.call = Call(scope["method"], scope["path"], None)
        self.began = dt.datetime.now(dt.UTC)
        cloud.calls.append(self.call)

    async def pass_to(self, app: ASGIApp) -> None:
        try:
            await app(self.scope, _replay(self.body, self.receive), self.hear)
        except Exception:
            self.settle(500)
            raise

    async def hear(self, message: Message) -> None:
        if message["type"] == CUT["type"]:
            return await self.cut()
        await self.answer.hear(message)
        if message["type"] == "http.response.start":
            self.settle(message["status"])
        elif not message.get("more_body"):
            self.record(self.answer.status)
        await self.send(message)

    async def cut(self) -> None:
        self.record(None)
        self.scope["extensions"]["cut"]()
        await gone(self.receive)

    def settle(self, status: int) -> None:
        for index, call in enumerate(self.cloud.calls):
            if call is self.call:
                self.call = self.cloud.calls[index] = call._replace(status=status)

    def record(self, status: int | None) -> None:
        if self.cloud.recorder and is_graph(self.scope["path"]):
            self.cloud.recorder.write(self.line(status))

    def line(self, status: int | None) -> dict[str, Any]:
        answered = status is not None
        return {
            "time": self.began.isoformat(),
            "method": self.scope["method"],
            "url": self.cloud.origin + _target(self.scope),
            "request_headers": _headers(Headers(scope=self.scope)),
            "request_body": _parse(self.body),
            "status": status,
            "response_headers": _headers(self.answer.headers) if answered else {},
            "response_body": _parse(self.answer.body) if answered else None,
        }


def without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: LEFT_OUT if _telling(k, v) else without_secrets(v) for k, v in value.items()}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value


def _telling(key: str, value: Any) -> bool:
    return key.lower() in SECRET_KEYS and isinstance(value, str)


def _headers(headers: Any) -> dict[str, str]:
    return {k: v for k, v in headers.items() if k.lower() not in SECRET_HEADERS}


def _parse(body: bytes) -> Any:
    try:
        return without_secrets(json.loads(body))
    except ValueError:
        return None


def _target(scope: Scope) -> str:
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """First the body already read, then whatever still comes: the client hanging up."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
