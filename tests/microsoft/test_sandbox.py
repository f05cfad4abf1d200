"""Through real TLS, azure-identity and the SDK against the sandbox: the cloud we have at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.certificates import client_certificate
from sandbox.cloud import Cloud as Sandbox
from sandbox.server import Running
from sandbox.store import Store
from tenants.microsoft import bridge, credentials, discovery
from tenants.microsoft.apps import App
from tenants.microsoft.clouds import PUBLIC, Cloud
from tenants.microsoft.errors import Later, Refused
from tenants.microsoft.graph import graph

TENANT = "1a000000-0000-4000-8000-00000000000a"
STRANGER = "1b000000-0000-4000-8000-00000000000b"
APP = App("reader", "1c000000-0000-4000-8000-00000000000c", client_secret="only-in-the-sandbox")
KEY, CERTIFICATE = client_certificate("Gatehouse reader")


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, App]:
    file = tmp_path_factory.mktemp("apps") / "reader.pem"
    file.write_bytes(KEY + CERTIFICATE)
    return {"secret": APP, "certificate": replace(APP, client_secret="", certificate_file=str(file))}


@pytest.fixture(params=["secret", "certificate"])
def app(request: pytest.FixtureRequest, proofs: dict[str, App]) -> App:
    """The same registration, by either way to prove that we are it."""
    return proofs[request.param]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    sandbox = Sandbox(Store(), "")
    for tid, domain in ((TENANT, "northwind.example"), (STRANGER, "contoso.example")):
        names = [{"name": domain, "isInitial": True, "isDefault": True}]
        sandbox.store.put("", "tenants", {"id": tid, "displayName": domain, "domains": names, "plans": []})
    registration = {
        "id": APP.client_id,
        "displayName": "Reader",
        "tenant": STRANGER,
        "roles": ["Group.Read.All"],
        "secrets": [APP.client_secret],
        "certificates": [CERTIFICATE.decode()],
        "redirectUris": [],
    }
    sandbox.store.put("", "applications", registration)
    granted = {"id": "1d000000-0000-4000-8000-00000000000d", "appId": APP.client_id, "displayName": "Reader"}
    sandbox.store.put(TENANT, "servicePrincipals", {**granted, "roles": ["Group.Read.All"]})
    pki = tmp_path_factory.mktemp("pki")
    with Running(sandbox, pki) as origin:
        ca = str(next(path for path in Path(pki).rglob("ca*.pem")))
        yield replace(PUBLIC, name="custom", login=origin, graph=origin, ca_file=ca, is_microsoft=False)


def test_our_token_says_what_we_may_do(app: App, cloud: Cloud) -> None:
    assert credentials.roles(app, TENANT, cloud) == {"Group.Read.All"}


def test_hostile_certificate_variables_are_not_asked(
    app: App, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "/etc/hostname")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    credentials.forget(app, TENANT, cloud)
    assert credentials.roles(app, TENANT, cloud) == {"Group.Read.All"}
    assert discovery.discover("northwind.example", cloud) == TENANT


def test_groups_are_read_through_the_sdk(cloud: Cloud) -> None:
    reader = graph(cloud, APP, TENANT)
    assert bridge.run(reader.pages(reader.client.groups.to_get_request_information()), 20) == []


def test_a_tenant_that_has_not_let_us_in_is_refused(app: App, cloud: Cloud) -> None:
    with pytest.raises(Refused) as refused:
        credentials.roles(app, STRANGER, cloud)
    assert refused.value.reason == "no_admin_consent"


def test_a_wrong_secret_is_our_fault(cloud: Cloud) -> None:
    with pytest.raises(Refused) as refused:
        credentials.roles(replace(APP, client_secret="wrong"), TENANT, cloud)
    assert refused.value.reason == "bad_credential"


@pytest.mark.parametrize("held", ["another's", "no certificate", "no key", "nothing", "no file"])
def test_a_wrong_certificate_is_our_fault_until_it_is_replaced(
    cloud: Cloud, proofs: dict[str, App], tmp_path: Path, held: str
) -> None:
    key, certificate = client_certificate("Somebody else")
    wrong = {"another's": key + certificate, "no certificate": KEY, "no key": CERTIFICATE, "nothing": b""}
    file = tmp_path / "reader.pem"
    if held in wrong:
        file.write_bytes(wrong[held])
    app = replace(proofs["certificate"], certificate_file=str(file))
    with pytest.raises(Refused) as refused:
        credentials.roles(app, TENANT, cloud)
    assert refused.value.reason == "bad_credential"
    file.write_bytes(KEY + CERTIFICATE)
    assert credentials.roles(app, TENANT, cloud) == {"Group.Read.All"}


def test_a_tenant_that_is_not_there_is_refused(app: App, cloud: Cloud) -> None:
    with pytest.raises(Refused) as refused:
        credentials.roles(app, "1e000000-0000-4000-8000-00000000000e", cloud)
    assert refused.value.reason == "no_such_tenant"


def test_a_certificate_of_someone_else_is_not_trusted(app: App, cloud: Cloud) -> None:
    with pytest.raises(Later):
        credentials.roles(app, TENANT, replace(cloud, ca_file=""))


@pytest.mark.parametrize("asked", ["northwind.example", "NORTHWIND.example ", TENANT])
def test_a_domain_or_an_id_finds_its_tenant(cloud: Cloud, asked: str) -> None:
    assert discovery.discover(asked, cloud) == TENANT


def test_an_unknown_domain_is_refused(cloud: Cloud) -> None:
    with pytest.raises(Refused) as refused:
        discovery.discover("nobody.example", cloud)
    assert refused.value.reason == "no_such_tenant"


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "common",
        "organizations",
        "a/b.example",
        "../x.example",
        "https://northwind.example",
        "x.example?y",
    ],
)
def test_what_is_no_domain_is_never_asked_for(asked: str) -> None:
    nowhere = replace(PUBLIC, login="https://127.0.0.1:1")
    with pytest.raises(Refused) as refused:
        discovery.discover(asked, nowhere)
    assert refused.value.reason == "not_a_domain"
