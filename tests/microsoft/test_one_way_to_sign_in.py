"""Tokens for hundreds of customers, two apps in each, come by a few connections and not by one each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.cloud import Cloud as Sandbox
from sandbox.server import Running
from sandbox.store import Store
from tenants.microsoft import credentials, transport
from tenants.microsoft.apps import App
from tenants.microsoft.clouds import PUBLIC, Cloud

CUSTOMERS = [f"1a000000-0000-4000-8000-{number:012}" for number in range(20)]
APP = App("reader", "1c000000-0000-4000-8000-00000000000c", client_secret="only-in-the-sandbox")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    """Each customer has let the reader in."""
    sandbox = Sandbox(Store(), "")
    for tid in CUSTOMERS:
        names = [{"name": f"{tid}.example", "isInitial": True, "isDefault": True}]
        sandbox.store.put("", "tenants", {"id": tid, "displayName": tid, "domains": names, "plans": []})
        sandbox.store.put(
            tid, "servicePrincipals", {"id": tid, "appId": APP.client_id, "roles": ["User.Read.All"]}
        )
    registration = {"id": APP.client_id, "tenant": CUSTOMERS[0], "roles": ["User.Read.All"]}
    proofs = {"secrets": [APP.client_secret], "certificates": [], "redirectUris": []}
    sandbox.store.put("", "applications", registration | proofs)
    running = Running(sandbox, tmp_path)
    with running:
        yield running


@pytest.fixture
def cloud(served: Running) -> Cloud:
    there, ca_file = served.cloud.origin, str(served.pki / "ca.pem")
    return replace(PUBLIC, name="custom", login=there, graph=there, ca_file=ca_file, is_microsoft=False)


def test_a_token_for_each_customer_takes_no_connection_for_each(cloud: Cloud, served: Running) -> None:
    """A process may have some 1,000 files open, and a connection is one. Counted where they come in."""
    tokens = {credentials.token_now(cloud, APP, each) for each in CUSTOMERS}
    assert len(tokens) == len(CUSTOMERS)
    assert 0 < len(served.server.server_state.connections) < 4


def test_what_the_sign_in_service_says_to_one_customer_is_not_told_to_it_for_the_next(cloud: Cloud) -> None:
    session = transport.sign_in(cloud).session
    form = {
        "client_id": APP.client_id,
        "client_secret": APP.client_secret,
        "grant_type": "client_credentials",
    }
    asked = [f"{cloud.login}/{each}/oauth2/v2.0/token" for each in CUSTOMERS[:2]]
    first, second = (session.post(url, data=form | {"scope": cloud.graph_scope}) for url in asked)
    assert "fpc=" in first.headers["Set-Cookie"]
    assert second.ok and "Cookie" not in second.request.headers
