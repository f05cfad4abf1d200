"""The traffic of a customer's whole life against Microsoft's own metadata, where the checker is there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.recording import Recorder
from tests.onboarding.conftest import SHARED, manage
from tests.onboarding.trusting import inbound, ready

EXPECTED = Path(__file__).with_name("expected_operations.txt")


def test_all_traffic_is_as_microsoft_publishes_it(
    portal: Cloud, file: Callable[..., Path], tmp_path: Path
) -> None:
    recording = tmp_path / "traffic.jsonl"
    portal.recorder = Recorder(recording)
    ready(portal)
    for command in (("onboard", file(), "--apply", "--inline"), ("verify", "northwind")):
        assert manage(*map(str, command))[0] == 0
    theirs = {"b2bDirectConnectInbound": {"applications": {"accessType": "blocked", "targets": []}}}
    portal.store.put(seed.NORTHWIND, "partners", {**(inbound(portal) or {}), **theirs})
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    check = [sys.executable, "-m", "contract", str(recording), "--coverage", str(EXPECTED), "--json"]
    done = subprocess.run(check, cwd=SHARED, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["missing"] == []
