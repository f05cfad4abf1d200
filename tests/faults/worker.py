"""A real Celery worker in a process group of its own, to be killed without a word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The test's own database, for a process that knows nothing of tests."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(given['NAME'])}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


def environment(broker: str, prefix: str, room: Path) -> dict[str, str]:
    apps = settings.MICROSOFT_APPS
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "tests.faults.worker_settings",
        "GATEHOUSE_PROCESS": "worker",
        **{"DEBUG": "on", "SECRET_KEY": settings.SECRET_KEY, "DATABASE_URL": database_url()},
        **{"CELERY_BROKER_URL": broker, "KEY_PREFIX": prefix, "BEAT_FILE": str(room / "beat")},
        **{"CLOUD": "custom", "CLOUD_CA_FILE": settings.CLOUD_CA_FILE},
        **{f"CLOUD_{name}_URL": settings.CLOUD_GRAPH_URL for name in ("LOGIN", "GRAPH", "ARM")},
        **{"PROVIDER_TENANT_ID": settings.PROVIDER_TENANT_ID, "ALLOW_RECORDED_AGREEMENT": "on"},
        **{f"{purpose.upper()}_CLIENT_ID": apps[purpose]["client_id"] for purpose in ("reader", "setup")},
        **{
            f"{purpose.upper()}_CERTIFICATE_FILE": apps[purpose]["certificate_file"]
            for purpose in ("reader", "setup")
        },
        **{"RUN_LEASE_SECONDS": "4", "SWEEP_SECONDS": "1"},
    }


class Worker:
    """`with Worker(environment, "prefork", log):` starts it; `kill` is SIGKILL to it and all its children."""

    def __init__(self, environment: dict[str, str], pool: str, log: Path) -> None:
        options = ["-B", "-P", pool, "-c", "2", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        self.command = [sys.executable, "-m", "celery", "-A", "portal", "worker", *options]
        self.environment, self.log = environment, log
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Worker:
        with self.log.open("ab") as log:
            self.process = self._start(log)
        return self

    def _start(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, f"the worker ended by itself; see {self.log}"
        os.killpg(self.process.pid, signal.SIGKILL)
        assert self.process.wait(10) == -signal.SIGKILL

    def stop(self) -> None:
        """As a paused machine does, or somebody's SIGSTOP: it knows nothing of the time that passes."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, which: signal.Signals) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, which)

    def said(self, what: str) -> bool:
        return what in self.log.read_text(encoding="utf-8", errors="replace")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
