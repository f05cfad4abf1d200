"""A process that lacks what it cannot work without does not start: one line says which setting."""

from __future__ import annotations

import subprocess
import sys

import pytest

from portal import missing

HOSTS = ["gatehouse.fabrikam-security.example"]
GUID = "fab00000-0000-4000-8000-000000000001"
WHOLE = {
    app: {"client_id": GUID, "certificate_file": f"/run/{app}.pem", "client_secret": ""}
    for app in ("signin", "reader", "setup")
}


def without(app: str, field: str) -> dict[str, dict[str, str]]:
    return WHOLE | {app: WHOLE[app] | {field: ""}}


@pytest.mark.parametrize("process", ["web", "worker"])
@pytest.mark.parametrize("app", ["signin", "reader", "setup"])
def test_each_registration_is_named_that_is_not_there(process: str, app: str) -> None:
    apps = without(app, "client_id")
    assert list(missing.missing(process, HOSTS, GUID, apps)) == [f"{app.upper()}_CLIENT_ID"]


@pytest.mark.parametrize(
    ("process", "needed"),
    [("web", ["SIGNIN"]), ("worker", ["READER", "SETUP"]), ("beat", []), ("all", [])],
)
def test_a_credential_is_asked_for_where_it_is_used_and_nowhere_else(process: str, needed: list[str]) -> None:
    bare = {app: WHOLE[app] | {"certificate_file": ""} for app in WHOLE}
    assert list(missing.missing(process, HOSTS, GUID, bare)) == [f"{app}_CERTIFICATE_FILE" for app in needed]


def test_a_secret_does_where_it_is_allowed() -> None:
    apps = WHOLE | {"signin": WHOLE["signin"] | {"certificate_file": "", "client_secret": "given"}}
    assert list(missing.missing("web", HOSTS, GUID, apps)) == []


@pytest.mark.parametrize(("process", "needed"), [("web", ["ALLOWED_HOSTS"]), ("worker", [])])
def test_the_web_is_told_by_which_names_it_is_called(process: str, needed: list[str]) -> None:
    assert list(missing.missing(process, [], GUID, WHOLE)) == needed


@pytest.mark.parametrize("process", ["web", "worker"])
def test_the_start_stops_with_one_line(process: str) -> None:
    env = {
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": HOSTS[0],
        "GATEHOUSE_PROCESS": process,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, "-c", "import django; django.setup()"]
    ended = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    last = ended.stderr.strip().splitlines()[-1]
    assert ended.returncode == 1
    assert last.endswith(f"PROVIDER_TENANT_ID is missing; the {process} process cannot work without it.")
