"""The Azure CLI in a room of its own: what it is started with, and the way it is signed in."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE

import httpx

from tests.sandbox.forms import press

PYTHON = Path(__file__).parents[2] / ".tools" / "azure-cli" / "bin" / "python"
AZ = [str(PYTHON), "-m", "azure.cli"]


def environment(room: Path, ca: Path) -> dict[str, str]:
    """Nothing that it would send elsewhere arrives there."""
    return {
        "AZURE_CONFIG_DIR": str(room / "azure"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_LOGIN_EXPERIENCE_V2": "false",
        "AZURE_CORE_NO_COLOR": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "localhost",
        "REQUESTS_CA_BUNDLE": str(ca),
    }


def to_the_sandbox(origin: str) -> tuple[tuple[str, ...], ...]:
    """The lines after which every other one goes there."""
    register = ("cloud", "register", "--name", "Sandbox", "--endpoint-resource-manager", origin)
    return register, ("cloud", "set", "--name", "Sandbox")


def sign_in(env: Mapping[str, str], http: httpx.Client, who: str, *, cwd: Path | None = None) -> str:
    """By the code that it shows, typed into the sandbox's page."""
    command = [*AZ, "login", "--use-device-code", "--tenant", "northwind.example", "--output", "json"]
    with subprocess.Popen(command, env=env, cwd=cwd, stdout=PIPE, stderr=PIPE, text=True) as running:
        assert running.stderr is not None
        try:
            (code,) = re.findall(r"enter the code (\w+)", running.stderr.readline())
            press(http, http.post("/devicelogin", data={"code": code}), who)
            return running.communicate(timeout=120)[0]
        finally:
            running.kill()
