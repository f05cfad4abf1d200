"""A person's own way into Azure: by a browser, or by a code typed in one for a program elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import msal
import pytest

from sandbox import directory, seed, tokens
from sandbox.cloud import Cloud
from tests.sandbox.conftest import PinnedSession
from tests.sandbox.forms import Form, claims, press, query

RETURN = seed.REDIRECTS[0]
ADA = "Ada Admin (Northwind)"
AZURE = "https://management.azure.com/.default"


@pytest.fixture
def cli(origin: str, pki: Path) -> msal.PublicClientApplication:
    """As the Azure CLI does it."""
    session = PinnedSession(pki / "ca.pem")
    authority = f"{origin}/organizations"
    return msal.PublicClientApplication(
        seed.AZURE_CLI, authority=authority, instance_discovery=False, http_client=session
    )


def test_a_customers_own_sign_in_opens_azure_and_nothing_else(
    sign_in: msal.ConfidentialClientApplication, http: httpx.Client
) -> None:
    flow = sign_in.initiate_auth_code_flow(
        ["https://management.azure.com/user_impersonation"], redirect_uri=RETURN
    )
    back = query(press(http, http.get(flow["auth_uri"]), "Ada Admin (Northwind)"))
    result = sign_in.acquire_token_by_auth_code_flow(flow, back)
    azure = {"Authorization": f"Bearer {result['access_token']}"}
    (mine,) = http.get("/subscriptions?api-version=2022-12-01", headers=azure).json()["value"]
    assert mine["subscriptionId"] == seed.NORTHWIND_SUBSCRIPTION
    assert http.get("/v1.0/groups", headers=azure).status_code == 401
    again = sign_in.acquire_token_by_refresh_token(
        result["refresh_token"], ["https://graph.microsoft.com/User.Read"]
    )
    assert (claims(result["access_token"])["aud"], claims(again["access_token"])["aud"]) == (
        tokens.ARM,
        tokens.GRAPH,
    )


def typed(http: httpx.Client, code: str, label: str) -> httpx.Response:
    return press(http, http.post("/devicelogin", data={"code": code.lower()}), label)


def test_a_code_typed_elsewhere_signs_a_person_in_once(
    cli: msal.PublicClientApplication, http: httpx.Client
) -> None:
    flow = cli.initiate_device_flow([AZURE])
    assert cli.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)["error_codes"] == [70016]
    page = http.post("/devicelogin", data={"code": flow["user_code"]})
    assert "Microsoft Azure CLI asks, on another device" in page.text
    assert "You are signed in on the other device" in typed(http, flow["user_code"], ADA).text
    result = cli.acquire_token_by_device_flow(flow)
    got = claims(result["access_token"])
    assert (got["aud"], got["tid"], got["oid"]) == (tokens.ARM, seed.NORTHWIND, seed._id("42", 1))
    assert cli.acquire_token_by_device_flow(flow)["error_codes"] == [70008]
    assert http.post("/devicelogin", data={"code": flow["user_code"]}).status_code == 400


def test_a_code_can_be_turned_down_wrong_or_too_old(
    cli: msal.PublicClientApplication, http: httpx.Client, world: Cloud
) -> None:
    flow = cli.initiate_device_flow([AZURE])
    assert http.post("/devicelogin", data={"code": "BBBBBBBBB"}).json()["error_codes"] == [70020]
    assert "Nobody was signed in" in typed(http, flow["user_code"], "Cancel").text
    assert cli.acquire_token_by_device_flow(flow)["error"] == "authorization_declined"
    late = cli.initiate_device_flow([AZURE])
    world.clock.advance(minutes=16)
    assert http.post("/devicelogin", data={"code": late["user_code"]}).json()["error_codes"] == [70020]
    assert Form(http.get("/devicelogin").text).action == "/devicelogin"


def test_a_program_on_a_desk_has_no_roles_of_its_own(http: httpx.Client, world: Cloud) -> None:
    directory.grant(world, seed.NORTHWIND, directory.application(world, seed.AZURE_CLI))
    form = {"grant_type": "client_credentials", "client_id": seed.AZURE_CLI, "scope": AZURE}
    refused = http.post(f"/{seed.NORTHWIND}/oauth2/v2.0/token", data=form)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("scope", [AZURE, "https://management.core.windows.net//.default"])
def test_azure_has_an_older_name_too(token: Callable[..., httpx.Response], scope: str) -> None:
    assert claims(token(scope=scope).json()["access_token"])["aud"] == tokens.ARM
