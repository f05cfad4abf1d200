"""A run watched in a browser: it moves by itself, says so, and the asking stops when it has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from onboarding.models import Run, Step
from tests.access import world
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
Sit = Callable[[str], Page]
MINUTE = 60_000


@pytest.fixture
def watched(signed_in: Sit, cast: Cast, live_server: Any) -> Page:
    run = world.ran(cast.northwind, "verified", "running", closed=False)
    page = signed_in("alice")
    page.goto(f"{live_server.url}/tenants/northwind/runs/{run.pk}/")
    return page


def test_it_moves_without_a_reload_and_says_so(watched: Page) -> None:
    expect(watched.get_by_text("1 of 2 read back", exact=True)).to_be_visible()
    watched.evaluate("window.same = true")
    Step.objects.update(state="verified")
    expect(watched.get_by_text("2 of 2 read back", exact=True)).to_be_visible()
    expect(watched.locator("#said")).to_have_text("Being carried out. 2 of 2 read back.")
    assert watched.evaluate("window.same")


def test_the_asking_stops_when_the_run_has_ended(watched: Page) -> None:
    watched.clock.install()
    watched.reload()
    asked: list[str] = []
    watched.on("request", lambda request: asked.append(request.url))
    watched.clock.run_for(MINUTE)
    assert asked, "while it is open it is asked"
    Step.objects.update(state="verified")
    Run.objects.update(closed_at=now())
    expect(watched.locator("#run").get_by_text("Done and read back")).to_be_visible()
    asked.clear()
    watched.clock.run_for(MINUTE)
    assert asked == []


def test_an_opened_list_of_tries_stays_open_while_nothing_is_new(watched: Page) -> None:
    world.Attempt.objects.create(step=Step.objects.get(state="running"), number=1, note="first try")
    watched.reload()
    watched.locator("#run summary").click()
    with watched.expect_response("**/runs/**") as answer:
        pass
    assert answer.value.status == 204
    expect(watched.get_by_text("first try")).to_be_visible()


def test_an_opened_list_of_tries_and_the_focus_outlive_what_is_new(watched: Page) -> None:
    world.Attempt.objects.create(step=Step.objects.get(state="running"), number=1, note="first try")
    watched.reload()
    watched.locator("#run summary").press("Enter")
    expect(watched.get_by_text("first try")).to_be_visible()
    world.Attempt.objects.create(step=Step.objects.get(state="running"), number=2, note="second try")
    expect(watched.get_by_text("second try")).to_be_visible()
    expect(watched.locator("#run summary")).to_be_focused()
