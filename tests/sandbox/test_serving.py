"""Served to other machines: under another name, a certificate for it, and with apps' keys from outside."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from azure.identity import CertificateCredential

from sandbox import certificates, seed
from sandbox.cloud import Cloud
from sandbox.server import Running
from sandbox.store import Store
from tests.sandbox.conftest import GRAPH

NAME = "sandbox.localhost"


def discovery(origin: str, ca: Path) -> str:
    """The issuer, asked for at 127.0.0.1 under the name of the origin, as its resolver would lead there."""
    name, port = origin.removeprefix("https://").split(":")
    trust = ssl.create_default_context(cafile=str(ca))
    with httpx.Client(verify=trust, trust_env=False) as client:
        answer = client.get(
            f"https://127.0.0.1:{port}/{seed.NORTHWIND}/v2.0/.well-known/openid-configuration",
            headers={"Host": name},
            extensions={"sni_hostname": name},
        )
    return str(answer.json()["issuer"])


@pytest.fixture
def demo(tmp_path: Path) -> Cloud:
    cloud = Cloud(Store(), "")
    seed.demo(cloud, tmp_path)
    return cloud


def test_it_answers_to_another_name(demo: Cloud, tmp_path: Path) -> None:
    running = Running(demo, tmp_path, host="0.0.0.0", names=[NAME])  # noqa: S104
    assert running.socket.getsockname()[0] == "0.0.0.0"  # noqa: S104
    with running as origin:
        assert origin.startswith(f"https://{NAME}:")
        assert discovery(origin, tmp_path / "ca.pem") == f"{origin}/{seed.NORTHWIND}/v2.0"
        assert discovery(origin.replace(NAME, "localhost"), tmp_path / "ca.pem").startswith(origin)


def test_a_new_name_gets_a_new_certificate_and_tokens_stay_good(tmp_path: Path) -> None:
    certificates.ensure(tmp_path)
    before = {name: (tmp_path / f"{name}.pem").read_bytes() for name in ("ca", "server", "signing")}
    certificates.ensure(tmp_path)
    assert (tmp_path / "server.pem").read_bytes() == before["server"]
    certificates.ensure(tmp_path, [NAME])
    assert (tmp_path / "server.pem").read_bytes() != before["server"]
    assert (tmp_path / "ca.pem").read_bytes() != before["ca"]
    assert (tmp_path / "signing.pem").read_bytes() == before["signing"]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Keys and certificates made elsewhere, as compose mounts its secrets."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in ("signin", "reader", "setup"):
        (folder / f"{name}_certificate").write_bytes(b"".join(certificates.client_certificate(name)))
    return folder


@pytest.fixture
def process(tmp_path: Path, given: Path) -> Iterator[str]:
    """`python -m sandbox` nearly as compose starts it. Gives its origin."""
    options = ["--port", "0", "--name", "localhost", "--name", NAME, "--seed", "demo"]
    folders = ["--state", str(tmp_path / "state"), "--ca", str(tmp_path / "pki" / "ca.pem")]
    command = [sys.executable, "-m", "sandbox", *options, *folders, "--registrations", str(given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        yield running.stdout.readline().split()[3]
        running.terminate()


def test_apps_prove_themselves_by_keys_given_from_outside(process: str, tmp_path: Path, given: Path) -> None:
    ca = tmp_path / "pki" / "ca.pem"
    for client, file in ((seed.READER, "reader"), (seed.SETUP, "setup"), (seed.SIGN_IN, "signin")):
        credential = CertificateCredential(
            seed.FABRIKAM,
            client,
            certificate_path=str(given / f"{file}_certificate"),
            authority=process,
            disable_instance_discovery=True,
            connection_verify=str(ca),
        )
        assert credential.get_token(GRAPH).token
    assert not list((tmp_path / "state").glob("reader.pem"))
