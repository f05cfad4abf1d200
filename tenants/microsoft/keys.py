"""The keys a tenant's issuer signs with: from its own discovery page, over our transport, remembered.

An unknown key id makes us look once more, because keys roll over without notice, but not more often than
once a minute an issuer, because anybody can write an unknown key id on a token.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tenants.id_token import issuer
from tenants.microsoft import discovery, transport
from tenants.microsoft.clouds import Cloud
from tenants.microsoft.errors import Later

KEPT_SECONDS = 24 * 3600
PAUSE_SECONDS = 60
SMALLEST_BITS = 2048

_held: dict[tuple[Cloud, str], Published] = {}
_lock = threading.Lock()


@dataclass
class Published:
    """One issuer's keys, as last read."""

    keys: dict[str, RSAPublicKey] = field(default_factory=dict)
    read_at: float = -float("inf")
    lock: threading.Lock = field(default_factory=threading.Lock)

    def age(self) -> float:
        return time.monotonic() - self.read_at


def key(cloud: Cloud, tid: str, kid: str) -> RSAPublicKey | None:
    """The key, or None where the issuer publishes no such. Later where it does not answer."""
    with _lock:
        held = _held.setdefault((cloud, tid), Published())
    with held.lock:
        old = held.age() > KEPT_SECONDS
        if old or (kid not in held.keys and held.age() > PAUSE_SECONDS):
            held.keys = read(cloud, tid)
            held.read_at = time.monotonic()
        return held.keys.get(kid)


def read(cloud: Cloud, tid: str) -> dict[str, RSAPublicKey]:
    """Asked of the tenant's own page, never of the one all tenants share, and on the same host only."""
    page = discovery.configuration(cloud, tid)
    if page.get("issuer") != issuer(cloud.login, tid):
        raise Later(5, "the discovery page names another issuer")
    where = str(page.get("jwks_uri", ""))
    try:
        same = transport.origin(httpx.URL(where)) == transport.origin(httpx.URL(cloud.login))
    except httpx.InvalidURL:
        same = False
    if not same:
        raise Later(5, "the signing keys are said to lie on another host")
    return parsed(discovery.fetch(cloud, where), cloud, tid)


def parsed(answer: tuple[int, bytes], cloud: Cloud, tid: str) -> dict[str, RSAPublicKey]:
    try:
        published = json.loads(answer[1]).get("keys") if answer[0] == 200 else None
    except (ValueError, AttributeError):
        published = None
    if not isinstance(published, list):
        raise Later(5, f"the page of signing keys answers {answer[0]}")
    found = {str(one.get("kid")): rsa(one, cloud, tid) for one in published if isinstance(one, dict)}
    return {kid: public for kid, public in found.items() if public is not None}


def rsa(one: dict[str, Any], cloud: Cloud, tid: str) -> RSAPublicKey | None:
    """Microsoft writes on each key whose it is: the issuer's own, or the template of all tenants."""
    templates = {issuer(cloud.login, tid), issuer(cloud.login, "{tenantid}")}
    if (
        one.get("kty") != "RSA"
        or one.get("use", "sig") != "sig"
        or one.get("issuer", min(templates)) not in templates
    ):
        return None
    try:
        public = jwt.PyJWK(one, "RS256").key
    except jwt.PyJWTError:
        return None
    return public if isinstance(public, RSAPublicKey) and public.key_size >= SMALLEST_BITS else None


def forget() -> None:
    """For a process that changes its cloud: the tests."""
    _held.clear()
