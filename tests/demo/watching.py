"""Start the demo as `make demo` does, watch its terminal, and see which of its processes live."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent.parent
BEAT = threading.Event()


def eventually(met: Callable[[], Any], seconds: float = 20.0) -> bool:
    for _ in range(int(seconds / 0.1)):
        if met():
            return True
        BEAT.wait(0.1)
    return False


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Demo:
    """One start of the demo in a folder."""

    def __init__(self, room: Path, ports: tuple[int, int]) -> None:
        self.room, self.ports = room, ports
        self.terminal = room.parent / f"terminal-{os.urandom(3).hex()}.txt"
        with self.terminal.open("wb") as out:
            self.process = subprocess.Popen(self.command(), cwd=BASE, stdout=out, stderr=out)

    def command(self, *more: str) -> list[str]:
        ports = ["--port", str(self.ports[0]), "--sandbox-port", str(self.ports[1])]
        return [sys.executable, "-m", "portal.demo", "--room", str(self.room), *ports, *more]

    def said(self, text: str) -> bool:
        return text in self.terminal.read_text()

    def says(self, text: str, seconds: float = 60.0) -> None:
        eventually(lambda: self.said(text) or self.process.poll() is not None, seconds)
        assert self.said(text), self.everything()

    def everything(self) -> str:
        files = [self.terminal, *sorted((self.room / "logs").glob("*.log"))]
        return "\n".join(f"== {file.name}\n{file.read_text()[-3000:]}" for file in files)

    def alive(self) -> dict[int, str]:
        """Processes that carry this folder or these ports in environment or command: pid → command."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid() and self._ours(entry):
                found[int(entry.name)] = words(entry)
        return found

    def _ours(self, entry: Path) -> bool:
        mark = str(self.room).encode()
        try:
            return mark in (entry / "cmdline").read_bytes() or mark in (entry / "environ").read_bytes()
        except OSError:
            return False

    def workers(self) -> list[int]:
        """The worker itself and the beat inside it."""
        return [pid for pid, command in self.alive().items() if " celery " in command]

    def gone(self) -> bool:
        return not self.alive() and all(map(is_free, self.ports))

    def writes(self) -> int:
        trust = ssl.create_default_context(cafile=self.room / "sandbox" / "ca.pem")
        url = f"https://localhost:{self.ports[1]}/_sandbox/calls"
        with urllib.request.urlopen(url, context=trust) as answer:
            return int(json.load(answer)["writes"])


def words(entry: Path) -> str:
    return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
