"""What the compose set-up promises, read from its text: who holds which secret, who is reached, who is root.

No YAML package is needed: services are blocks of two-space lines, and the assertions are about their lines.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES = ("web", "worker", "beat", "migrate", "postgres", "redis", "sandbox")
COMMON = {"secret_key", "database_url", "broker_url"}


def section(text: str, name: str) -> str:
    """The lines under `name:` at the left margin."""
    match = re.search(rf"^{re.escape(name)}:.*\n((?:(?:[ #].*)?\n)*)", text, re.MULTILINE)
    assert match, f"no {name}"
    return match.group(1)


def blocks(text: str) -> dict[str, str]:
    """`  name:` and what is below it."""
    parts = re.split(r"^  (\w+):", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def words(block: str, key: str) -> set[str]:
    """The words of `    key: [a, b]`."""
    match = re.search(rf"^    {key}: \[(.*)\]$", block, re.MULTILINE)
    return {word.strip(" \"'") for word in match.group(1).split(",")} if match else set()


def service(name: str) -> str:
    return blocks(section(COMPOSE, "services"))[name]


def stage(name: str) -> str:
    """One stage of the Dockerfile, without its comments."""
    lines = [line for line in DOCKERFILE.splitlines() if not line.startswith("#")]
    parts = re.split(r"^FROM \S+ AS (\w+)$", "\n".join(lines), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))[name]


def test_the_services_are_these_and_the_file_has_no_name() -> None:
    assert tuple(blocks(section(COMPOSE, "services"))) == SERVICES
    assert not re.search(r"^name:", COMPOSE, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("web", COMMON | {"signin_certificate"}),
        ("worker", COMMON | {"reader_certificate", "setup_certificate"}),
        ("beat", COMMON),
        ("migrate", COMMON),
        ("postgres", {"database_password"}),
        ("redis", {"redis_password"}),
        ("sandbox", set()),
    ],
)
def test_a_service_holds_its_own_secrets_and_no_other(name: str, held: set[str]) -> None:
    assert words(service(name), "secrets") == held
    assert set(re.findall(r"/run/secrets/(\w+)", service(name))) <= held


def test_every_secret_is_a_file() -> None:
    secrets = blocks(section(COMPOSE, "secrets"))
    assert set(secrets) > COMMON
    for name, block in secrets.items():
        assert block.strip() == f"file: ${{GATEHOUSE_SECRETS:-/etc/gatehouse/secrets}}/{name}"
    assert not re.search(r"(PASSWORD|SECRET_KEY|_URL|CERTIFICATE): (?!\$\{|/run/secrets/)\S", COMPOSE)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_not_root_and_is_on_the_inner_network(name: str) -> None:
    portal = "<<: *portal" in service(name)
    user = re.search(
        r'^ +user: "(\d+):\d+"$', section(COMPOSE, "x-portal") if portal else service(name), re.M
    )
    assert user and int(user.group(1)) > 0
    assert portal or "<<: *hardened" in service(name)
    assert "inner" in words(service(name), "networks")


def test_only_web_and_worker_reach_the_outside_and_only_web_is_reached() -> None:
    assert "internal: true" in blocks(section(COMPOSE, "networks"))["inner"]
    assert {name for name in SERVICES if "outer" in words(service(name), "networks")} == {"web", "worker"}
    assert {name for name in SERVICES if "ports:" in service(name)} == {"web"}
    assert words(service("web"), "ports") == {"127.0.0.1:${GATEHOUSE_PORT:-8000}:8000"}


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_a_service_that_stays_up_is_asked_for_its_health(name: str) -> None:
    assert "\n    healthcheck:\n" in service(name)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_process_knows_what_it_is(name: str) -> None:
    assert f"      GATEHOUSE_PROCESS: {name}\n" in service(name)


@pytest.mark.parametrize("line", ["appendonly yes", "maxmemory-policy noeviction", "requirepass $$(cat "])
def test_redis_keeps_what_it_is_told_and_asks_for_a_password(line: str) -> None:
    assert f"        {line}" in service("redis")


def test_the_sandbox_starts_only_when_asked_for() -> None:
    assert {name for name in SERVICES if "profiles:" in service(name)} == {"sandbox"}
    assert words(service("sandbox"), "profiles") == {"sandbox"}


def test_the_portal_is_the_last_stage_and_takes_only_what_is_named() -> None:
    assert re.findall(r"^FROM (\S+) AS (\w+)$", DOCKERFILE, re.MULTILINE) == [
        ("python:3.11-slim", "build"),
        ("python:3.11-slim", "sandbox"),
        ("python:3.11-slim", "portal"),
    ]
    taken = re.findall(r"^(?:COPY|ADD) (.+)$", stage("portal"), re.MULTILINE)
    rooms = [f"{room} {room}" for room in ("portal", "access", "onboarding", "tenants")]
    pages = [f"{room} {room}" for room in ("templates", "static") if any((ROOT / room).rglob("*.*"))]
    assert taken == ["--from=build /venv /venv", "manage.py ./", *rooms, *pages]
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
    copied = {name for name in re.findall(r"^COPY (\w\S*)", DOCKERFILE, re.MULTILINE)}
    assert sent == copied
