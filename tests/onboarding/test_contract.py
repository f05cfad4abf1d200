"""The traffic of a customer's whole life against Microsoft's own metadata, where the checker is there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding import offers, planes
from onboarding.grants import granted, holdings, requested
from onboarding.models import OwnedObject
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.graph.self_service import request_package
from sandbox.recording import Recorder
from tenants.models import Tenant
from tests.access.exiting import AMIR, plant, run
from tests.onboarding.conftest import SHARED, manage
from tests.onboarding.delegating import SENTINEL, deploy, file_for, go_on, subscription
from tests.onboarding.drifting import change_one_of_each, hold_a_package
from tests.onboarding.trusting import inbound
from tests.onboarding.wizarding import let_in

KIM = "7a000000-0000-4000-8000-0000000000a1"
EXPECTED = Path(__file__).with_name("expected_operations.txt")


def test_all_traffic_is_as_microsoft_publishes_it(portal: Cloud, tmp_path: Path) -> None:
    recording = tmp_path / "traffic.jsonl"
    portal.recorder = Recorder(recording)
    sell_all(portal)
    file = file_for(tmp_path, subscription(portal))
    assert manage("onboard", file, "--apply", "--inline")[0] == 3, "the delegation waits for the customer"
    deploy(portal)
    assert go_on().ended == "verified"
    assert manage("verify", "northwind")[0] == 0
    theirs = {"b2bDirectConnectInbound": {"applications": {"accessType": "blocked", "targets": []}}}
    portal.store.put(seed.NORTHWIND, "partners", {**(inbound(portal) or {}), **theirs})
    change_one_of_each(portal)
    file.write_text(file.read_text().replace(', "deniz@northwind.example"', ""))
    assert manage("onboard", file, "--apply", "--inline")[0] == 0
    hold_a_package(portal)
    seen_by_the_reader(portal)
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    check = [sys.executable, "-m", "contract", str(recording), "--coverage", str(EXPECTED), "--json"]
    done = subprocess.run(check, cwd=SHARED, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["missing"] == []


def sell_all(box: Cloud) -> None:
    """Every way in there is, and its apps let in."""
    sold = {"planes": [*planes.PLANES], "analysts_group": seed.ANALYSTS, "lighthouse": SENTINEL}
    offers.edit("managed-defender", offers.current("managed-defender").version, sold, "person 1")
    let_in(box, seed.NORTHWIND, seed.TRUST)


def seen_by_the_reader(box: Cloud) -> None:
    """Who can do what, who asked, and who holds or waits for what: each read as the worker reads it."""
    package = OwnedObject.objects.get(address="access_package/tier-1").remote_id
    request_package(box, seed.NORTHWIND, package, seed.FABRIKAM, AMIR)
    guest = {
        "displayName": "Kim",
        "mail": "kim@contoso.example",
        "userPrincipalName": "kim@northwind.example",
    }
    box.store.put(seed.NORTHWIND, "users", {"id": KIM, **guest, "userType": "Guest", "accountEnabled": True})
    tenant = Tenant.objects.get()
    for look in (granted.look, requested.look, holdings.look):
        look(tenant)()


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
