"""A customer from nothing to an analyst let in: four people, four browsers, every sign-in at "Microsoft"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect

from onboarding.models import Agreement, Inquiry, OwnedObject, Run
from sandbox.cloud import Cloud
from tenants.microsoft import keys
from tests.browser.conftest import watched
from tests.onboarding.clicking import carry_out
from tests.onboarding.conftest import box, pki, portal  # noqa: F401  fixtures
from tests.onboarding.wizarding import work

Window = Callable[[], Page]
CARLA = "Carla Ruiz (Contoso)"


@pytest.fixture
def home(live_server: Any, portal: Cloud, settings: Any) -> str:  # noqa: F811
    """The portal where Microsoft sends people back to, and My Access where the links lead."""
    settings.PORTAL_URL = live_server.url
    settings.CLOUD_MYACCESS_URL = portal.origin
    keys.forget()
    return str(live_server.url)


@pytest.fixture
def window(browser: Browser, home: str, portal: Cloud, complaints: list[str]) -> Iterator[Window]:  # noqa: F811
    """A window that shares nothing with another."""
    opened = []

    def open_one() -> Page:
        opened.append(browser.new_context(ignore_https_errors=True, base_url=home))
        return watched(opened[-1].new_page(), home, complaints, portal.origin)

    yield open_one
    for context in opened:
        context.close()


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def go_on(page: Page) -> None:
    """Once the page has seen by itself what it waited for."""
    work()
    page.get_by_role("link", name="Go on", exact=True).click()


def link(page: Page) -> str:
    return page.locator("pre.link").inner_text()


def sign_in(page: Page, who: str) -> None:
    page.get_by_role("link", name="Sign in with Microsoft").click()
    button(page, who)


@pytest.mark.django_db(transaction=True)
def test_four_people_carry_a_customer_from_nothing_to_an_analyst_let_in(
    window: Window,
    portal: Cloud,  # noqa: F811
) -> None:
    admin, customer, analyst, approver = window(), window(), window(), window()
    begin(admin)
    consented(admin, customer)
    go_on(admin)
    button(admin, "Check now")
    go_on(admin)
    name_people(admin)
    go_on(admin)
    button(admin, "Make the plan")
    go_on(admin)
    agree(customer, link(admin))
    go_on(admin)
    assert Agreement.objects.get().form == "signed"
    button(admin, "Make a link for the customer")
    consented(admin, customer)
    go_on(admin)
    button(admin, "Start the set-up of contoso.example")
    carry_out()
    go_on(admin)
    assert Run.objects.get().ended == "verified"
    expect(admin.get_by_role("heading", name="Contoso")).to_be_visible()
    let_in(admin, analyst, approver, portal)


def begin(admin: Page) -> None:
    admin.goto("/customers/")
    sign_in(admin, "Lena")
    admin.get_by_role("link", name="New customer").first.click()
    admin.get_by_label("Company").fill("Contoso")
    admin.get_by_label("Domain or tenant id").fill("contoso.example")
    button(admin, "Look it up")
    button(admin, "Yes, begin with this tenant")
    button(admin, "Save and go on")


def consented(admin: Page, customer: Page) -> None:
    """The customer's administrator opens the link that was sent; the admin's page sees it by itself."""
    customer.goto(link(admin))
    button(customer, "Accept as Ada")
    expect(customer.get_by_role("heading", name="Thank you")).to_be_visible()
    Inquiry.objects.open().update(not_before=now())


def name_people(admin: Page) -> None:
    admin.get_by_label("Approver 1").fill("carla@contoso.example")
    admin.get_by_label("Approver 2").fill("deniz@contoso.example")
    admin.get_by_label("Reviewer 1").fill("carla@contoso.example")
    button(admin, "Save and look them up")


def agree(customer: Page, address: str) -> None:
    customer.goto(address)
    sign_in(customer, CARLA)
    expect(customer.get_by_role("heading", name="19 changes")).to_be_visible()
    button(customer, "I agree to plan")
    customer.get_by_role("link", name="Sign in and agree").click()
    button(customer, CARLA)
    expect(customer.get_by_text("Agreed to.")).to_be_visible()


def let_in(admin: Page, analyst: Page, approver: Page, box: Cloud) -> None:  # noqa: F811
    """The link on the customer's page is the one under which an analyst asks."""
    package = OwnedObject.objects.get(address="access_package/tier-1").remote_id
    asking = admin.locator(f'a[href$="{package}"]').first.get_attribute("href")
    assert asking and asking.startswith(box.origin)
    analyst.goto(asking)
    button(analyst, "Amir")
    analyst.locator(":target").get_by_label("Why do you need it?").fill("Night shift")
    analyst.locator(":target").get_by_role("button", name="Request").click()
    approver.goto(f"{box.origin}/@contoso.onmicrosoft.example")
    button(approver, CARLA)
    approver.get_by_label("Your reason").fill("Agreed")
    button(approver, "Approve")
    analyst.reload()
    expect(analyst.get_by_text("approved it: Agreed")).to_be_visible()
