"""A write whose answer was lost, carried out only later: after some reads, or when it is repeated."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from sandbox.cloud import Cloud

READS = 5
"""A write lands before the fifth read that could show it."""


@dataclasses.dataclass
class Late:
    """One write that is still on its way."""

    scope: Scope
    body: bytes
    left: int = READS

    def is_again(self, scope: Scope, body: bytes) -> bool:
        return self._key(scope, body) == self._key(self.scope, self.body)

    @staticmethod
    def _key(scope: Scope, body: bytes) -> tuple[Any, ...]:
        return scope["method"], scope["path"], body

    def could_show_in(self, path: str) -> bool:
        """The list that a write goes into is read at the beginning of the write's own address."""
        mine: str = self.scope["path"]
        return mine.startswith(path) or (mine.endswith("/resourceRequests") and path.endswith("/resources"))


async def whole(receive: Receive) -> bytes:
    """The body of a call, once all of it is here."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    return receive


async def before(cloud: Cloud, app: ASGIApp, scope: Scope) -> None:
    """This call may be the read that comes too late not to show it."""
    for late in [
        each for each in cloud.late if scope["method"] == "GET" and each.could_show_in(scope["path"])
    ]:
        late.left -= 1
        if not late.left:
            await land(cloud, app, late)


async def carry_out(cloud: Cloud, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The call itself; and, before it is answered, the late one that it repeats."""
    if not cloud.late:
        return await app(scope, receive, send)
    body, answer = await whole(receive), Kept()
    await app(scope, again(body), answer.hear)
    for late in [each for each in cloud.late if each.is_again(scope, body)]:
        await land(cloud, app, late)
    for message in answer.messages:
        await send(message)


class Kept:
    """An answer that waits, or that nobody waits for."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def hear(self, message: Message) -> None:
        self.messages.append(message)


async def land(cloud: Cloud, app: ASGIApp, late: Late) -> None:
    cloud.late.remove(late)
    await app(late.scope, again(late.body), Kept().hear)
