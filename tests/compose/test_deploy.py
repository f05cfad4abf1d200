"""Django's own look at a deployment, with just the environment that compose gives each of our processes."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import certificates
from tests.compose.files import ROOT, environment, example

OURS = ("web", "worker", "beat", "migrate")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets as README.md has them made."""
    folder = tmp_path_factory.mktemp("secrets")
    password = secrets.token_hex(32)
    texts = {
        "secret_key": secrets.token_urlsafe(60),
        "database_url": f"postgres://gatehouse:{password}@postgres:5432/gatehouse",
        "broker_url": f"redis://:{password}@redis:6379/0",
    }
    for name, text in texts.items():
        (folder / name).write_text(text + "\n")
    for name in ("signin", "reader", "setup"):
        (folder / f"{name}_certificate").write_bytes(b"".join(certificates.client_certificate(name)))
    return folder


def checked(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    whole = {"PATH": os.environ["PATH"], **given}
    return subprocess.run(command, cwd=ROOT, env=whole, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("service", OURS)
def test_a_deployment_after_the_example_has_nothing_to_complain_of(service: str, held: Path) -> None:
    done = checked(environment(service, example("example.env"), held))
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("service", OURS)
def test_against_the_sandbox_it_starts_and_says_that_it_is_not_microsoft(service: str, held: Path) -> None:
    """Only who speaks to Microsoft is told of another cloud."""
    authority = certificates.ensure(held) / "ca.pem"
    given = environment(service, {**example("sandbox.env"), "CLOUD_CA_FILE": str(authority)}, held)
    done = checked(given)
    assert ("portal.W007" in done.stderr) == (service in ("web", "worker")), done.stderr
    assert "ERRORS" not in done.stderr and "ImproperlyConfigured" not in done.stderr


def test_a_weak_key_and_a_graph_credential_in_the_web_are_complained_of(held: Path) -> None:
    """The checks look at all: a wrong deployment does not pass."""
    given = environment("web", example("example.env"), held)
    wrong = {"SECRET_KEY": "x" * 20, "READER_CERTIFICATE_FILE": str(held / "reader_certificate")}
    done = checked({**{name: value for name, value in given.items() if name != "SECRET_KEY_FILE"}, **wrong})
    assert done.returncode == 1
    assert "security.W009" in done.stderr and "portal.E005" in done.stderr
