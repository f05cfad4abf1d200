"""Signing in at each of Microsoft's clouds: its own sign-in service is asked, and no other host."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from sandbox.cloud import Cloud
from tenants.microsoft import apps, clouds, signin, transport
from tests.onboarding.conftest import box, pki, portal

__all__ = ["box", "pki", "portal"]


def discovered(login: str) -> dict[str, Any]:
    """As each cloud's discovery page answers for all organisations."""
    here = f"{login}/organizations"
    return {
        "issuer": f"{login}/{{tenantid}}/v2.0",
        "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
        "token_endpoint": f"{here}/oauth2/v2.0/token",
        "jwks_uri": f"{here}/discovery/v2.0/keys",
        "tenant_region_scope": None,
    }


@pytest.fixture
def asked(portal: Cloud, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are asked; each is answered as Microsoft's host of that name would."""
    found: list[str] = []

    def answer(_: HTTPAdapter, request: requests.PreparedRequest, **__: Any) -> requests.Response:
        found.append(str(request.url))
        parts = urlsplit(str(request.url))
        said = requests.Response()
        said.status_code, said.request, said.url = 200, request, str(request.url)
        said._content = json.dumps(discovered(f"https://{parts.netloc}")).encode()
        return said

    monkeypatch.setattr(HTTPAdapter, "send", answer)
    transport._sign_in.cache_clear()
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", clouds.CLOUDS)
def test_people_are_sent_to_the_sign_in_of_the_cloud_that_is_set(
    name: str, asked: list[str], settings: Any
) -> None:
    settings.CLOUD = name
    cloud = clouds.current()
    where, flow = signin.begin(cloud, apps.signin(), "https://portal.example/signin/return/")
    assert where.startswith(f"{cloud.login}/organizations/oauth2/v2.0/authorize?") and flow["nonce"]
    assert {f"https://{urlsplit(each).netloc}" for each in asked} == {cloud.login}


def test_no_two_clouds_share_a_sign_in_but_those_of_the_us_government() -> None:
    hosts = {name: cloud.login for name, cloud in clouds.CLOUDS.items()}
    assert hosts["usgov"] == hosts["usgov-dod"] and len(set(hosts.values())) == 3
