"""A hand-over on paper: black on white, in either theme, without what only a screen can use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.access import world
from tests.browser import look
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("theme", look.THEMES)
def test_a_hand_over_is_printed_black_on_white(
    theme: look.Theme, signed_in: Callable[[str], Page], live_server: Any, cast: Cast
) -> None:
    world.much_of(cast.northwind)
    page = signed_in("rita")
    page.emulate_media(media="print", color_scheme=theme)
    page.goto(f"{live_server.url}/tenants/northwind/hand-over/")
    expect(page.get_by_role("button", name="Print", exact=True)).to_be_hidden()
    expect(page.locator("header.top")).to_be_hidden()
    for place in ("body", ".band strong", "main li", "main dd"):
        colour = page.locator(place).first.evaluate("e => getComputedStyle(e).color")
        assert colour == "rgb(0, 0, 0)", place
    paper = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    look.picture(page, f"printed-{theme}")


def test_what_was_agreed_to_is_folded_on_the_screen_and_open_on_paper(
    signed_in: Callable[[str], Page], live_server: Any, cast: Cast
) -> None:
    plan = world.planned(cast.northwind, agreed=True)
    page = signed_in("rita")
    page.goto(f"{live_server.url}/tenants/northwind/agreement/{plan.digest}/")
    changes = page.locator("#agreed-to h2")
    expect(changes).to_have_count(1)
    expect(changes).to_be_hidden()
    page.emulate_media(media="print")
    expect(changes).to_be_visible()
    expect(page.locator("#agreed-to pre")).to_be_hidden()
