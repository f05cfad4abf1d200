"""Each of our links into My Access names the customer's directory: the @hint of facts 3.4 and 16.21."""

from __future__ import annotations

import dataclasses

import pytest
from starlette.testclient import TestClient

from access import links
from access.links import LINKS
from sandbox.app import build
from tenants.microsoft.clouds import PUBLIC
from tests.sandbox.graph_client import FABRIKAM, World, graph, person_id, world

MY_ACCESS = [link for link in LINKS.values() if link.host == "myaccess"]
DOMAIN = "northwind.onmicrosoft.example"


@pytest.fixture(scope="module")
def built() -> World:
    return world(graph())


@pytest.fixture
def fay(built: World) -> TestClient:
    """Fabrikam's analyst, signed in at the sandbox."""
    browser = TestClient(build(built.graph.cloud), base_url=built.graph.cloud.origin)
    browser.post(f"/@{DOMAIN}", data={"person": f"{FABRIKAM}/{person_id('Fay')}"}).raise_for_status()
    return browser


def address(slug: str, built: World) -> str:
    cloud = dataclasses.replace(PUBLIC, myaccess=built.graph.cloud.origin)
    return links.url(slug, cloud, domain=DOMAIN, package=built.package["id"])


@pytest.mark.parametrize("link", MY_ACCESS, ids=lambda link: link.slug)
def test_it_leads_an_analyst_into_the_customers_directory(
    link: links.Link, built: World, fay: TestClient
) -> None:
    assert "Access to Northwind (northwind.onmicrosoft.example)." in fay.get(address(link.slug, built)).text


def test_the_request_link_finds_the_package_and_without_the_hint_would_not(
    built: World, fay: TestClient
) -> None:
    whole = address("request", built)
    place = whole.partition("#")[2]
    assert f'id="{place}"' in fay.get(whole).text
    assert f'id="{place}"' not in fay.get(whole.replace(f"@{DOMAIN}", "")).text
