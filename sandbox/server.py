"""Serve a cloud over TLS from a thread of this process: what the tests and `python -m sandbox` both do."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox import certificates
from sandbox.app import build
from sandbox.cloud import Cloud

KEEP_ALIVE = 75
TICK = 0.1


class Protocol(H11Protocol):
    """Hands every request the means to cut its connection: scope["extensions"]["cut"]. See faults.py."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app = _with_cut(self.app, transport.abort)


def _with_cut(app: Any, cut: Callable[[], None]) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})["cut"] = cut
        await app(scope, receive, send)

    return wrapped


class Server(uvicorn.Server):
    """Says when it listens, and stops at once: uvicorn's own ticks cost each test 0.2 s."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop, self.stopping = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        ticks = itertools.count()
        while not await self.on_tick(next(ticks)):
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if not self.force_exit:
            return await super().shutdown(sockets)
        for server in self.servers:
            server.close()

    def stop(self) -> None:
        """From any thread. What is being answered is cut off with its connection."""
        self.force_exit = self.should_exit = True
        if self.loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self.loop.call_soon_threadsafe(self.stopping.set)


class Running:
    """`with Running(cloud, pki) as origin:`; port 0 takes a free one. Sets the cloud's origin and key.

    `names` are what others call this machine; the first is the origin's.
    """

    def __init__(
        self, cloud: Cloud, pki: Path, port: int = 0, host: str = "127.0.0.1", names: Sequence[str] = ()
    ) -> None:
        self.cloud = cloud
        self.pki = certificates.ensure(pki, names)
        self.socket = _listen(host, port)
        cloud.origin = f"https://{[*names, 'localhost'][0]}:{self.socket.getsockname()[1]}"
        cloud.signing_key = (self.pki / "signing.pem").read_bytes()
        self.server = Server(self._config())
        self.thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            build(self.cloud),
            http=Protocol,
            ssl_certfile=self.pki / "server.pem",
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=1,
            lifespan="off",
            log_level="error",
            access_log=False,
        )

    def _serve(self) -> None:
        try:
            self.server.run(sockets=[self.socket])
        finally:
            self.server.ready.set()

    def __enter__(self) -> str:
        self.thread.start()
        self.server.ready.wait(30)
        if not self.server.started:
            raise RuntimeError("the sandbox did not start")
        return self.cloud.origin

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()
        self.thread.join(10)
        self.socket.close()


def _listen(host: str, port: int) -> socket.socket:
    # asyncio turns Nagle off only where the protocol is named; else every answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener
