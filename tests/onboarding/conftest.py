"""The portal pointed at a sandbox of its own: real tokens, real TLS, the real SDK."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from onboarding import ownership
from onboarding.agreeing import agreements
from onboarding.models import OwnedObject, Plan
from sandbox import certificates, seed
from sandbox.cloud import Cloud
from sandbox.server import Running
from sandbox.store import Store

SHARED = Path(__file__).parents[3] / "shared"
collect_ignore = [] if (SHARED / "contract").is_dir() else ["test_contract.py"]

NORTHWIND = """
name = "Northwind"
domain = "northwind.example"
[approvers]
emails = ["carla@northwind.example", "deniz@northwind.example"]
[agreement]
by = "carla@northwind.example"
reference = "contract 2026-114"
"""
ONE_TIER = NORTHWIND.replace("[app", 'tiers = ["tier-1"]\n[app', 1)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def box(tmp_path: Path, pki: Path, seeded: tuple[Store, Path]) -> Iterator[Cloud]:
    cloud = Cloud(Store(), "")
    seeded[0].db.backup(cloud.store.db)
    shutil.copytree(seeded[1], tmp_path, dirs_exist_ok=True)
    with Running(cloud, pki):
        yield cloud


@pytest.fixture
def portal(box: Cloud, pki: Path, tmp_path: Path, settings: Any, monkeypatch: Any, db: None) -> Cloud:
    """Settings as a deployment would have them, but for a sandbox; waits are short."""
    settings.CLOUD = "custom"
    settings.CLOUD_LOGIN_URL = settings.CLOUD_GRAPH_URL = settings.CLOUD_ARM_URL = box.origin
    settings.CLOUD_CA_FILE = str(pki / "ca.pem")
    settings.PROVIDER_TENANT_ID = seed.FABRIKAM
    settings.ALLOW_RECORDED_AGREEMENT = True
    settings.RUN_RETRY_SECONDS = 0.05
    monkeypatch.setattr("tenants.microsoft.answers.LATER_SECONDS", 0.05)
    settings.MICROSOFT_APPS = {
        "signin": _secret(seed.SIGN_IN, tmp_path / "signin.secret"),
        **{
            name: _certificate(client_id, tmp_path / f"{name}.pem")
            for name, (client_id, _) in seed.APPS.items()
        },
    }
    return box


def _certificate(client_id: str, file: Path) -> dict[str, str]:
    return {"client_id": client_id, "certificate_file": str(file), "client_secret": ""}


def _secret(client_id: str, file: Path) -> dict[str, str]:
    return {"client_id": client_id, "certificate_file": "", "client_secret": file.read_text()}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str = NORTHWIND) -> Path:
        path = tmp_path / "customer.toml"
        path.write_text(text)
        return path

    return write


def manage(command: str, *arguments: object) -> tuple[int, dict[str, Any]]:
    """A command line with --json: its exit status and what it said."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(command, *map(str, arguments), "--json", stdout=out)
    return int(ended.value.code or 0), json.loads(out.getvalue())


def agreed_plan(path: Path) -> Plan:
    """Planned from a file and agreed to, not started."""
    assert manage("onboard", path)[0] == 2
    plan = Plan.objects.latest("pk")
    if not hasattr(plan, "agreement"):
        agreements.record_on_paper(plan, "carla@northwind.example", "contract 2026-114")
    return plan


def writes(box: Cloud) -> int:
    """Writes the sandbox's Graph has seen, counted at the server."""
    return sum(1 for call in box.calls if call[0] != "GET" and call[1].startswith("/v1.0"))


def entered() -> None:
    """What we own was changed by a test, and the record is made to say the same."""
    for row in OwnedObject.objects.select_related("tenant__customer"):
        ownership.enter(row, ownership.CHANGED)
