"""The line that a customer is handed, typed into the real Azure CLI: same sandbox, same latency."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import time
from pathlib import Path
from subprocess import PIPE
from typing import Any

import httpx

from tests.bench.box import ROOT, Box
from tests.sandbox.forms import press

PYTHON = ROOT / ".tools" / "azure-cli" / "bin" / "python"
AZ = [str(PYTHON), "-m", "azure.cli"]


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
    run(box, room, "cloud", "register", "--name", "Sandbox", "--endpoint-resource-manager", box.origin)
    run(box, room, "cloud", "set", "--name", "Sandbox")
    command = [*AZ, "login", "--use-device-code", "--tenant", "northwind.example", "--output", "json"]
    there = {"env": _env(box, room), "cwd": room, "text": True}
    with subprocess.Popen(command, **there, stdout=PIPE, stderr=PIPE) as running:
        (code,) = re.findall(r"enter the code (\w+)", running.stderr.readline())
        with httpx.Client(base_url=box.origin, verify=box.trusted, trust_env=False, timeout=60) as http:
            press(http, http.post("/devicelogin", data={"code": code}), "Ada Admin (Northwind)")
        running.communicate(timeout=120)


def run(box: Box, room: Path, *words: str) -> Any:
    command = [*AZ, *words, "--output", "json"]
    done = subprocess.run(command, env=_env(box, room), cwd=room, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise SystemExit(f"the Azure CLI failed: {done.stderr}")
    return json.loads(done.stdout or "null")


def _env(box: Box, room: Path) -> dict[str, str]:
    """Nothing that it would send elsewhere arrives there."""
    return {
        "AZURE_CONFIG_DIR": str(room / "azure"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_LOGIN_EXPERIENCE_V2": "false",
        "AZURE_CORE_NO_COLOR": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "localhost",
        "REQUESTS_CA_BUNDLE": str(box.pki / "ca.pem"),
    }
