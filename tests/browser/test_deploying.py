"""A reviewer deploys with an owner's sign-in: by mouse, by keyboard alone and without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest

from access.models import Deployment
from sandbox.cloud import Cloud
from tests.access import own_sign_in as own
from tests.browser import look
from tests.browser.seats import Mouse
from tests.browser.test_the_whole_story import Window, home, sign_in, window
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.delegating import delegations

__all__ = ["box", "home", "pki", "portal", "window"]


def seen(seat: Mouse, name: str) -> None:
    """Axe and pictures, where the page has scripts to look with."""
    if type(seat) is Mouse:
        assert look.everything(seat.page, f"deploying-{name}") == []


@pytest.mark.django_db(transaction=True)
def test_a_reviewer_deploys_with_an_owners_sign_in(window: Window, portal: Cloud, tmp_path: Path) -> None:
    own.begun(portal, tmp_path)
    carla = window()
    carla.page.goto(own.AZURE)
    sign_in(carla, "Carla Ruiz (Northwind)")
    seen(carla, "azure")
    carla.press("Sign in for Azure")
    carla.sees("One more step: sign in for Azure")
    seen(carla, "last-step")
    carla.follow("Sign in at Microsoft")
    carla.press("Ada Admin (Northwind)")
    carla.sees("Deploy with your own sign-in")
    row = own.work(Deployment.objects.get())
    carla.page.goto(own.page(row))
    carla.sees("What would change, says Azure")
    seen(carla, "planned")
    carla.press("Deploy")
    row = own.work(row)
    carla.page.goto(own.page(row))
    assert "deployed, says Azure" in carla.page.inner_text("main")
    seen(carla, "deployed")
    assert len(delegations(portal)) == 1
