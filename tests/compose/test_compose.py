"""What the compose set-up promises, read from its files: who holds what, who is reached, who is root."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.compose.files import COMPOSE, DOCKERFILE, ROOT, SERVICES, stage

NAMES = ("web", "worker", "beat", "migrate", "postgres", "redis", "sandbox")
COMMON = {"secret_key", "database_url", "broker_url"}
APPS = {"signin_certificate", "reader_certificate", "setup_certificate"}


def test_the_services_are_these_and_the_file_has_no_name() -> None:
    assert tuple(SERVICES) == NAMES
    assert "name" not in COMPOSE


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("web", COMMON | {"signin_certificate"}),
        ("worker", COMMON | {"reader_certificate", "setup_certificate"}),
        ("beat", COMMON),
        ("migrate", COMMON),
        ("postgres", {"database_password"}),
        ("redis", {"redis_password"}),
        ("sandbox", APPS),
    ],
)
def test_a_service_holds_its_own_secrets_and_no_other(name: str, held: set[str]) -> None:
    assert set(SERVICES[name].get("secrets", ())) == held
    assert set(re.findall(r"/run/secrets/(\w+)", str(SERVICES[name]))) <= held


def test_every_secret_is_a_file() -> None:
    assert set(COMPOSE["secrets"]) > COMMON
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"${{GATEHOUSE_SECRETS:-/etc/gatehouse/secrets}}/{name}"}


@pytest.mark.parametrize(
    ("service", "name", "value"),
    [
        (service, name, value)
        for service, block in SERVICES.items()
        for name, value in block.get("environment", {}).items()
        if re.search("PASSWORD|SECRET|CERTIFICATE|DATABASE_URL|BROKER", name)
    ],
)
def test_what_is_secret_is_never_written_into_the_environment(service: str, name: str, value: str) -> None:
    assert name.endswith("_FILE") and value.startswith("/run/secrets/"), service


@pytest.mark.parametrize("name", NAMES)
def test_a_service_is_not_root_and_is_on_the_inner_network(name: str) -> None:
    service: dict[str, Any] = SERVICES[name]
    assert int(service["user"].partition(":")[0]) > 0
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "inner" in service["networks"]


def test_only_web_and_worker_reach_the_outside_and_only_web_is_reached() -> None:
    """The sandbox is reached, too, where it was asked for; nothing but this machine reaches either."""
    real = {name: service for name, service in SERVICES.items() if name != "sandbox"}
    assert COMPOSE["networks"]["inner"] == {"internal": True}
    assert {name for name, service in real.items() if "outer" in service["networks"]} == {"web", "worker"}
    assert {name for name, service in real.items() if "ports" in service} == {"web"}
    assert SERVICES["web"]["ports"] == ["127.0.0.1:${GATEHOUSE_PORT:-8000}:8000"]
    assert SERVICES["sandbox"]["ports"] == ["127.0.0.1:8443:8443"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "migrate"])
def test_a_service_that_stays_up_is_asked_for_its_health(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_process_knows_what_it_is(name: str) -> None:
    assert SERVICES[name]["environment"]["GATEHOUSE_PROCESS"] == name


@pytest.mark.parametrize("line", ["appendonly yes", "maxmemory-policy noeviction", "requirepass $$(cat "])
def test_redis_keeps_what_it_is_told_and_asks_for_a_password(line: str) -> None:
    assert f"\n{line}" in SERVICES["redis"]["command"][-1]


def test_the_sandbox_starts_only_when_asked_for() -> None:
    asked = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}
    assert asked == {"sandbox": ["sandbox"]}


def test_the_portal_is_the_last_stage_and_takes_only_what_is_named() -> None:
    assert re.findall(r"^FROM (\S+) AS (\w+)$", DOCKERFILE, re.MULTILINE) == [
        ("python:3.11-slim", "build"),
        ("node:24-slim", "assets"),
        ("python:3.11-slim", "sandbox"),
        ("python:3.11-slim", "portal"),
    ]
    taken = re.findall(r"^(?:COPY|ADD) (.+)$", stage("portal"), re.MULTILINE)
    rooms = [f"{room} {room}" for room in ("portal", "access", "onboarding", "tenants")]
    pages = ["templates templates", "static static"]
    assets = [f"--from=assets /app/node_modules/{each} node_modules/{each}" for each in (".assets", ".fonts")]
    assert taken == ["--from=build /venv /venv", "manage.py ./", *rooms, *pages, *assets]
    assert "sandbox" not in stage("portal") and "requirements" not in stage("portal")


def test_packages_come_from_the_lock_with_hashes_and_code_is_compiled() -> None:
    assert "--require-hashes" in stage("build") and "-r /requirements.txt" in stage("build")
    assert "requirements-dev" not in stage("build")
    assert "compileall" in stage("portal")
    assert "USER 10001:10001" in stage("portal") and "USER 10001:10001" in stage("sandbox")


def test_nothing_goes_to_the_builder_but_what_is_named() -> None:
    lines = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] != "#"
    ]
    assert lines[0] == "*"
    sent = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        name for line in re.findall(r"^COPY (\w.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()
    }
    assert sent == copied
