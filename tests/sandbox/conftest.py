"""A sandbox of its own for every test, over real TLS, and an HTTP client that trusts only its authority."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msal
import pytest
import requests

from sandbox import certificates, directory, seed
from sandbox.cloud import Cloud
from sandbox.server import Running
from sandbox.store import Store

SECRET = "correct horse"
GRAPH = "https://graph.microsoft.com/.default"


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.ensure(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def world(tmp_path: Path) -> Cloud:
    """The demo world; the reader also has a secret, for short tests."""
    cloud = Cloud(Store(), "")
    seed.demo(cloud, tmp_path)
    reader = directory.application(cloud, seed.READER)
    cloud.store.put("", "applications", {**reader, "secrets": [SECRET]})
    return cloud


@pytest.fixture
def origin(world: Cloud, pki: Path) -> Iterator[str]:
    with Running(world, pki) as served:
        yield served


@pytest.fixture
def http(origin: str, pki: Path) -> Iterator[httpx.Client]:
    trust = ssl.create_default_context(cafile=str(pki / "ca.pem"))
    with httpx.Client(base_url=origin, verify=trust, timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture
def token(http: httpx.Client) -> Callable[..., httpx.Response]:
    def ask(tid: str = seed.NORTHWIND, **changes: Any) -> httpx.Response:
        form = {"client_id": seed.READER, "client_secret": SECRET, "scope": GRAPH}
        form = {**form, "grant_type": "client_credentials", **changes}
        return http.post(f"/{tid}/oauth2/v2.0/token", data=form)

    return ask


@pytest.fixture
def reader(token: Callable[..., httpx.Response]) -> dict[str, str]:
    """The reader's authorisation in Northwind."""
    return {"Authorization": "Bearer " + token().json()["access_token"]}


class PinnedSession(requests.Session):
    """Trusts the sandbox's authority whatever the environment says."""

    def __init__(self, ca: Path) -> None:
        super().__init__()
        self.ca = str(ca)

    def request(self, *args: Any, **options: Any) -> requests.Response:
        return super().request(*args, **{**options, "verify": self.ca, "timeout": 5})


@pytest.fixture
def app(origin: str, pki: Path) -> Callable[..., msal.ConfidentialClientApplication]:
    def make(client_id: str, credential: Any, tenant: str) -> msal.ConfidentialClientApplication:
        return msal.ConfidentialClientApplication(
            client_id,
            client_credential=credential,
            authority=f"{origin}/{tenant}",
            instance_discovery=False,
            http_client=PinnedSession(pki / "ca.pem"),
        )

    return make


@pytest.fixture
def sign_in(app: Callable[..., Any], tmp_path: Path, world: Cloud) -> msal.ConfidentialClientApplication:
    return app(seed.SIGN_IN, (tmp_path / "signin.secret").read_text(), "organizations")
