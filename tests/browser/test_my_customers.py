"""The analyst's page by hand: found with "/", opened doors remembered, and all of it without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, Route, expect

from access.models import Shortcut
from onboarding import tasks
from onboarding.models import Inquiry
from tests.access import world
from tests.browser import places
from tests.browser.conftest import watched
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
Sit = Callable[[str], Page]


@pytest.fixture
def desk(signed_in: Sit, cast: Cast, live_server: Any) -> Page:
    """Ann's page, with Northwind set up."""
    world.much_of(cast.northwind)
    page = signed_in("ann")
    page.goto(f"{live_server.url}/my-customers/")
    return page


def elsewhere(route: Route) -> None:
    """Microsoft, which this machine does not reach."""
    route.fulfill(body="<title>Elsewhere</title>", content_type="text/html")


ARRIVED = """() => new Promise((done) => {
  const here = (list) => list.getEntries().some((each) => each.name.includes("seen=")) && done();
  new PerformanceObserver(here).observe({type: "resource", buffered: true});
})"""
"""What was asked for by itself is here."""


def test_a_slash_searches_and_the_address_follows(desk: Page) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("contoso")
    expect(desk.locator("#count")).to_have_text("0 found")
    expect(desk.get_by_role("heading", name="Nothing fits.")).to_be_visible()
    desk.wait_for_url("**/my-customers/?q=contoso*")


def test_a_door_that_was_opened_is_within_reach_next_time(desk: Page, cast: Cast, live_server: Any) -> None:
    desk.route("https://security.microsoft.com/**", elsewhere)
    with desk.expect_request("**/tenants/northwind/opened/"):
        desk.get_by_role("link", name="Defender of Northwind").click()
    expect(desk).to_have_title("Elsewhere")
    desk.goto(f"{live_server.url}/my-customers/")
    expect(desk.get_by_role("navigation", name="Opened last")).to_contain_text(
        "Northwind (northwind.example), Defender"
    )
    assert Shortcut.objects.get().tenant == cast.northwind


def test_to_have_asked_is_not_called_to_have_opened_defender(desk: Page, live_server: Any) -> None:
    desk.route("https://myaccess.microsoft.com/**", elsewhere)
    with desk.expect_request("**/tenants/northwind/opened/"):
        desk.get_by_role("link", name="Ask in My Access").first.click()
    expect(desk).to_have_title("Elsewhere")
    desk.goto(f"{live_server.url}/my-customers/")
    expect(desk.get_by_role("navigation", name="Opened last")).to_contain_text("Ask in My Access")


def test_a_favourite_is_kept_and_said_to_be_pressed(desk: Page) -> None:
    desk.get_by_role("button", name="Favourite Northwind").click()
    expect(desk.get_by_role("button", name="Favourite Northwind")).to_have_attribute("aria-pressed", "true")
    desk.get_by_label("Show").select_option("favourites")
    expect(desk.locator("#count")).to_have_text("1 found")


def test_what_is_being_typed_outlives_the_reading_of_a_tenant(desk: Page, cast: Cast) -> None:
    tasks.sweep()
    places.waits(cast, "access")
    desk.reload()
    expect(desk.get_by_text("A tenant is being read now")).to_be_visible()
    desk.get_by_text("More doors").click()
    desk.get_by_role("button", name="Favourite Northwind").focus()
    desk.evaluate("window.same = true")
    Inquiry.objects.update(answered_at=now())
    expect(desk.get_by_text("A tenant is being read now")).to_have_count(0)
    expect(desk.get_by_role("button", name="Favourite Northwind")).to_be_focused()
    expect(desk.get_by_role("link", name="Advanced hunting")).to_be_visible()
    expect(desk.locator("#said")).to_have_text("It was read. What was found stands on the page.")
    assert desk.evaluate("window.same")


def test_no_button_moves_under_the_mouse_once_a_tenant_was_read(desk: Page, cast: Cast) -> None:
    """Whoever is about to ask in My Access would else press Microsoft's own portal."""
    tasks.sweep()
    places.waits(cast, "access")
    desk.reload()
    reading, card = desk.get_by_text("A tenant is being read now"), desk.locator(".desk").first
    expect(reading).to_be_visible()
    before = card.bounding_box()
    Inquiry.objects.update(answered_at=now())
    expect(reading).to_be_hidden()
    assert card.bounding_box() == before


def test_an_answer_on_its_way_does_not_take_back_what_was_searched_meanwhile(desk: Page, cast: Cast) -> None:
    held: list[Route] = []
    places.waits(cast, "access")
    desk.route("**/my-customers/?seen=*", lambda route: held.append(route))
    with desk.expect_request("**/my-customers/?seen=*"):
        desk.reload()
    Inquiry.objects.update(answered_at=now())
    desk.keyboard.press("/")
    desk.keyboard.type("contoso")
    expect(desk.locator("#count")).to_have_text("0 found")
    held[0].continue_()
    desk.evaluate(ARRIVED)
    expect(desk.get_by_role("heading", name="Nothing fits.")).to_be_visible()
    expect(desk.get_by_label("Name, domain or tenant id")).to_be_focused()
    expect(desk.get_by_label("Name, domain or tenant id")).to_have_value("contoso")


def test_all_of_it_works_without_javascript(
    desk: Page, browser: Browser, live_server: Any, complaints: list[str]
) -> None:
    tasks.sweep()
    with browser.new_context(java_script_enabled=False) as context:
        context.add_cookies(desk.context.cookies())  # type: ignore[arg-type]
        page = watched(context, live_server.url, complaints).new_page()
        page.goto(f"{live_server.url}/my-customers/")
        page.get_by_role("button", name="Favourite Northwind").click()
        page.get_by_label("Show").select_option("favourites")
        page.get_by_label("Name, domain or tenant id").fill("north")
        page.get_by_role("button", name="Search").click()
        link = page.locator('a[href*="#/access-packages/"]')
        expect(link).to_be_visible()
        page.get_by_text("More doors").click()
        expect(page.get_by_role("link", name="Advanced hunting")).to_be_visible()
        page.get_by_role("button", name="Read my access again").click()
        expect(page.get_by_text("Being read now.")).to_be_visible()
        page.wait_for_url("**?q=north&state=&show=favourites#northwind")
