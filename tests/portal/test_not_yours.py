"""A page that is not for this account: it says as whom one is signed in, and leads to another account.

It is the same whether there is such a page or not.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from sandbox.cloud import Cloud
from tenants.models import Person
from tests.cast import Cast, assemble

HERE, NOWHERE = "/tenants/contoso/", "/tenants/nobody/"


@pytest.fixture
def cast(db: None) -> Cast:
    found = assemble()
    Person.objects.filter(pk=found.people["rita"].pk).update(email="rita@northwind.example")
    return found


def said(cast: Cast, address: str, who: str = "rita") -> str:
    answer = cast.client(who).get(address)
    assert answer.status_code == 404
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken[^}]+', "", answer.content.decode())


def test_it_says_as_whom_one_is_signed_in_and_whose_people_they_are(cast: Cast) -> None:
    page = said(cast, HERE)
    assert "You are signed in as <strong>Rita</strong> (rita@northwind.example)" in page
    assert '<span class="text-secondary wide-only">northwind.example</span>' in page


def test_it_is_the_same_page_where_nothing_stands(cast: Cast) -> None:
    assert said(cast, HERE).replace("contoso", "nobody") == said(cast, NOWHERE)


def test_it_leads_to_another_account_and_back_to_the_same_address(cast: Cast) -> None:
    page = said(cast, f"{HERE}?a=1&b=2")
    link = re.search(r'href="(/signin/start/\?other=1&amp;next=[^"]+)"', page)
    assert link
    address = link[1].replace("&amp;", "&")
    assert parse_qs(urlsplit(address).query)["next"] == [f"{HERE}?a=1&b=2"]


def test_who_is_not_signed_in_is_told_of_no_account(cast: Cast) -> None:
    answer = cast.client("anonymous").get("/nothing-here/")
    assert answer.status_code == 404 and "signed in as" not in answer.content.decode()


@pytest.mark.parametrize(("query", "prompt"), [({}, None), ({"other": "1"}, ["select_account"])])
def test_microsoft_then_asks_which_account(
    desk: Cloud, window: Client, query: dict[str, str], prompt: list[str] | None
) -> None:
    there = window.get("/signin/start/", query)["Location"]
    assert parse_qs(urlsplit(there).query).get("prompt") == prompt
