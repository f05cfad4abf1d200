"""What an id token must be before it is believed. Pure: the time, the keys and the known tenants are given.

msal checks only state and nonce and leaves the rest to us (facts/sdk.md §3.4). The order matters: a key is
looked up only for a known tenant, and a claim is believed only under that tenant's own signature.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal Microsoft accounts."""
LARGEST = 32 * 1024
SKEW = 60
ONLY_SIGNATURE: Any = {
    f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
} | {"verify_signature": True}

Keys = Callable[[str, str], RSAPublicKey | None]
"""(tid, kid) → the signing key of that tenant's issuer, or None."""


class NotLetIn(Exception):
    """`reason` is an id with words in portal/signin_words.py; `code` is Microsoft's. No token is kept."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sign-in that is being answered asked for. `login` is the cloud's origin, times are seconds."""

    login: str
    client_id: str
    nonce: str
    at: float
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    tid: str
    oid: str
    name: str
    email: str
    roles: tuple[str, ...]
    auth_time: float
    """0 where the token does not say: never fresh."""


def check(token: str, asked: Asked, keys: Keys, is_known: Callable[[str], bool]) -> Identity:
    """Who it is, or NotLetIn."""
    header, said = unverified(token)
    if header.get("alg") != "RS256":
        raise NotLetIn("bad_token")
    tid = tenant(said, is_known)
    if said.get("iss") != issuer(asked.login, tid):
        raise NotLetIn("bad_token")
    claims = verified(token, keys(tid, kid(token)))
    audience(claims, asked)
    times(claims, asked)
    home(claims, tid)
    return identity(claims, tid)


def issuer(login: str, tid: str) -> str:
    return f"{login}/{tid}/v2.0"


def unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if len(token) > LARGEST:
        raise NotLetIn("bad_token")
    try:
        found = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NotLetIn("bad_token") from None
    return found["header"], found["payload"]


def kid(token: str) -> str:
    """Which key it says it was signed with."""
    return str(unverified(token)[0].get("kid", ""))


def tenant(said: dict[str, Any], is_known: Callable[[str], bool]) -> str:
    tid = guid(said.get("tid"))
    if not tid:
        raise NotLetIn("bad_token")
    if tid == CONSUMERS:
        raise NotLetIn("personal_account")
    if not is_known(tid):
        raise NotLetIn("unknown_tenant")
    return tid


def guid(value: object) -> str:
    """As Microsoft writes it, in small letters with hyphens, or ""."""
    try:
        return value if isinstance(value, str) and str(UUID(value)) == value else ""
    except ValueError:
        return ""


def verified(token: str, key: RSAPublicKey | None) -> dict[str, Any]:
    if key is None:
        raise NotLetIn("bad_token")
    try:
        found: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options=ONLY_SIGNATURE)
    except jwt.PyJWTError:
        raise NotLetIn("bad_token") from None
    return found


def audience(claims: dict[str, Any], asked: Asked) -> None:
    """For us, and for this very sign-in. A list of audiences is nothing Microsoft writes."""
    if claims.get("aud") != asked.client_id:
        raise NotLetIn("bad_token")
    nonce = claims.get("nonce")
    if not asked.nonce or not isinstance(nonce, str):
        raise NotLetIn("bad_token")
    if not hmac.compare_digest(nonce.encode(), asked.nonce.encode()):
        raise NotLetIn("bad_token")


def times(claims: dict[str, Any], asked: Asked) -> None:
    """Microsoft writes `nbf`; OpenID Connect does not ask for it, so `iat` stands in for it."""
    begins = number(claims, "nbf" if "nbf" in claims else "iat")
    if not begins - SKEW <= asked.at <= number(claims, "exp") + SKEW:
        raise NotLetIn("clock")
    if asked.max_age is None:
        return
    age = asked.at - number(claims, "auth_time")
    if not -SKEW <= age <= asked.max_age + SKEW:
        raise NotLetIn("not_fresh")


def number(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise NotLetIn("no_auth_time" if name == "auth_time" else "bad_token")
    return float(value)


def home(claims: dict[str, Any], tid: str) -> None:
    """Our own analysts are guests in customers' tenants, and must not come in by that way.

    `acct` is 1 for a guest; `idp` names who keeps the account, in one of several spellings of its tenant.
    """
    if str(claims.get("acct", 0)) != "0":
        raise NotLetIn("guest")
    keeper = str(claims.get("idp", claims["iss"]))
    if urlsplit(keeper).path.strip("/").removesuffix("/v2.0") != tid:
        raise NotLetIn("guest")


def identity(claims: dict[str, Any], tid: str) -> Identity:
    oid, roles, proved = guid(claims.get("oid")), claims.get("roles", []), claims.get("auth_time", 0)
    if not oid or not isinstance(roles, list):
        raise NotLetIn("bad_token")
    return Identity(
        tid=tid,
        oid=oid,
        name=str(claims.get("name", "")),
        email=str(claims.get("preferred_username", "")),
        roles=tuple(role for role in roles if isinstance(role, str)),
        auth_time=float(proved) if isinstance(proved, int) and not isinstance(proved, bool) else 0.0,
    )
