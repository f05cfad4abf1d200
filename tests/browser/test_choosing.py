"""The sandbox's sign-in: what is folded is reached by mouse and keyboard, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sandbox.cloud import Cloud
from tests.browser import look
from tests.browser.seats import Mouse
from tests.browser.test_the_whole_story import Window, home, sign_in, window
from tests.onboarding.conftest import box, pki, portal

__all__ = ["box", "home", "pki", "portal", "window"]


@pytest.mark.django_db(transaction=True)
def test_the_likely_people_are_in_sight_and_the_others_one_fold_away(window: Window, portal: Cloud) -> None:
    seat = window()
    seat.page.goto("/signin/")
    seat.follow("Sign in with Microsoft")
    expect(seat.page.get_by_role("button", name="Lena Hartmann")).to_be_in_viewport()
    expect(seat.page.get_by_role("button", name="Carla Ruiz (Contoso)")).to_be_hidden()
    expect(seat.page.get_by_text("Contoso", exact=True)).to_be_in_viewport()
    if type(seat) is Mouse:
        assert look.everything(seat.page, "sandbox-signin") == []
    seat.page.goto("/signin/")
    sign_in(seat, "Carla Ruiz (Contoso)")
    seat.page.wait_for_url("**/signin/refused/**")
    assert seat.acts[-2:] == ["Contoso", "Carla Ruiz (Contoso)"]
