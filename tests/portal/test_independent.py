"""Sign-in at a provider that is neither Microsoft nor ours: oidc-provider, reached by settings alone."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client

from sandbox import certificates
from tenants import sessions
from tenants.microsoft import keys, transport
from tenants.models import SignIn
from tests.cast import FABRIKAM
from tests.sandbox.forms import Form

CLIENT = "a0000000-0000-4000-8000-000000000001"
SECRET = "a-secret-for-tests-that-guards-nothing"
OID = "1da00000-0000-4000-8000-000000000001"
BACK = "http://localhost:8000/signin/return/"
HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


@pytest.fixture
def provider(tmp_path: Path, settings: Any, db: None) -> Iterator[str]:
    """Running, and named in the settings; nothing else of ours knows of it."""
    pki = certificates.ensure(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    words = [port, FABRIKAM, CLIENT, SECRET, BACK, str(pki / "server.pem"), OID]
    process = subprocess.Popen(
        [node(), str(HERE / "independent.mjs"), *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        assert any("listening" in line for line in process.stdout)
        settings.CLOUD, settings.CLOUD_CA_FILE = "custom", str(pki / "ca.pem")
        origin = f"https://localhost:{port}"
        settings.CLOUD_LOGIN_URL = settings.CLOUD_GRAPH_URL = settings.CLOUD_ARM_URL = origin
        settings.PROVIDER_TENANT_ID = settings.SIGNIN_TENANT_ID = FABRIKAM
        app = {"client_id": CLIENT, "certificate_file": "", "client_secret": SECRET}
        settings.MICROSOFT_APPS = {**settings.MICROSOFT_APPS, "signin": app}
        keys.forget()
        yield origin
    finally:
        process.terminate()
        process.wait(10)


def node() -> str:
    """The machine's own, else the one from requirements-node.txt, as the Makefile does it."""
    found = shutil.which("node") or shutil.which("node", path=str(BIN))
    assert found, "node is missing; `make install` brings it"
    return found


def walked(there: str) -> str:
    """Its own login and consent pages, as a person walks them; the address it sends back to."""
    with httpx.Client(
        verify=transport.context(certificate()), trust_env=False, follow_redirects=False
    ) as http:
        answer = http.get(there)
        for _ in range(12):
            where = answer.headers.get("location", "")
            if where.startswith(BACK):
                return where.removeprefix("http://localhost:8000")
            if where:
                answer = http.get(str(answer.url.join(where)))
                continue
            form = Form(answer.text)
            filled = (
                {**form.fields, "login": "ida", "password": "any"} if "login" in form.fields else form.fields
            )
            answer = http.post(str(answer.url.join(form.action)), data=filled)
    raise AssertionError(f"never sent back: {answer.status_code} {answer.text[:400]}")


def certificate() -> str:
    from tenants.microsoft.clouds import current

    return current().ca


def test_its_people_sign_in_and_have_the_roles_it_says(provider: str) -> None:
    window = Client(headers={"Host": "localhost:8000"})
    there = window.get("/signin/start/?next=/help/")["Location"]
    assert there.startswith(f"{provider}/{FABRIKAM}/v2.0/auth?")
    answer = window.get(walked(there))
    assert answer["Location"] == "/help/", answer["Location"]
    row = SignIn.objects.select_related("person").get()
    assert (str(row.person.tid), str(row.person.oid)) == (FABRIKAM, OID)
    assert row.roles == ["Portal.Auditor"] and sessions.is_fresh(row)
    assert "Ida Independent" in window.get("/help/").content.decode()


def test_a_fresh_sign_in_is_asked_for_and_proved(provider: str) -> None:
    window = Client(headers={"Host": "localhost:8000"})
    there = window.get("/signin/start/?fresh=1")["Location"]
    assert window.get(walked(there))["Location"] == "/"
    assert sessions.is_fresh(SignIn.objects.get())
