"""The list of customers by hand: typing searches, the address follows, and none of it needs JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import look
from tests.browser.conftest import watched

pytestmark = pytest.mark.django_db(transaction=True)
Sit = Callable[[str], Page]


def test_typing_searches_and_the_address_follows(signed_in: Sit, live_server: Any) -> None:
    page = signed_in("alice")
    page.goto(f"{live_server.url}/customers/")
    page.keyboard.press("/")
    page.keyboard.type("north")
    expect(page.locator("#count")).to_contain_text("1 found")
    expect(page.get_by_text("contoso.example")).to_have_count(0)
    page.wait_for_url("**/customers/?q=north*")
    with page.expect_download() as file:
        page.locator("#download", has_text="Download what is found as CSV").click()
    assert file.value.suggested_filename == "customers-found.csv"
    page.get_by_label("State").select_option("offer-stays")
    expect(page.locator("#count")).to_contain_text("only in the state “Ended, but an offer stays in Azure”")
    assert look.at_a_glance(page, "customers-found") == []
    page.get_by_role("link", name="Show all customers", exact=True).first.click()
    expect(page.get_by_text("contoso.example")).to_be_visible()
    page.go_back()
    page.get_by_label("State").select_option("")
    page.reload()
    expect(page.get_by_label("Name, domain or tenant id")).to_have_value("north")


def test_it_searches_without_javascript(
    signed_in: Sit, browser: Browser, live_server: Any, complaints: list[str]
) -> None:
    cookies = signed_in("alice").context.cookies()
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = watched(context, live_server.url, complaints).new_page()
        page.goto(f"{live_server.url}/customers/")
        page.get_by_label("Name, domain or tenant id").fill("north")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_text("northwind.example")).to_be_visible()
        expect(page.get_by_text("contoso.example")).to_have_count(0)
