"""From sync to async: one loop in one thread a process, made when first used, so always after Celery's fork.

A client's connections belong to the loop they were opened on; a fresh loop a call breaks every second one.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, ClassVar, TypeVar

T = TypeVar("T")


class Bridge:
    _one: ClassVar[Bridge | None] = None
    _pid: ClassVar[int | None] = None
    _lock: ClassVar[threading.Lock] = threading.Lock()

    @classmethod
    def get(cls) -> Bridge:
        """This process's bridge; a forked child makes its own."""
        with cls._lock:
            if cls._one is None or cls._pid != os.getpid():
                cls._one, cls._pid = cls(), os.getpid()
            return cls._one

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True, name="graph-loop").start()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Start it on the loop and go on."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        future = self.submit(coroutine)
        try:
            return future.result(timeout)
        except BaseException:
            future.cancel()  # a time limit or Ctrl-C ends the call too, it is not left behind
            raise


def renew_lock() -> None:
    Bridge._lock = threading.Lock()


os.register_at_fork(after_in_child=renew_lock)


def run(coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
    """The coroutine's answer, from sync code. Never call it on the loop itself."""
    return Bridge.get().run(coroutine, timeout)
