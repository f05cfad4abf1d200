"""Which keys are believed: those of the tenant's own issuer, read from its own page and not too often."""

from __future__ import annotations

import base64
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

import sandbox.login
from sandbox import certificates, seed, tokens
from sandbox.cloud import Cloud
from tenants.microsoft import keys
from tenants.microsoft.clouds import current
from tenants.microsoft.errors import Later


def published(cloud: Cloud) -> dict[str, Any]:
    found: dict[str, Any] = tokens.jwks(cloud, seed.NORTHWIND)["keys"][0]
    return found


def ask(kid: str) -> rsa.RSAPublicKey | None:
    return keys.key(current(), seed.NORTHWIND, kid)


def lookups(cloud: Cloud) -> int:
    return sum(call[1].endswith("/discovery/v2.0/keys") for call in cloud.calls)


def test_a_key_is_read_once_and_remembered(desk: Cloud) -> None:
    kid = published(desk)["kid"]
    assert ask(kid) and ask(kid)
    assert lookups(desk) == 1


def test_strangers_key_ids_make_us_ask_once_a_minute_and_no_more(desk: Cloud) -> None:
    ask(published(desk)["kid"])
    assert [ask(f"stranger-{number}") for number in range(20)] == [None] * 20
    assert lookups(desk) == 1


def test_keys_that_rolled_over_are_found(desk: Cloud, monkeypatch: Any, tmp_path: Any) -> None:
    old = published(desk)["kid"]
    ask(old)
    monkeypatch.setattr(keys, "PAUSE_SECONDS", 0)
    desk.signing_key = (certificates.ensure(tmp_path / "new") / "signing.pem").read_bytes()
    new = published(desk)["kid"]
    assert new != old and ask(new) and not ask(old)


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://evil.example/v2.0"},
        {"jwks_uri": "https://evil.example/keys"},
        {"jwks_uri": "http://localhost/keys"},
        {"jwks_uri": "https://[nonsense"},
        {"jwks_uri": ""},
    ],
)
def test_a_page_that_points_elsewhere_is_not_followed(
    desk: Cloud, monkeypatch: Any, lie: dict[str, str]
) -> None:
    honest = sandbox.login.configuration
    monkeypatch.setattr(sandbox.login, "configuration", lambda cloud, name: {**honest(cloud, name), **lie})
    with pytest.raises(Later):
        ask("any")


def test_the_page_all_tenants_share_is_not_asked(desk: Cloud) -> None:
    ask(published(desk)["kid"])
    assert {call[1].split("/")[1] for call in desk.calls} == {seed.NORTHWIND}


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://localhost/another/v2.0"},
        {"use": "enc"},
        {"kty": "oct", "k": base64.urlsafe_b64encode(b"k" * 32).decode()},
        {"n": "AQAB"},
    ],
)
def test_a_key_for_something_else_is_left_out(desk: Cloud, change: dict[str, str]) -> None:
    good = published(desk)
    assert keys.rsa(good, current(), seed.NORTHWIND)
    assert keys.rsa({**good, **change}, current(), seed.NORTHWIND) is None


def test_a_key_marked_for_all_tenants_is_taken_and_one_of_another_sort_or_too_short_is_not(
    desk: Cloud,
) -> None:
    template = {**published(desk), "issuer": f"{desk.origin}/{{tenantid}}/v2.0"}
    assert keys.rsa(template, current(), seed.NORTHWIND)
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    for one in (
        jwt.algorithms.RSAAlgorithm.to_jwk(short, as_dict=True),
        jwt.algorithms.ECAlgorithm.to_jwk(curve, as_dict=True),
    ):
        assert keys.rsa(one, current(), seed.NORTHWIND) is None


@pytest.mark.parametrize("answer", [(200, b"not json"), (200, b"[]"), (200, b'{"keys": 3}'), (500, b"{}")])
def test_an_answer_that_is_no_list_of_keys_is_no_empty_list(desk: Cloud, answer: tuple[int, bytes]) -> None:
    with pytest.raises(Later):
        keys.parsed(answer, current(), seed.NORTHWIND)
