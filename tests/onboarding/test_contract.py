"""The traffic of a customer's whole life against Microsoft's own metadata, where the checker is there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding.models import OwnedObject
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.recording import Recorder
from tests.access.exiting import plant, run
from tests.onboarding.conftest import NORTHWIND, SHARED, manage
from tests.onboarding.drifting import change_one_of_each, hold_a_package
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
    change_one_of_each(portal)
    fewer = NORTHWIND.replace(', "deniz@northwind.example"', "")
    assert manage("onboard", file(fewer), "--apply", "--inline")[0] == 0
    hold_a_package(portal)
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    check = [sys.executable, "-m", "contract", str(recording), "--coverage", str(EXPECTED), "--json"]
    done = subprocess.run(check, cwd=SHARED, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["missing"] == []


def test_so_is_that_of_the_exit_kit(
    portal: Cloud, file: Callable[..., Path], tmp_path: Path, pki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert manage("onboard", file(), "--apply", "--inline")[0] == 0
    plant(portal, OwnedObject.objects.get(address="access_package/tier-1").remote_id)
    monkeypatch.setenv("SANDBOX_CA", str(pki / "ca.pem"))
    recording = tmp_path / "traffic.jsonl"
    portal.recorder = Recorder(recording)
    assert run(tmp_path, "--remove", "northwind.example")[0] == 0
    assert "/cancel" in recording.read_text()
    done = subprocess.run(
        [sys.executable, "-m", "contract", str(recording), "--json"],
        cwd=SHARED,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
