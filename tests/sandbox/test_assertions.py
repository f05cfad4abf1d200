"""Whose assertion is for another endpoint, too old, or by a certificate that is over gets no token."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from msal.oauth2cli.assertion import JwtAssertionCreator

from sandbox import directory, seed
from sandbox.cloud import Cloud

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Token = Callable[..., httpx.Response]


def signed(pem: bytes, audience: str, issuer: str = seed.READER, **more: Any) -> str:
    key = serialization.load_pem_private_key(pem, None)
    thumbprint = x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex()
    creator: Any = JwtAssertionCreator(key, "PS256", sha256_thumbprint=thumbprint)  # type: ignore[no-untyped-call]
    assertion: bytes = creator.create_normal_assertion(audience, issuer, **more)
    return assertion.decode()


def answered(token: Token, assertion: str) -> tuple[int, int]:
    """Status and Microsoft's number."""
    answer = token(client_secret=None, client_assertion=assertion, client_assertion_type=TYPE)
    return answer.status_code, (answer.json().get("error_codes") or [0])[0]


@pytest.fixture
def pem(tmp_path: Path) -> bytes:
    return (tmp_path / "reader.pem").read_bytes()


def test_an_assertion_for_this_very_endpoint_is_taken(token: Token, origin: str, pem: bytes) -> None:
    assert answered(token, signed(pem, f"{origin}/{seed.NORTHWIND}/oauth2/v2.0/token")) == (200, 0)


@pytest.mark.parametrize(
    "place",
    [
        "{origin}",
        "{origin}/",
        "{origin}/common/oauth2/v2.0/token",
        f"{{origin}}/{seed.CONTOSO}/oauth2/v2.0/token",
        f"{{origin}}/{seed.NORTHWIND}",
        f"https://login.microsoftonline.com/{seed.NORTHWIND}/oauth2/v2.0/token",
    ],
)
def test_an_assertion_for_another_endpoint_is_refused(
    token: Token, origin: str, pem: bytes, place: str
) -> None:
    assert answered(token, signed(pem, place.format(origin=origin))) == (401, 700023)


OFF: Mapping[str, dict[str, Any]] = {
    "over": {"expires_at": 1},
    "of another": {"issuer": seed.SETUP},
    "for another": {"subject": seed.SETUP},
    "not yet": {"not_before": 4_000_000_000},
}


@pytest.mark.parametrize("off", OFF)
def test_an_assertion_that_is_over_or_anothers_is_refused(
    token: Token, origin: str, pem: bytes, off: str
) -> None:
    endpoint = f"{origin}/{seed.NORTHWIND}/oauth2/v2.0/token"
    assert answered(token, signed(pem, endpoint, **OFF[off])) == (401, 700027)


@pytest.mark.parametrize("days", [(-30, -1), (1, 30)])
def test_a_certificate_that_is_over_or_not_valid_yet_proves_nothing(
    token: Token, world: Cloud, origin: str, days: tuple[int, int]
) -> None:
    pem, certificate = lasting(*days)
    reader = directory.application(world, seed.READER)
    world.store.put("", "applications", {**reader, "certificates": [certificate.decode()]})
    endpoint = f"{origin}/{seed.NORTHWIND}/oauth2/v2.0/token"
    assert answered(token, signed(pem + certificate, endpoint)) == (401, 700027)


def lasting(first: int, last: int) -> tuple[bytes, bytes]:
    """A key and its certificate, valid between these days from now."""
    key, today = rsa.generate_private_key(65537, 2048), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Gatehouse reader")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(today + dt.timedelta(days=first))
    made = made.not_valid_after(today + dt.timedelta(days=last))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
