"""Every page, in both themes and two widths: all rules of WCAG 2.2 AA, no complaint, nothing too wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.access import world
from tests.browser import look, places
from tests.browser.pages import PAGES, WAITING
from tests.cast import Cast


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_good_to_read_and_to_reach(
    name: str, signed_in: Callable[[str], Page], live_server: Any, cast: Cast
) -> None:
    who, path = PAGES[name]
    at = places.made(cast)
    page = signed_in(who)
    page.goto(live_server.url + path.format(**at))
    assert page.locator("h1").count() == 1
    wrong = []
    for theme in look.THEMES:
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        wrong += look.everything(page, name, theme)
    assert wrong == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", WAITING)
def test_a_page_that_waits_is_good_to_read(
    name: str, signed_in: Callable[[str], Page], live_server: Any, cast: Cast
) -> None:
    """It asks again by itself and is never loaded anew under who reads it."""
    who, path, what = WAITING[name]
    world.much_of(cast.northwind)
    places.waits(cast, what)
    page = signed_in(who)
    page.goto(live_server.url + path)
    expect(page.locator("#live[hx-get]")).to_have_count(1)
    assert look.at_a_glance(page, name) == []
