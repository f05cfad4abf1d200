"""From the list to a copied link with the keyboard alone, focus seen at every step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from onboarding.wizard import consent_returns
from sandbox import seed
from tests.access import world
from tests.browser import focus
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def tab_to(page: Page, words: str) -> None:
    """Tab until what has the focus says these words; whatever has it on the way must show it."""
    for _ in range(60):
        focus.tab(page)
        if words in page.evaluate("document.activeElement.innerText || ''"):
            return
    raise AssertionError(f"{words} is not reached by the keyboard")


def stand_still(page: Page) -> None:
    """From here the page's clock is the test's, so that what is shown for a moment is not missed."""
    page.clock.install()
    page.clock.pause_at(now() + timedelta(minutes=1))


def test_a_link_is_found_and_copied_without_a_mouse(
    signed_in: Callable[[str], Page], cast: Cast, live_server: Any
) -> None:
    world.much_of(cast.northwind)
    page = signed_in("ann")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/customers/")
    page.keyboard.press("/")
    page.keyboard.type("north")
    expect(page.locator("#count")).to_contain_text("1 found")
    tab_to(page, "Northwind")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Northwind", exact=True)).to_be_visible()
    stand_still(page)
    tab_to(page, "Copy")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "https://myaccess.microsoft.com/@northwind.onmicrosoft.example#/access-packages/"
    )


def test_a_link_that_cannot_be_copied_is_said_not_to_be(
    signed_in: Callable[[str], Page], cast: Cast, live_server: Any
) -> None:
    """Some browsers refuse the clipboard; the person must not be left believing that it was copied."""
    world.much_of(cast.northwind)
    page = signed_in("ann")
    page.goto(f"{live_server.url}/tenants/northwind/")
    stand_still(page)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Not copied: select it by hand")).to_be_visible()


def test_the_button_says_copy_again_after_a_moment(
    signed_in: Callable[[str], Page], cast: Cast, live_server: Any
) -> None:
    world.much_of(cast.northwind)
    page = signed_in("ann")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/tenants/northwind/")
    button = page.locator("[data-copy]").first
    before = button.inner_html()
    stand_still(page)
    button.dblclick()
    expect(button).to_have_text("Copied")
    page.clock.run_for(2000)
    expect(button).to_have_text("Copy the link of Fabrikam Tier 1 Analyst")
    assert button.inner_html() == before


def test_a_mail_is_copied_whole(
    signed_in: Callable[[str], Page], cast: Cast, live_server: Any, settings: Any
) -> None:
    settings.MICROSOFT_APPS = {**settings.MICROSOFT_APPS, "reader": {"client_id": seed.READER}}
    world.much_of(cast.northwind)
    link = consent_returns.link(consent_returns.ask(cast.northwind, "reader", "person 1"))
    page = signed_in("alice")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/tenants/northwind/onboard/reader/")
    stand_still(page)
    page.get_by_role("button", name="Copy the mail").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#mail").input_value()
    assert copied.startswith("Subject: Please let our") and link in copied
