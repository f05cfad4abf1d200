"""Keeping a secret in a row for a short while: encrypted with a key made of SECRET_KEY for nothing else.

What is sealed for one row does not open for another, so a value moved into another row is worth nothing.
"""

from __future__ import annotations

import base64
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SALT = b"gatehouse.vault"


class Unopened(Exception):
    """Sealed with another key or for another row, or changed. Nothing of it is told."""


def seal(secret: str, about: str) -> str:
    return _box(settings.SECRET_KEY).encrypt(json.dumps([about, secret]).encode()).decode("ascii")


def unseal(sealed: str, about: str) -> str:
    try:
        found, secret = json.loads(_box(settings.SECRET_KEY).decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        raise Unopened from None
    if found != about:
        raise Unopened
    return str(secret)


@lru_cache(maxsize=2)
def _box(key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, SALT, b"short-lived access").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
