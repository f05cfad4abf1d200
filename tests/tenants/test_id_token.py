"""Every way we know to come in with a token that is not ours to believe; and the one that is."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tenants import id_token
from tenants.id_token import Asked, NotLetIn
from tests.cast import CONTOSO, FABRIKAM, NORTHWIND

LOGIN = "https://login.example"
NOW = 1_800_000_000
KEYS = {
    name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("N", "F", "evil", "new")
}
PUBLISHED = {
    (NORTHWIND, "kid-n"): KEYS["N"].public_key(),
    (NORTHWIND, "kid-new"): KEYS["new"].public_key(),
    (FABRIKAM, "kid-f"): KEYS["F"].public_key(),
}
ASKED = Asked(login=LOGIN, client_id="our-client", nonce="our-nonce", at=NOW)
GOOD: dict[str, Any] = {
    "aud": "our-client",
    "iss": f"{LOGIN}/{NORTHWIND}/v2.0",
    "tid": NORTHWIND,
    "oid": "42000000-0000-4000-8000-00000000a002",
    "iat": NOW - 5,
    "nbf": NOW - 5,
    "exp": NOW + 3600,
    "nonce": "our-nonce",
    "auth_time": NOW - 30,
    "name": "Carla Ruiz",
    "preferred_username": "carla@northwind.example",
}


def token(key: Any = KEYS["N"], kid: str | None = "kid-n", alg: str = "RS256", **claims: Any) -> str:
    """`None` takes a claim away."""
    body = {name: value for name, value in {**GOOD, **claims}.items() if value is not None}
    return jwt.encode(body, key, algorithm=alg, headers={"kid": kid} if kid else {})


def keys(tid: str, kid: str) -> rsa.RSAPublicKey | None:
    return PUBLISHED.get((tid, kid))


def come(given: str, **asked: Any) -> id_token.Identity:
    whole = {name: getattr(ASKED, name) for name in Asked.__slots__} | asked
    return id_token.check(given, Asked(**whole), keys, {NORTHWIND, FABRIKAM}.__contains__)


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(alg: str = "none") -> str:
    return f"{encoded({'alg': alg, 'kid': 'kid-n'})}.{encoded(GOOD)}."


def changed_after_signing() -> str:
    head, _, signature = token().split(".")
    return f"{head}.{encoded({**GOOD, 'roles': ['Portal.Admin']})}.{signature}"


def by_our_public_key_as_a_password() -> str:
    """The old trick: HS256 with the published key as the secret."""
    import hashlib
    import hmac

    pem = (
        KEYS["N"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    signed = f"{encoded({'alg': 'HS256', 'kid': 'kid-n'})}.{encoded(GOOD)}"
    mac = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


ATTACKS: list[tuple[str, str, Callable[[], str]]] = [
    ("alg none", "bad_token", unsigned),
    ("alg None", "bad_token", lambda: unsigned("None")),
    ("HS256 with the public key", "bad_token", by_our_public_key_as_a_password),
    ("HS256 with a key of theirs", "bad_token", lambda: token("k" * 40, alg="HS256")),
    ("PS256", "bad_token", lambda: token(alg="PS256")),
    ("RS512", "bad_token", lambda: token(alg="RS512")),
    ("another tenant's key under our kid", "bad_token", lambda: token(KEYS["F"])),
    ("another tenant's key under its own kid", "bad_token", lambda: token(KEYS["F"], "kid-f")),
    ("an attacker's key", "bad_token", lambda: token(KEYS["evil"])),
    ("an unknown kid", "bad_token", lambda: token(KEYS["evil"], "kid-evil")),
    ("no kid", "bad_token", lambda: token(kid=None)),
    ("claims changed after signing", "bad_token", changed_after_signing),
    ("iss of another tenant", "bad_token", lambda: token(iss=f"{LOGIN}/{FABRIKAM}/v2.0")),
    ("tid of another tenant, iss and key as before", "bad_token", lambda: token(tid=FABRIKAM)),
    (
        "tid and iss of another tenant",
        "bad_token",
        lambda: token(tid=FABRIKAM, iss=f"{LOGIN}/{FABRIKAM}/v2.0"),
    ),
    ("iss of another host", "bad_token", lambda: token(iss=f"https://evil.example/{NORTHWIND}/v2.0")),
    ("iss with a longer host", "bad_token", lambda: token(iss=f"{LOGIN}.evil.example/{NORTHWIND}/v2.0")),
    ("iss of version 1", "bad_token", lambda: token(iss=f"https://sts.windows.net/{NORTHWIND}/")),
    ("iss as the template", "bad_token", lambda: token(iss=f"{LOGIN}/{{tenantid}}/v2.0")),
    ("no iss", "bad_token", lambda: token(iss=None)),
    ("no tid", "bad_token", lambda: token(tid=None)),
    ("tid that is no GUID", "bad_token", lambda: token(tid="organizations")),
    ("tid in capitals", "bad_token", lambda: token(tid=CONTOSO.upper(), iss=f"{LOGIN}/{CONTOSO}/v2.0")),
    ("tid as a list", "bad_token", lambda: token(tid=[NORTHWIND])),
    ("a tenant we do not know", "unknown_tenant", lambda: token(tid=CONTOSO, iss=f"{LOGIN}/{CONTOSO}/v2.0")),
    ("a personal account", "personal_account", lambda: token(tid=id_token.CONSUMERS)),
    ("for another application", "bad_token", lambda: token(aud="their-client")),
    ("for several applications", "bad_token", lambda: token(aud=["our-client", "their-client"])),
    ("no aud", "bad_token", lambda: token(aud=None)),
    ("expired", "clock", lambda: token(exp=NOW - 61)),
    ("no expiry", "bad_token", lambda: token(exp=None)),
    ("expiry as text", "bad_token", lambda: token(exp=str(NOW + 9))),
    ("not yet valid", "clock", lambda: token(nbf=NOW + 61)),
    ("nbf as text", "bad_token", lambda: token(nbf=str(NOW))),
    ("neither nbf nor iat", "bad_token", lambda: token(nbf=None, iat=None)),
    ("no nbf, and issued tomorrow", "clock", lambda: token(nbf=None, iat=NOW + 86400)),
    ("another sign-in's nonce", "bad_token", lambda: token(nonce="their-nonce")),
    ("no nonce", "bad_token", lambda: token(nonce=None)),
    ("an empty nonce", "bad_token", lambda: token(nonce="")),
    ("a guest by acct", "guest", lambda: token(acct=1)),
    ("a guest by acct as text", "guest", lambda: token(acct="1")),
    ("a guest by idp", "guest", lambda: token(idp=f"https://sts.windows.net/{FABRIKAM}/")),
    (
        "a guest whose keeper names us besides",
        "guest",
        lambda: token(idp=f"https://sts.windows.net/{FABRIKAM}/{NORTHWIND}"),
    ),
    ("a guest whose keeper is not readable", "guest", lambda: token(idp={"tid": NORTHWIND})),
    ("a personal account invited", "guest", lambda: token(idp="live.com")),
    ("an empty idp", "guest", lambda: token(idp="")),
    ("no oid", "bad_token", lambda: token(oid=None)),
    ("oid that is no GUID", "bad_token", lambda: token(oid="../admin")),
    ("roles as text", "bad_token", lambda: token(roles="Portal.Admin")),
    ("nothing", "bad_token", str),
    ("no token at all", "bad_token", lambda: "a.b.c"),
    ("a token too long to look at", "bad_token", lambda: token(padding="x" * 40_000)),
    ("a list as the body", "bad_token", lambda: f"{encoded({'alg': 'RS256'})}.{encoded([1])}.AA"),
]


@pytest.mark.parametrize(
    ("reason", "attack"), [each[1:] for each in ATTACKS], ids=[each[0] for each in ATTACKS]
)
def test_none_of_them_comes_in(reason: str, attack: Callable[[], str]) -> None:
    with pytest.raises(NotLetIn) as refused:
        come(attack())
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("reason", "auth_time"),
    [
        ("not_fresh", NOW - 700),
        ("not_fresh", NOW + 3600),
        ("no_auth_time", None),
        ("no_auth_time", str(NOW)),
        ("no_auth_time", True),
    ],
)
def test_a_fresh_sign_in_must_be_proved(reason: str, auth_time: Any) -> None:
    with pytest.raises(NotLetIn) as refused:
        come(token(auth_time=auth_time), max_age=600)
    assert refused.value.reason == reason


def test_a_sign_in_that_asked_for_no_nonce_is_answered_by_none() -> None:
    with pytest.raises(NotLetIn):
        come(token(nonce=""), nonce="")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"nbf": None},
        {"acct": 0},
        {"acct": "0"},
        {"idp": f"{LOGIN}/{NORTHWIND}/v2.0"},
        {"idp": f"https://sts.windows.net/{NORTHWIND}/"},
        {"exp": NOW - 30},
        {"nbf": NOW + 30},
    ],
)
def test_a_member_of_a_known_tenant_comes_in(claims: dict[str, Any]) -> None:
    found = come(token(**claims), max_age=600)
    assert (found.tid, found.oid) == (NORTHWIND, GOOD["oid"])
    assert found.auth_time == NOW - 30


def test_a_key_published_today_is_as_good_as_the_old_one() -> None:
    assert come(token(KEYS["new"], "kid-new")).tid == NORTHWIND


def test_roles_come_along_and_what_is_no_text_does_not() -> None:
    assert come(token(roles=["Portal.Admin", 3, None])).roles == ("Portal.Admin",)


def test_without_auth_time_it_counts_as_never_fresh() -> None:
    assert come(token(auth_time=None)).auth_time == 0
