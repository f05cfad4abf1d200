"""The Azure CLI, unchanged, against the sandbox: `make test-azure-cli` (it is large, so not in `make test`).

What it would send anywhere else ends at a proxy that is not there.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox import seed
from sandbox.cloud import Cloud
from tests.sandbox.conftest import SECRET

CLI = Path(__file__).parents[2] / ".tools" / "azure-cli" / "bin" / "python"
GRAPH = "https://graph.microsoft.com"
Az = Callable[..., Any]


class Failed(Exception):
    pass


@pytest.fixture
def az(origin: str, pki: Path, tmp_path: Path) -> Az:
    environment = {
        "AZURE_CONFIG_DIR": str(tmp_path / "azure"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_NO_COLOR": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "localhost",
        "REQUESTS_CA_BUNDLE": str(pki / "ca.pem"),
    }

    def run(*words: str) -> Any:
        command = [str(CLI), "-m", "azure.cli", *words, "--output", "json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise Failed(done.stderr)
        return json.loads(done.stdout or "null")

    run("cloud", "register", "--name", "Sandbox", "--endpoint-resource-manager", origin)
    run("cloud", "set", "--name", "Sandbox")
    return run


def login(az: Az, client: str, *proof: str, tenant: str = seed.NORTHWIND) -> Any:
    who = ("--service-principal", "--username", client, "--tenant", tenant)
    return az("login", *who, *proof, "--allow-no-subscriptions")


def rest(az: Az, url: str, *more: str) -> Any:
    """`--resource`, for the sandbox's Graph and Azure are one host; Microsoft's are two."""
    return az("rest", "--url", url, "--resource", GRAPH, *more)


def test_it_learns_the_cloud_from_its_metadata(az: Az, origin: str) -> None:
    endpoints = az("cloud", "show")["endpoints"]
    for name in ("activeDirectory", "resourceManager", "microsoftGraphResourceId"):
        assert endpoints[name] == origin, name
    assert endpoints["activeDirectoryResourceId"] == "https://management.azure.com"


def test_signed_in_by_secret_it_reads_the_organisation(az: Az, origin: str) -> None:
    account = login(az, seed.READER, "--password", SECRET)
    assert account[0]["tenantId"] == seed.NORTHWIND
    found = rest(az, f"{origin}/v1.0/organization")["value"]
    assert [each["displayName"] for each in found] == ["Northwind"]


def test_signed_in_by_certificate_it_makes_a_group_and_reads_it(
    az: Az, origin: str, world: Cloud, tmp_path: Path
) -> None:
    login(az, seed.SETUP, "--certificate", str(tmp_path / "setup.pem"))
    name = {"displayName": "Tier 1", "mailNickname": "tier-1", "mailEnabled": False, "securityEnabled": True}
    made = rest(az, f"{origin}/v1.0/groups", "--method", "post", "--body", json.dumps(name))
    assert rest(az, f"{origin}/v1.0/groups/{made['id']}")["displayName"] == "Tier 1"
    assert list(world.store.snapshot(seed.NORTHWIND)["groups"]) == [made["id"]]


def test_its_own_group_commands_go_to_the_sandbox_and_read_every_page(az: Az, world: Cloud) -> None:
    world.habits.page_size = 1
    login(az, seed.READER, "--password", SECRET, tenant=seed.NORTHWIND_TRADERS)
    names = {group["displayName"] for group in az("ad", "group", "list")}
    assert names == {"Fabrikam Security Tier 1 Analyst", "Fabrikam Security Tier 2 Analyst"}


@pytest.mark.parametrize(
    ("password", "tenant", "number"),
    [("wrong", seed.NORTHWIND, 7000215), (SECRET, seed.CONTOSO, 700016)],
    ids=["a wrong secret", "no consent"],
)
def test_who_is_not_let_in_hears_it_in_microsofts_words(
    az: Az, password: str, tenant: str, number: int
) -> None:
    with pytest.raises(Failed, match=f"AADSTS{number}"):
        login(az, seed.READER, "--password", password, tenant=tenant)


def test_a_token_for_azure_is_not_taken_for_graph(az: Az, origin: str) -> None:
    login(az, seed.READER, "--password", SECRET)
    with pytest.raises(Failed, match="Invalid audience"):
        az("rest", "--url", f"{origin}/v1.0/groups")
