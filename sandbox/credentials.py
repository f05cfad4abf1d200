"""How an application proves itself at the token endpoint: a secret, or an assertion its key signed."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sandbox import directory
from sandbox.cloud import Cloud
from sandbox.errors import LoginError

ALGORITHMS = ["PS256", "RS256"]


def authenticate(
    cloud: Cloud, name: str, form: Mapping[str, str], for_a_person: bool = False
) -> dict[str, Any]:
    """The registration that calls at the endpoint of this name; LoginError 401 unless it proves itself.

    A program on a desk cannot.
    """
    app = directory.application(cloud, form.get("client_id", ""))
    if for_a_person and app.get("publicClient"):
        return app
    if "client_assertion" in form:
        check_assertion(cloud, name, app, form["client_assertion"])
    elif "client_secret" in form:
        check_secret(app, form["client_secret"])
    else:
        text = "The request body must contain 'client_assertion' or 'client_secret'."
        raise LoginError(401, "invalid_client", 7000218, text)
    return app


def check_secret(app: dict[str, Any], given: str) -> None:
    if not any(secrets.compare_digest(given.encode(), known.encode()) for known in app.get("secrets", [])):
        raise LoginError(401, "invalid_client", 7000215, "Invalid client secret provided.")


def check_assertion(cloud: Cloud, name: str, app: dict[str, Any], assertion: str) -> None:
    """Signed a moment ago, by the machine's clock: the client knows no other."""
    try:
        certificate = _certificate(app, jwt.get_unverified_header(assertion))
        claims = _verified(assertion, certificate)
    except (jwt.InvalidTokenError, KeyError) as error:
        raise _bad_assertion(type(error).__name__) from None
    if claims["iss"] != app["id"] or claims["sub"] != app["id"]:
        raise _bad_assertion("iss and sub must be the application")
    if not certificate.not_valid_before_utc <= dt.datetime.now(dt.UTC) <= certificate.not_valid_after_utc:
        raise _bad_assertion("the certificate is expired or not valid yet")
    if claims["aud"] not in _endpoints(cloud, name):
        text = "Client assertion audience claim does not match Realm issuer."
        raise LoginError(401, "invalid_client", 700023, text)


def _endpoints(cloud: Cloud, name: str) -> set[str]:
    """The token endpoint under the name it was called by and, of one tenant, under its id."""
    found = directory.tenants(cloud, name)
    names = {name, found[0]["id"]} if len(found) == 1 else {name}
    return {f"{cloud.origin}/{each}/oauth2/v2.0/token" for each in names}


def _verified(assertion: str, certificate: x509.Certificate) -> dict[str, Any]:
    key: Any = certificate.public_key()
    wanted: Any = {"verify_aud": False, "require": ["exp", "iss", "sub", "aud", "jti"]}
    claims: dict[str, Any] = jwt.decode(assertion, key, algorithms=ALGORITHMS, options=wanted, leeway=300)
    return claims


def _certificate(app: dict[str, Any], header: Mapping[str, Any]) -> x509.Certificate:
    """azure-identity pads x5t#S256 with `=`, msal does not."""
    name = str(header.get("x5t#S256") or header.get("x5t") or "").rstrip("=")
    for pem in app.get("certificates", []):
        certificate = x509.load_pem_x509_certificate(pem.encode())
        if name and name in thumbprints(certificate):
            return certificate
    raise KeyError(name)


def thumbprints(certificate: x509.Certificate) -> set[str]:
    prints = (certificate.fingerprint(hashes.SHA256()), certificate.fingerprint(hashes.SHA1()))  # noqa: S303
    return {base64.urlsafe_b64encode(value).rstrip(b"=").decode() for value in prints}


def challenge_of(verifier: str) -> str:
    """PKCE, method S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _bad_assertion(why: str) -> LoginError:
    return LoginError(401, "invalid_client", 700027, f"The client assertion failed validation: {why}.")
