"""After an hour the roles are asked for again: seen in a browser, there is nothing to be seen of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, expect

from sandbox.cloud import Cloud
from tenants.models import SignIn
from tests.browser.conftest import watched
from tests.browser.seats import Mouse
from tests.browser.test_the_whole_story import home, sign_in
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.wizarding import begun, offered

__all__ = ["box", "home", "pki", "portal"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lena(browser: Browser, home: str, portal: Cloud, complaints: list[str]) -> Iterator[Mouse]:
    context = browser.new_context(ignore_https_errors=True, base_url=home)
    seat = Mouse(watched(context, home, complaints, portal.origin).new_page())
    seat.page.goto("/customers/")
    sign_in(seat, "Lena")
    seat.sees("Customers")
    yield seat
    context.close()


def an_hour_passes() -> str:
    """The key's hash before."""
    SignIn.objects.update(roles_at=now() - timedelta(minutes=61))
    return SignIn.objects.get().key_hash


def test_the_page_that_was_wanted_comes_without_a_question(lena: Mouse, home: str) -> None:
    before = an_hour_passes()
    lena.page.goto("/customers/?q=north")
    lena.sees("Customers")
    assert lena.page.url == f"{home}/customers/?q=north" and SignIn.objects.get().key_hash != before


def test_what_was_being_typed_is_not_lost(lena: Mouse) -> None:
    lena.page.goto("/tenants/new/")
    lena.write("Company", "Contoso")
    lena.write("Domain or tenant id", "contoso.example")
    before = an_hour_passes()
    lena.press("Look it up")
    lena.sees("Is this the tenant?")
    expect(lena.page.get_by_label("Company")).to_have_value("Contoso")
    assert SignIn.objects.get().key_hash == before
    lena.follow("Customers")
    lena.sees("Customers")
    assert SignIn.objects.get().key_hash != before


def test_a_page_that_watched_says_that_it_stands_still_and_keeps_what_is_on_it(
    lena: Mouse, home: str
) -> None:
    offered(begun())
    page = f"{home}/tenants/northwind/onboard/reader/"
    lena.page.goto(page)
    lena.press("Make a link for the customer")
    lena.sees("The link to send")
    an_hour_passes()
    lena.sees("This page no longer follows what happens.")
    lena.sees("The link to send")
    lena.follow("Load this page again")
    expect(lena.page.get_by_text("no longer follows")).to_have_count(0)
    lena.sees("The link to send")
    assert lena.page.url == page
