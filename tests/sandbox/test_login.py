"""Microsoft's own clients work here unchanged; wrong credentials get Microsoft's numbers."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import msal
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential

from sandbox import certificates, directory, seed, tokens
from sandbox.cloud import Cloud
from sandbox.server import Running
from sandbox.store import Store
from tests.sandbox.conftest import GRAPH, SECRET
from tests.sandbox.forms import Form, claims, press, query

RETURN = seed.REDIRECTS[0]
LENA = "Lena Hartmann (Fabrikam Security)"


def test_msal_gets_an_application_token_by_secret(app: Callable[..., Any]) -> None:
    result = app(seed.READER, SECRET, seed.NORTHWIND).acquire_token_for_client([GRAPH])
    got = claims(result["access_token"])
    assert (got["aud"], got["tid"], got["appid"]) == (GRAPH.rpartition("/")[0], seed.NORTHWIND, seed.READER)
    assert got["roles"] == seed.READER_ROLES


def test_msal_gets_an_application_token_by_certificate(app: Callable[..., Any], tmp_path: Path) -> None:
    pem = (tmp_path / "setup.pem").read_text()
    credential = {"private_key": pem, "public_certificate": pem[pem.index("-----BEGIN CERT") :]}
    result = app(seed.SETUP, credential, seed.NORTHWIND).acquire_token_for_client([GRAPH])
    assert claims(result["access_token"])["roles"] == seed.SETUP_ROLES


@pytest.mark.parametrize("tenant", [seed.NORTHWIND, "northwind.example", "northwind.onmicrosoft.example"])
def test_azure_identity_gets_a_token_by_secret_and_by_certificate(
    tenant: str, origin: str, pki: Path, tmp_path: Path
) -> None:
    options: dict[str, Any] = {"authority": origin, "disable_instance_discovery": True}
    options["connection_verify"] = str(pki / "ca.pem")
    pem = str(tmp_path / "reader.pem")
    for credential in (
        ClientSecretCredential(tenant, seed.READER, SECRET, **options),
        CertificateCredential(tenant, seed.READER, certificate_path=pem, **options),
    ):
        assert claims(credential.get_token(GRAPH).token)["tid"] == seed.NORTHWIND


def test_azure_identity_reports_a_certificate_we_do_not_know(origin: str, pki: Path, tmp_path: Path) -> None:
    pem = str(tmp_path / "setup.pem")
    options: dict[str, Any] = {"authority": origin, "disable_instance_discovery": True}
    credential = CertificateCredential(
        seed.NORTHWIND, seed.READER, certificate_path=pem, connection_verify=str(pki / "ca.pem"), **options
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        credential.get_token(GRAPH)


@pytest.mark.parametrize(
    ("changes", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"tid": seed.CONTOSO}, 400, "unauthorized_client", 700016),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"tid": "nowhere.example"}, 400, "invalid_tenant", 90002),
        ({"scope": "User.Read"}, 400, "invalid_scope", 1002012),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
def test_a_wrong_question_gets_microsofts_number(
    changes: dict[str, str], status: int, error: str, number: int, token: Callable[..., httpx.Response]
) -> None:
    answer = token(**changes)
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")


def test_a_person_signs_in_through_msal_with_pkce_and_the_token_verifies(
    sign_in: msal.ConfidentialClientApplication, http: httpx.Client, origin: str, pki: Path
) -> None:
    flow = sign_in.initiate_auth_code_flow([], redirect_uri=RETURN)
    back = query(press(http, http.get(flow["auth_uri"]), LENA))
    result = sign_in.acquire_token_by_auth_code_flow(flow, back)
    trust = ssl.create_default_context(cafile=str(pki / "ca.pem"))
    keys = jwt.PyJWKClient(f"{origin}/{seed.FABRIKAM}/discovery/v2.0/keys", ssl_context=trust)
    key = keys.get_signing_key_from_jwt(result["id_token"])
    issuer = f"{origin}/{seed.FABRIKAM}/v2.0"
    got = jwt.decode(result["id_token"], key, algorithms=["RS256"], audience=seed.SIGN_IN, issuer=issuer)
    assert (got["tid"], got["oid"], got["roles"]) == (seed.FABRIKAM, seed._id("fab1", 1), ["Portal.Admin"])
    assert got["preferred_username"] == "lena@fabrikam-security.example"
    assert {"nonce", "auth_time", "name"} <= got.keys()


def test_the_answer_may_come_as_a_form_and_be_refreshed(
    sign_in: msal.ConfidentialClientApplication, http: httpx.Client
) -> None:
    flow = sign_in.initiate_auth_code_flow([], redirect_uri=RETURN, response_mode="form_post")
    form = Form(press(http, http.get(flow["auth_uri"]), "Carla Ruiz (Northwind)").text)
    result = sign_in.acquire_token_by_auth_code_flow(flow, form.fields)
    again = sign_in.acquire_token_by_refresh_token(result["refresh_token"], [])
    assert form.action == RETURN
    assert claims(result["id_token"])["tid"] == claims(again["id_token"])["tid"] == seed.NORTHWIND
    assert "roles" not in claims(result["id_token"])


def test_a_person_may_turn_back(sign_in: msal.ConfidentialClientApplication, http: httpx.Client) -> None:
    flow = sign_in.initiate_auth_code_flow([], redirect_uri=RETURN)
    back = query(press(http, http.get(flow["auth_uri"]), "Cancel"))
    assert (back["error"], back["state"]) == ("access_denied", flow["state"])


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"code_verifier": "w" * 43}, 501481),
        ({"redirect_uri": seed.REDIRECTS[1]}, 50011),
        ({"code": "x"}, 70008),
    ],
)
def test_a_code_works_only_for_whom_it_was_made(
    changes: dict[str, str], number: int, http: httpx.Client, tmp_path: Path
) -> None:
    assert redeem(http, tmp_path, code(http), **changes).json()["error_codes"] == [number]


def test_a_code_works_once(http: httpx.Client, tmp_path: Path) -> None:
    one = code(http)
    assert redeem(http, tmp_path, one).status_code == 200
    assert redeem(http, tmp_path, one).json()["error_codes"] == [54005]


def test_a_persons_token_opens_nothing_meant_for_applications(http: httpx.Client, tmp_path: Path) -> None:
    token = redeem(http, tmp_path, code(http)).json()["access_token"]
    assert http.get("/v1.0/groups", headers={"Authorization": f"Bearer {token}"}).status_code == 403


def test_discovery_names_the_tenant_by_id_however_it_was_asked(http: httpx.Client, origin: str) -> None:
    path = "v2.0/.well-known/openid-configuration"
    assert http.get(f"/northwind.example/{path}").json()["issuer"] == f"{origin}/{seed.NORTHWIND}/v2.0"
    assert http.get(f"/organizations/{path}").json()["issuer"] == f"{origin}/{{tenantid}}/v2.0"
    assert http.get(f"/nowhere.example/{path}").json()["error"] == "invalid_tenant"


def test_every_signing_key_names_its_issuer(http: httpx.Client, origin: str) -> None:
    keys = http.get(f"/{seed.NORTHWIND}/discovery/v2.0/keys").json()["keys"]
    assert [key["issuer"] for key in keys] == [f"{origin}/{seed.NORTHWIND}/v2.0"]


def test_a_token_for_azure_does_not_open_graph(
    http: httpx.Client, token: Callable[..., httpx.Response]
) -> None:
    azure = token(scope="https://management.azure.com/.default").json()["access_token"]
    headers = {"Authorization": f"Bearer {azure}"}
    assert http.get("/v1.0/groups", headers=headers).status_code == 401
    assert (
        http.get("/tenants?api-version=2022-12-01", headers=headers).json()["value"][0]["tenantId"]
        == seed.NORTHWIND
    )


def test_a_tampered_token_is_not_believed(http: httpx.Client, reader: dict[str, str]) -> None:
    head, body, signature = reader["Authorization"].split(".")
    forged = f"{head}.{body}.{signature[:-8]}AAAAAAAA"
    assert http.get("/v1.0/groups", headers={"Authorization": forged}).status_code == 401


def test_tokens_and_the_world_outlive_a_restart(tmp_path: Path, pki: Path) -> None:
    first = Cloud(Store(tmp_path / "db"), "")
    seed.demo(first, tmp_path)
    with Running(first, pki) as origin:
        sp = directory.service_principal(first, seed.NORTHWIND, seed.READER) or {}
        token = tokens.app_token(first, seed.NORTHWIND, sp, tokens.GRAPH)
    port = int(origin.rpartition(":")[2])
    with Running(Cloud(Store(tmp_path / "db"), ""), pki, port) as again:
        trust = ssl.create_default_context(cafile=str(certificates.ensure(pki) / "ca.pem"))
        headers = {"Authorization": f"Bearer {token}"}
        assert again == origin
        assert httpx.get(f"{again}/v1.0/groups", headers=headers, verify=trust).status_code == 200


def test_metadata_has_both_shapes_the_azure_cli_asks_for(http: httpx.Client, origin: str) -> None:
    new = http.get("/metadata/endpoints?api-version=2022-09-01").json()
    old = http.get("/metadata/endpoints?api-version=2019-05-01").json()
    assert (new["resourceManager"], old) == (origin, [new])


def code(http: httpx.Client) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).rstrip(b"=").decode()
    asked = {"client_id": seed.SIGN_IN, "redirect_uri": RETURN, "response_type": "code", "scope": "openid"}
    pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
    page = http.get(f"/{seed.FABRIKAM}/oauth2/v2.0/authorize", params={**asked, **pkce})
    return query(press(http, page, LENA))["code"]


def redeem(http: httpx.Client, folder: Path, given: str, **changes: str) -> httpx.Response:
    secret = (folder / "signin.secret").read_text()
    form = {"client_id": seed.SIGN_IN, "client_secret": secret, "grant_type": "authorization_code"}
    form |= {"code": given, "redirect_uri": RETURN, "code_verifier": "v" * 43, **changes}
    return http.post(f"/{seed.FABRIKAM}/oauth2/v2.0/token", data=form)


@pytest.mark.parametrize(
    ("asked", "fresh"),
    [({}, False), ({"max_age": 3600}, False), ({"max_age": 60}, True), ({"prompt": "login"}, True)],
    ids=str,
)
def test_who_is_signed_in_already_proves_it_anew_only_where_that_is_asked(
    asked: dict[str, Any], fresh: bool, sign_in: Any, http: httpx.Client, world: Cloud
) -> None:
    """auth_time is when they proved who they are, not when this app asked."""
    first = signed_in_at(sign_in, http, LENA)
    world.clock.advance(minutes=10)
    assert (signed_in_at(sign_in, http, LENA, **asked) >= first + 600) is fresh


def test_another_person_in_the_same_browser_signs_in_now(
    sign_in: Any, http: httpx.Client, world: Cloud
) -> None:
    first = signed_in_at(sign_in, http, LENA)
    world.clock.advance(minutes=10)
    assert signed_in_at(sign_in, http, "Carla Ruiz (Northwind)") >= first + 600


def signed_in_at(sign_in: Any, http: httpx.Client, name: str, **asked: Any) -> int:
    flow = sign_in.initiate_auth_code_flow([], redirect_uri=RETURN, **asked)
    result = sign_in.acquire_token_by_auth_code_flow(
        flow, query(press(http, http.get(flow["auth_uri"]), name))
    )
    return int(claims(result["id_token"])["auth_time"])


@pytest.mark.parametrize(("optional", "more"), [([], set()), (["acct", "auth_time"], {"acct", "auth_time"})])
def test_claims_that_nobody_added_to_the_registration_are_not_in_the_token(
    optional: list[str], more: set[str], sign_in: Any, http: httpx.Client, world: Cloud
) -> None:
    app = directory.application(world, seed.SIGN_IN)
    world.store.put("", "applications", {**app, "optionalClaims": optional})
    flow = sign_in.initiate_auth_code_flow([], redirect_uri=RETURN)
    result = sign_in.acquire_token_by_auth_code_flow(
        flow, query(press(http, http.get(flow["auth_uri"]), LENA))
    )
    assert claims(result["id_token"]).keys() & {"acct", "auth_time"} == more
