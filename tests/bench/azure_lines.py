"""The line that a customer is handed, typed into the real Azure CLI: same sandbox, same latency."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from tests.bench.box import Box
from tests.sandbox import az

PYTHON = az.PYTHON


def typed(box: Box, room: Path, line: str, latency: float) -> dict[str, Any]:
    """Whoever types it has signed in before. Beside it: what the program takes to say its version."""
    signed_in(box, room)
    began = time.perf_counter()
    run(box, room, "version")
    start = time.perf_counter() - began
    box.forget()
    box.takes(latency)
    began = time.perf_counter()
    said = run(box, room, *shlex.split(line)[1:])
    seconds = time.perf_counter() - began
    box.takes(0.0)
    if said["properties"]["provisioningState"] != "Succeeded":
        raise SystemExit("the Azure CLI did not deploy the template")
    return {
        "line": line.partition(" --")[0],
        "seconds": round(seconds, 2),
        "seconds_of_az_version": round(start, 2),
        "graph_calls": box.graph_calls(),
        "azure_calls": box.azure_calls(),
    }


def signed_in(box: Box, room: Path) -> None:
    for line in az.to_the_sandbox(box.origin):
        run(box, room, *line)
    with httpx.Client(base_url=box.origin, verify=box.trusted, trust_env=False, timeout=60) as http:
        az.sign_in(_env(box, room), http, "Ada Admin (Northwind)", cwd=room)


def run(box: Box, room: Path, *words: str) -> Any:
    command = [*az.AZ, *words, "--output", "json"]
    done = subprocess.run(command, env=_env(box, room), cwd=room, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise SystemExit(f"the Azure CLI failed: {done.stderr}")
    return json.loads(done.stdout or "null")


def _env(box: Box, room: Path) -> dict[str, str]:
    return az.environment(room, box.pki / "ca.pem")
