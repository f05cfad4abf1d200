"""The processes of one deployment: what each runs and which credentials each must not see."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from portal.registrations import kept_from
from portal.supervisor import Child

PROOFS = ("CERTIFICATE_FILE", "CLIENT_SECRET", "CLIENT_SECRET_FILE")


def only_for(process: str, environment: Mapping[str, str]) -> dict[str, str]:
    """An empty variable beats the settings file, so what is emptied here cannot be read there."""
    kept = {f"{app.upper()}_{proof}": "" for app in kept_from(process) for proof in PROOFS}
    return {**environment, **kept, "GATEHOUSE_PROCESS": process}


def web(environment: Mapping[str, str], port: int, log: Path | None = None) -> Child:
    options = ["--workers", "2", "--threads", "4", "--graceful-timeout", "3", "--no-control-socket"]
    command = ["-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    return Child("web", [sys.executable, *command, *options], only_for("web", environment), log)


def worker(environment: Mapping[str, str], schedule: Path, log: Path | None = None) -> Child:
    """With beat inside, so there must be one of it."""
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    options = ["--pool", "threads", "--concurrency", "4", "--beat", "--schedule", str(schedule), *quiet]
    command = [sys.executable, "-m", "celery", "--app", "portal", "worker", *options]
    return Child("worker", command, only_for("worker", environment), log)
