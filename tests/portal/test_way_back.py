"""Where a sign-in leads back to: kept in a cookie that browsers keep, however long it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sandbox.cloud import Cloud

Go = Callable[..., str]


@pytest.mark.parametrize("sort", ["a", "\u00e9", "%2C", ";,", '"'])
def test_however_long_the_way_back_is_the_cookie_is_one_that_browsers_keep(
    desk: Cloud, window: Client, sort: str
) -> None:
    """Browsers drop a cookie above 4,096 bytes, and the sign-in would never end."""
    for length in (1, 100, 600, 900, 2000):
        window.get("/signin/start/", {"next": f"/customers/?q={sort * length}"})
        assert len(window.cookies["signin"].OutputString()) < 4096


def test_a_way_back_that_is_too_long_leads_to_its_page_without_the_search(go: Go, window: Client) -> None:
    assert window.get(go("lena", next="/customers/?q=" + "\u00e9" * 900))["Location"] == "/customers/"
