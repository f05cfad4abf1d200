"""The sandbox's own pages in a browser, as the demo is played: a window each for who asks and who decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox import certificates, device
from sandbox.server import Running
from tests.browser import look
from tests.browser.conftest import watched
from tests.sandbox.graph_client import NORTHWIND, World, graph, world

Window = Callable[..., Page]
PAGE = "/@northwind.onmicrosoft.example"


@pytest.fixture(scope="module")
def built() -> World:
    return world(graph())


@pytest.fixture(scope="module")
def served(built: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Running(built.graph.cloud, certificates.ensure(tmp_path_factory.mktemp("pki"))) as origin:
        yield origin


@pytest.fixture
def window(browser: Browser, served: str, complaints: list[str]) -> Iterator[Window]:
    """A window that shares nothing with another."""
    opened = []

    def open_one(scheme: str = "light") -> Page:
        context = browser.new_context(ignore_https_errors=True, color_scheme=scheme, base_url=served)  # type: ignore[arg-type]
        opened.append(context)
        return watched(context, served, complaints).new_page()

    yield open_one
    for context in opened:
        context.close()


def link(built: World) -> str:
    return f"{PAGE}#/access-packages/{built.package['id']}"


def by_keyboard(page: Page, name: str) -> None:
    """Tab to the person and press Enter: no mouse is needed."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.innerText"):
            return page.keyboard.press("Enter")
    raise AssertionError(f"{name} is not reached by the keyboard")


def test_a_link_leads_to_its_package_through_the_sign_in(built: World, window: Window) -> None:
    page = window()
    page.goto(link(built))
    by_keyboard(page, "Fay (Fabrikam-Security)")
    expect(page.get_by_role("heading", name="My Access")).to_be_visible()
    page.wait_for_url(f"**{link(built)}")
    assert page.evaluate("document.querySelector(':target h3').innerText") == "Analyst"


def test_a_link_without_its_hint_leads_past_the_package(built: World, window: Window) -> None:
    """16.21: what follows # is kept, and there is nothing of that name in one's own organisation."""
    page = window()
    page.goto("/" + link(built).removeprefix(PAGE))
    page.get_by_role("button", name="Fay").click()
    expect(page.get_by_text("your own organisation")).to_be_visible()
    page.wait_for_url(f"**/#/access-packages/{built.package['id']}")
    assert page.evaluate("document.querySelector(':target')") is None
    page.goto(link(built))
    assert page.evaluate("document.querySelector(':target h3').innerText") == "Analyst"


def test_two_windows_carry_a_request_through(built: World, window: Window) -> None:
    fay, nora = window(), window("dark")
    fay.goto(link(built))
    fay.get_by_role("button", name="Fay").click()
    fay.get_by_label("Why do you need it?").fill("Night shift")
    fay.get_by_role("button", name="Request").click()
    expect(fay.get_by_text("waits for an approver")).to_be_visible()
    nora.goto(PAGE)
    nora.get_by_role("button", name="Nora").click()
    expect(nora.get_by_text("asks: Night shift")).to_be_visible()
    nora.get_by_label("Your reason").fill("Known analyst")
    nora.get_by_role("button", name="Approve").click()
    fay.reload()
    expect(fay.get_by_text("Nora approved it: Known analyst.")).to_be_visible()
    fay.get_by_role("button", name="Sign out").click()
    expect(fay.get_by_role("heading", name="You have signed out")).to_be_visible()


@pytest.mark.parametrize("theme", look.THEMES)
@pytest.mark.parametrize("path", [PAGE, "/", "/@nowhere.example", f"/{NORTHWIND}/oauth2/v2.0/logout"])
def test_its_pages_keep_all_rules_of_the_web(path: str, theme: str, window: Window) -> None:
    page = window(theme)
    page.goto(path)
    assert wrong(page) == []
    if page.get_by_role("button", name="Nora").count():
        page.get_by_role("button", name="Nora").click()
        expect(page.get_by_text("Signed in as")).to_be_visible()
        assert wrong(page) == []


@pytest.mark.parametrize("theme", look.THEMES)
def test_a_code_is_typed_and_a_person_chosen(built: World, theme: str, window: Window) -> None:
    cloud = built.graph.cloud
    cloud.store.put("", "applications", {"id": "cli", "displayName": "A program", "publicClient": True})
    shown = device.start(cloud, "organizations", {"client_id": "cli"})
    page = window(theme)
    page.goto("/devicelogin")
    assert wrong(page) == []
    page.get_by_label("Code").fill(shown["user_code"])
    page.keyboard.press("Enter")
    expect(page.get_by_text("A program asks, on another device")).to_be_visible()
    assert wrong(page) == []
    by_keyboard(page, "Nora (Northwind)")
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
    assert wrong(page) == []


def wrong(page: Page) -> list[str]:
    """Narrow is enough: its pages are one column."""
    page.set_viewport_size({"width": look.NARROW, "height": 800})
    return [*look.violations(page), *(["too wide"] if look.too_wide(page) else [])]
