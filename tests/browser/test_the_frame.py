"""What every page has around it, seen by a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import look
from tests.browser.conftest import watched

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start(page: Page, live_server: Any) -> Page:
    page.goto(f"{live_server.url}/help/")
    return page


def in_the_dark(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_chosen_theme_stays_and_beats_the_system(start: Page) -> None:
    start.emulate_media(color_scheme="light")
    start.get_by_role("button", name="Use dark colours").click()
    in_the_dark(start)
    start.reload()
    in_the_dark(start)
    start.get_by_role("button", name="Use light colours").click()
    expect(start.locator("html")).to_have_attribute("data-bs-theme", "light")
    expect(start.get_by_role("button", name="Use dark colours")).to_be_visible()


LOOK = """new MutationObserver((_, watch) => {
  if (!document.body) return;
  window.firstSeen = document.documentElement.dataset.bsTheme;
  watch.disconnect();
}).observe(document, {childList: true, subtree: true});"""
"""Nothing is painted before there is a body, so what the theme is then is what is seen first."""


@pytest.mark.parametrize("theme", look.THEMES)
def test_the_theme_is_there_before_anything_is_painted(
    page: Page, live_server: Any, theme: look.Theme
) -> None:
    page.emulate_media(color_scheme=theme)
    page.add_init_script(LOOK)
    page.goto(f"{live_server.url}/help/")
    assert page.evaluate("window.firstSeen") == theme


def test_the_first_tab_leads_past_the_menu(start: Page) -> None:
    start.keyboard.press("Tab")
    skip = start.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    start.keyboard.press("Enter")
    expect(start.locator("#content")).to_be_focused()


def test_focus_is_seen(start: Page) -> None:
    start.keyboard.press("Tab")
    start.keyboard.press("Tab")
    assert start.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


def test_nothing_inline_would_run(start: Page, complaints: list[str]) -> None:
    start.evaluate("""() => {
        const script = document.createElement("script"); script.textContent = "window.ran = true";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", '<p id="styled" style="color: red">x</p>');
    }""")
    assert start.evaluate("window.ran") is None
    assert start.locator("#styled").evaluate("e => getComputedStyle(e).color") != "rgb(255, 0, 0)"
    with start.expect_console_message(lambda message: message.text == "after them"):
        start.evaluate("console.log('after them')")
    assert len(complaints) == 2 and all("Content Security Policy" in each for each in complaints)
    complaints.clear()


def test_a_complaint_and_a_foreign_request_would_be_noticed(start: Page, complaints: list[str]) -> None:
    """The fixture that all other browser tests trust."""
    start.evaluate("console.error('broken')")
    start.evaluate("fetch('/static/there-is-no-such.css').then(() => null)")
    with start.expect_event("pageerror"):
        start.evaluate("setTimeout(() => { throw new Error('thrown') })")
    with start.expect_event("requestfailed"):
        start.evaluate("location.assign('http://elsewhere.example/')")
    assert "broken" in complaints and "thrown" in complaints
    assert f"404 from {start.url.removesuffix('/help/')}/static/there-is-no-such.css" in complaints
    assert "asked for http://elsewhere.example/" in complaints
    complaints.clear()


def test_a_page_in_a_new_tab_is_listened_to_as_well(start: Page, complaints: list[str]) -> None:
    """Whoever opens it: what the test opens, a link that leads to a new tab, and a script."""
    tab = """(where) => document.querySelector("main").insertAdjacentHTML("afterbegin",
        `<a target="_blank" href="${where}">tab</a>`)"""
    start.evaluate(tab, start.url)
    with start.context.expect_page() as opened:
        start.get_by_text("tab", exact=True).click()
    opened.value.wait_for_load_state()
    opened.value.evaluate("console.error('broken in a tab')")
    with opened.value.expect_event("requestfailed"):
        opened.value.evaluate("location.assign('http://elsewhere.example/')")
    with start.expect_popup() as opened:
        start.evaluate("() => { window.open('/static/there-is-no-such.css') }")
    opened.value.wait_for_load_state()
    with start.context.expect_event("weberror"):
        opened.value.evaluate("setTimeout(() => { throw new Error('thrown in a window') })")
    assert {"broken in a tab", "asked for http://elsewhere.example/", "thrown in a window"} <= {*complaints}
    assert any(each.startswith("404 from") for each in complaints)
    complaints.clear()


def test_a_broken_rule_and_a_page_too_wide_would_be_noticed(start: Page) -> None:
    start.evaluate("""() => {
        document.querySelector("main").insertAdjacentHTML("beforeend", "<img src='data:,'><table><tr>"
            + "<td class=nowrap>far too wide for any page</td>".repeat(90) + "</table>");
    }""")
    assert any(fault.startswith("image-alt") for fault in look.violations(start))
    assert look.too_wide(start) > 0


FAINT = """() => {
  const style = new CSSStyleSheet();
  const faint = "[data-bs-theme=dark] h1 { color: #888; background: #777; }";
  style.replaceSync(`@media (max-width: 360px) { ${faint} }`);
  document.adoptedStyleSheets = [style];
}"""


def test_what_is_wrong_only_in_the_dark_where_it_is_narrow_would_be_noticed(start: Page) -> None:
    start.evaluate(FAINT)
    [wrong] = look.everything(start, "frame-faint")
    assert wrong.startswith("dark at 360: color-contrast: <h1"), wrong


def test_a_page_is_whole_without_javascript(browser: Any, live_server: Any, complaints: list[str]) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = watched(context, live_server.url, complaints).new_page()
        page.goto(f"{live_server.url}/help/")
        expect(page.get_by_role("heading", name="What the words mean")).to_be_visible()
        expect(page.get_by_role("button", name="Use dark colours")).to_be_hidden()


def test_the_menu_of_the_account_opens_by_keyboard_and_signs_out_everywhere(
    signed_in: Callable[[str], Page], live_server: Any
) -> None:
    page = signed_in("rita")
    page.goto(live_server.url + "/help/")
    page.get_by_text("Rita").press("Enter")
    button = page.get_by_role("button", name="Sign out everywhere")
    expect(button).to_be_visible()
    assert look.everything(page, "account") == []
    button.press("Enter")
    expect(page.locator("h1")).to_have_text("You are signed out")
