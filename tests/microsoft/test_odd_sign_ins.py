"""What the sign-in service, or a proxy before it, may say instead of a token; and who hears of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
import urllib3
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.certificates import client_certificate
from tenants.microsoft import credentials
from tenants.microsoft.apps import App
from tenants.microsoft.errors import Later, Refused
from tests.microsoft.base import CLOUD, TENANT

TOKEN = jwt.encode({"tid": TENANT, "roles": []}, "a-key-nobody-checks-0123456789-abcdef")
JSON, HTML, TEXT = "application/json", "text/html", "text/plain"


@dataclass
class SignIn:
    """Stands where the network is: says what the test chose and counts how often it was asked."""

    status: int = 200
    form: str = JSON
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def send(self, _: Any, request: requests.PreparedRequest, **__: object) -> requests.Response:
        self.asked.append(str(request.url))
        given = io.BytesIO(self.body.encode())
        headers = {"Content-Type": self.form, **self.headers}
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = self.status, request, str(request.url)
        answer.headers.update(headers)
        answer.raw = urllib3.HTTPResponse(given, headers, self.status, preload_content=False)
        return answer

    def says(self, status: int, form: str, body: str, **headers: str) -> None:
        self.status, self.form, self.body, self.headers = status, form, body, headers


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    file = tmp_path_factory.mktemp("apps") / "reader.pem"
    file.write_bytes(b"".join(client_certificate("Gatehouse reader")))
    return App("reader", "0c000000-0000-4000-8000-00000000000e", certificate_file=str(file))


@pytest.fixture
def sign_in(app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    service = SignIn()
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda *a, **kw: service.send(*a, **kw))
    credentials.drop(CLOUD, app, TENANT)
    yield service
    credentials.drop(CLOUD, app, TENANT)


def denied(code: str, error: str = "invalid_client") -> str:
    return json.dumps({"error": error, "error_description": f"{code}: words. Trace ID: 1"})


@pytest.mark.parametrize(
    ("status", "form", "body"),
    [
        (200, JSON, "5"),
        (200, JSON, "[1]"),
        (200, JSON, "{}"),
        (200, JSON, '{"expires_in": 3600}'),
        (200, JSON, '{"access_token": "a", "expires_in": "soon"}'),
        (200, JSON, '{"access_tok'),
        (200, TEXT, f'{{"access_token": "{TOKEN}", "expires_in": 3600}}'),
        (200, TEXT, f'{{"access_token": "{TOKEN}"}}'),
        (200, HTML, "<p>Sign in to the network. No error_description of any error.</p>"),
        (302, HTML, "<p>Moved.</p>"),
        (502, HTML, "<p>Bad gateway: error, error_description</p>"),
        (503, TEXT, ""),
        (429, JSON, denied("AADSTS90055", "invalid_request")),
        (503, JSON, denied("AADSTS90033", "temporarily_unavailable")),
        (400, JSON, denied("AADSTS90033", "temporarily_unavailable")),
    ],
)
def test_what_is_no_answer_of_microsofts_is_asked_for_again(
    sign_in: SignIn, app: App, status: int, form: str, body: str
) -> None:
    sign_in.says(status, form, body, Location="https://evil.example/token")
    with pytest.raises(Later):
        credentials.token_now(CLOUD, app, TENANT)
    assert sign_in.asked == [f"{CLOUD.login}/{TENANT}/oauth2/v2.0/token"]
    sign_in.says(200, JSON, json.dumps({"access_token": TOKEN, "expires_in": 3600}))
    assert credentials.token_now(CLOUD, app, TENANT) == TOKEN


@pytest.mark.parametrize(
    ("status", "body", "news"),
    [
        (400, denied("AADSTS700016", "unauthorized_client"), "no_admin_consent"),
        (400, denied("AADSTS90002", "invalid_tenant"), "no_such_tenant"),
        (401, denied("AADSTS700027"), "bad_credential"),
        (503, "", "does not answer"),
    ],
)
def test_whoever_waited_for_a_flight_that_failed_begins_none(
    sign_in: SignIn, app: App, status: int, body: str, news: str
) -> None:
    sign_in.says(status, JSON, body)
    flight = credentials.held(CLOUD, app, TENANT)
    heard = []
    for _ in range(3):  # one begins it, two have waited behind its lock
        with pytest.raises((Refused, Later), match=news) as failed:
            flight.token(CLOUD.graph_scope)
        heard.append(failed.value)
    assert len(sign_in.asked) == 1
    assert len({id(each) for each in heard}) == 3  # what one notes on its own is not on another's
    with pytest.raises((Refused, Later)):
        flight.token(CLOUD.arm_scope)
    assert len(sign_in.asked) == 2


def test_a_refusal_is_not_remembered_for_who_comes_later(sign_in: SignIn, app: App) -> None:
    sign_in.says(400, JSON, denied("AADSTS700016", "unauthorized_client"))
    for _ in range(2):
        with pytest.raises(Refused):
            credentials.token_now(CLOUD, app, TENANT)
    assert len(sign_in.asked) == 2


def test_a_key_that_cannot_sign_for_microsoft_is_our_fault(sign_in: SignIn, app: App, tmp_path: Path) -> None:
    """Entra takes RSA keys only."""
    key = ec.generate_private_key(ec.SECP256R1())
    _, old = client_certificate("Gatehouse reader")
    file = tmp_path / "ec.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + old)
    with pytest.raises(Refused) as refused:
        credentials.token_now(CLOUD, replace(app, certificate_file=str(file)), TENANT)
    assert refused.value.reason == "bad_credential"
    assert sign_in.asked == []
