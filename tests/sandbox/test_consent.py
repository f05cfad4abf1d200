"""Consent lets an app into a tenant; it proves nothing by coming back."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import jwt
import pytest

from sandbox import directory, seed
from sandbox.cloud import Cloud
from sandbox.errors import LoginError
from tests.sandbox.forms import press, query

RETURN = seed.REDIRECTS[0]
ADA = "Accept as Ada Admin (Contoso)"


@pytest.fixture
def ask(http: httpx.Client) -> Callable[..., httpx.Response]:
    def open_page(tenant: str = seed.CONTOSO, **changes: str) -> httpx.Response:
        params = {"client_id": seed.READER, "redirect_uri": RETURN, "state": "s1", **changes}
        return http.get(f"/{tenant}/v2.0/adminconsent", params=params)

    return open_page


def roles(answer: httpx.Response) -> list[str]:
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    return list(claims["roles"])


def test_the_page_shows_the_app_its_permissions_and_only_administrators(
    ask: Callable[..., httpx.Response],
) -> None:
    page = ask().text
    assert all(role in page for role in seed.READER_ROLES)
    assert ADA in page
    assert "Carla Ruiz" not in page


def test_consent_gives_the_whole_registration_and_again_is_harmless(
    http: httpx.Client, world: Cloud, ask: Callable[..., httpx.Response], token: Callable[..., httpx.Response]
) -> None:
    assert token(seed.CONTOSO).json()["error_codes"] == [700016]
    back = query(press(http, ask(), ADA))
    assert (back["admin_consent"], back["tenant"], back["state"]) == ("True", seed.CONTOSO, "s1")
    press(http, ask(), ADA)
    assert len(world.store.all(seed.CONTOSO, "servicePrincipals")) == 1
    assert roles(token(seed.CONTOSO)) == seed.READER_ROLES


def test_an_administrator_may_refuse(
    http: httpx.Client, world: Cloud, ask: Callable[..., httpx.Response]
) -> None:
    back = query(press(http, ask(), "Cancel"))
    assert (back["error"], back["state"]) == ("access_denied", "s1")
    assert world.store.all(seed.CONTOSO, "servicePrincipals") == []


def test_15_a_token_from_before_a_consent_keeps_lacking_the_new_role(
    http: httpx.Client, world: Cloud, ask: Callable[..., httpx.Response], token: Callable[..., httpx.Response]
) -> None:
    app = directory.application(world, seed.READER)
    world.store.put("", "applications", {**app, "roles": ["Organization.Read.All"]})
    press(http, ask(), ADA)
    old = {"Authorization": "Bearer " + token(seed.CONTOSO).json()["access_token"]}
    world.store.put("", "applications", app)
    press(http, ask(), ADA)
    new = {"Authorization": "Bearer " + token(seed.CONTOSO).json()["access_token"]}
    assert http.get("/v1.0/groups", headers=old).status_code == 403
    assert http.get("/v1.0/groups", headers=new).status_code == 200


def test_11_an_app_that_was_just_let_in_is_unknown_at_first(
    http: httpx.Client, world: Cloud, ask: Callable[..., httpx.Response], token: Callable[..., httpx.Response]
) -> None:
    app = directory.application(world, seed.READER)
    world.store.put("", "applications", {**app, "roles": ["Application.Read.All"]})
    world.habits.lag_of = {"servicePrincipals": 1}
    press(http, ask(), ADA)
    let_in = {"Authorization": "Bearer " + token(seed.CONTOSO).json()["access_token"]}
    path = f"/v1.0/servicePrincipals(appId='{seed.READER}')"
    assert [http.get(path, headers=let_in).status_code for _ in range(2)] == [404, 200]
    press(http, ask(), ADA)
    assert http.get(path, headers=let_in).status_code == 200, "it has been there"


def test_32_a_token_of_one_customer_never_reaches_another(
    http: httpx.Client, world: Cloud, reader: dict[str, str]
) -> None:
    theirs = world.store.all(seed.NORTHWIND_TRADERS, "groups")[0]["id"]
    assert http.get(f"/v1.0/groups/{theirs}", headers=reader).status_code == 404
    assert http.get("/v1.0/groups", headers=reader).json()["value"] == []
    mine = http.get("/v1.0/organization", headers=reader).json()["value"]
    assert [each["id"] for each in mine] == [seed.NORTHWIND]


def test_33_consent_can_come_back_for_another_tenant_and_with_the_same_state_again(
    http: httpx.Client, ask: Callable[..., httpx.Response]
) -> None:
    backs = [query(press(http, ask("organizations"), "Accept as Ada Admin (Northwind)")) for _ in range(2)]
    assert [(back["tenant"], back["state"]) for back in backs] == [(seed.NORTHWIND, "s1")] * 2


def test_another_tenants_administrator_cannot_decide_here(http: httpx.Client) -> None:
    form = {
        "client_id": seed.READER,
        "redirect_uri": RETURN,
        "admin": f"{seed.NORTHWIND}/{seed._id('42', 1)}",
    }
    answer = http.post(f"/{seed.CONTOSO}/v2.0/adminconsent", data=form)
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [50020])


def test_an_unregistered_way_back_is_refused(ask: Callable[..., httpx.Response]) -> None:
    assert ask(redirect_uri="https://evil.example/").json()["error_codes"] == [50011]


def test_names_from_outside_are_escaped(world: Cloud, ask: Callable[..., httpx.Response]) -> None:
    app = directory.application(world, seed.READER)
    world.store.put("", "applications", {**app, "displayName": "<script>x</script>"})
    page = ask(state='"><script>').text
    assert "<script" not in page
    assert "&lt;script&gt;x" in page


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("http://localhost:8071/consent/return/", True),
        ("http://localhost/consent/return/", True),
        ("https://localhost:8071/consent/return/", False),
        ("http://localhost:8071.evil.example/consent/return/", False),
        ("http://localhost:8071/elsewhere/", False),
    ],
)
def test_only_the_port_of_http_localhost_may_differ(asked: str, known: bool) -> None:
    app = {"redirectUris": seed.REDIRECTS}
    if known:
        assert directory.registered(app, asked) == asked
    else:
        with pytest.raises(LoginError):
            directory.registered(app, asked)
