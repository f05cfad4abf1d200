"""What is seen after a mistake, a refusal or a failure is as good to read as any page, in both themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.access import world
from tests.browser import look
from tests.browser.acts import ACTS, Seat
from tests.cast import Cast


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ACTS)
def test_a_page_after_an_act_is_good_to_read(
    name: str,
    signed_in: Callable[[str], Page],
    live_server: Any,
    cast: Cast,
    settings: Any,
    complaints: list[str],
) -> None:
    settings.ROOT_URLCONF = "tests.browser.broken_urls"
    world.much_of(cast.northwind)
    who, act, words = ACTS[name]
    page = signed_in(who)
    act(Seat(page, live_server.url, cast))
    expect(page.get_by_text(words).first).to_be_visible()
    assert look.at_a_glance(page, f"after-{name}") == []
    if name == "500":
        assert [each.partition(" ")[0] for each in complaints] == ["500"]
        complaints.clear()
