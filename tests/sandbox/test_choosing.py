"""Who comes first where a sign-in asks who one is; the others are there, one fold away."""

from __future__ import annotations

import re
from typing import Any

import httpx
import msal
import pytest

from sandbox import seed
from tests.sandbox.forms import press

RETURN = seed.REDIRECTS[0]
LENA, CARLA = "Lena Hartmann (Fabrikam Security)", "Carla Ruiz (Contoso)"
ORGANISATIONS = {"Fabrikam Security", "Northwind", "Contoso", "Contoso Retail", "Northwind Traders"}


def asked(sign_in: msal.ConfidentialClientApplication, http: httpx.Client, **hints: Any) -> httpx.Response:
    return http.get(sign_in.initiate_auth_code_flow([], redirect_uri=RETURN, **hints)["auth_uri"])


def folds(page: httpx.Response) -> dict[str, bool]:
    """Each organisation as it comes, and whether it stands open."""
    found = re.findall(r"<details( open)?><summary>([^<]+)</summary>", page.text)
    return {name: bool(is_open) for is_open, name in found}


@pytest.mark.parametrize(
    ("hints", "first"),
    [
        ({}, "Fabrikam Security"),
        ({"domain_hint": "Contoso.example"}, "Contoso"),
        ({"login_hint": "carla@contoso.onmicrosoft.example"}, "Contoso"),
        ({"login_hint": "carla@contoso.example", "domain_hint": "northwind.example"}, "Contoso"),
        ({"domain_hint": "nobody.example"}, "Fabrikam Security"),
    ],
    ids=str,
)
def test_the_organisation_that_it_is_about_comes_first_and_is_the_only_one_open(
    hints: dict[str, str], first: str, sign_in: Any, http: httpx.Client
) -> None:
    page = asked(sign_in, http, **hints)
    found = folds(page)
    assert next(iter(found)) == first and [name for name, is_open in found.items() if is_open] == [first]
    assert set(found) <= ORGANISATIONS and {"Fabrikam Security", "Northwind", "Contoso"} <= set(found)
    assert "Signed in in this browser" not in page.text


def test_who_is_signed_in_already_comes_before_all_and_only_there(sign_in: Any, http: httpx.Client) -> None:
    press(http, asked(sign_in, http), CARLA)
    page = asked(sign_in, http)
    before, _, rest = page.text.partition("<main>")[2].partition("<details")
    assert "Signed in in this browser" in before and CARLA in before and CARLA not in rest
    assert [name for name, is_open in folds(page).items() if is_open] == ["Contoso"]
    press(http, page, LENA)
    assert LENA in asked(sign_in, http).text.partition("<details")[0]


def test_an_app_that_asks_one_organisation_shows_that_one_alone(http: httpx.Client, sign_in: Any) -> None:
    press(http, asked(sign_in, http), CARLA)
    where = asked(sign_in, http).request.url.path.replace("organizations", seed.NORTHWIND)
    page = http.get(where, params=dict(asked(sign_in, http).request.url.params))
    assert folds(page) == {"Northwind": True} and CARLA not in page.text.partition("<main>")[2]
