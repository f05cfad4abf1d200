"""A customer from nothing to an analyst let in, and to the end: four people, each with their own browser.

With a mouse, without JavaScript, and by keyboard alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, expect

from onboarding.models import Agreement, Inquiry, OwnedObject, Run
from onboarding.wizard.steps import BY_SLUG
from sandbox.cloud import Cloud
from tenants.microsoft import keys
from tests.browser import look
from tests.browser.conftest import watched
from tests.browser.leaving import AT_EVERY_SEAT, left
from tests.browser.seats import SEATS, Mouse
from tests.onboarding.clicking import carry_out
from tests.onboarding.conftest import box, pki, portal  # noqa: F401  fixtures
from tests.onboarding.wizarding import work, work_through

Window = Callable[[], Mouse]
CARLA = "Carla Ruiz (Contoso)"
ACTS = {True: [17, 9, 6, 4], False: [19, 9, 6, 4]}
"""Clicks, fields and lists from nothing to an analyst let in: of admin, customer, analyst and approver.

Without JavaScript a page that waits is asked by hand whether it is done, where something is typed on it."""
WAITS = re.compile("Our worker|Watching")


@pytest.fixture
def home(live_server: Any, portal: Cloud, settings: Any) -> str:  # noqa: F811
    """The portal where Microsoft sends people back to, and My Access where the links lead."""
    settings.PORTAL_URL = live_server.url
    settings.CLOUD_MYACCESS_URL = portal.origin
    keys.forget()
    return str(live_server.url)


@pytest.fixture(params=SEATS, ids=lambda seat: seat.__name__)
def window(
    request: Any,
    browser: Browser,
    home: str,
    portal: Cloud,  # noqa: F811
    complaints: list[str],
) -> Iterator[Window]:
    """A window that shares nothing with another."""
    opened = []

    def open_one() -> Mouse:
        script = request.param.has_script
        opened.append(
            browser.new_context(ignore_https_errors=True, base_url=home, java_script_enabled=script)
        )
        return request.param(watched(opened[-1], home, complaints, portal.origin).new_page())

    yield open_one
    for context in opened:
        context.close()


def sign_in(seat: Mouse, who: str) -> None:
    seat.sign_in(who)


@pytest.mark.django_db(transaction=True)
def test_four_people_carry_a_customer_from_nothing_to_an_analyst_let_in_and_to_the_end(
    window: Window,
    portal: Cloud,  # noqa: F811
) -> None:
    """Each time with all four at the same kind of seat."""
    admin, customer, analyst, approver = window(), window(), window(), window()
    begin(admin, "Contoso", "contoso.example")
    admin = left(left(admin, window, "tenant"), window, "offer")
    admin.press("Save and go on")
    admin = left(admin, window, "reader")
    let_the_app_in(admin, customer)
    admin.is_led("People")
    admin = left(admin, window, "readiness")
    name_people(admin)
    admin = left(admin, window, "people")
    answered(admin)
    admin.is_led("Plan", "Look whether they were found")
    expect(admin.page.get_by_text("19 changes")).to_be_visible()
    admin = left(admin, window, "plan")
    admin.go_on()
    admin = left(admin, window, "agreement")
    agree(customer, admin.copy_link())
    admin.is_led("Let the set-up app in", "Look whether it was agreed to")
    assert Agreement.objects.get().form == "signed"
    admin = left(admin, window, "setup")
    let_the_app_in(admin, customer)
    admin.is_led("Setting up")
    admin.press("Start setting up contoso.example")
    admin.sees("Setting up")
    admin = left(admin, window, "progress")
    carry_out()
    admin.is_led("Hand-over of Contoso")
    admin = left(admin, window, "hand-over")
    assert Run.objects.get().ended == "verified"
    hand_over(admin)
    is_given(analyst, admin, "Contoso")
    granted_read()
    analyst.page.goto("/my-customers/")
    stands(analyst, "Request")
    let_in(analyst, approver, portal)
    assert [len(each.acts) for each in (admin, customer, analyst, approver)] == ACTS[admin.has_script]
    assert admin.left_at == (list(BY_SLUG) if type(admin) is Mouse else list(AT_EVERY_SEAT))
    end_it(customer)
    assert Run.objects.latest("pk").ended == "verified" and not OwnedObject.objects.exists()


def begin(admin: Mouse, company: str, domain: str) -> None:
    admin.page.goto("/customers/")
    sign_in(admin, "Lena")
    admin.follow("New customer")
    admin.write("Domain or tenant id", domain)
    admin.press("Look it up")
    expect(admin.page.get_by_text(f"{company}. If it is called otherwise")).to_be_visible()
    admin.press("Yes, begin with this tenant")
    admin.sees("Offer and tiers")


def answered(admin: Mouse) -> None:
    """The worker does what the page waits for, and what follows from it by itself."""
    expect(admin.page.locator("#live")).to_contain_text(WAITS)
    work_through()


def let_the_app_in(admin: Mouse, customer: Mouse) -> None:
    """The customer's administrator opens the link that was sent; the admin's page sees it by itself."""
    customer.open(admin.copy_link())
    customer.press("Accept as Ada")
    customer.sees("Thank you")
    Inquiry.objects.open().update(not_before=now())
    answered(admin)


def name_people(admin: Mouse) -> None:
    admin.write("Approver 1", "carla@contoso.example")
    admin.write("Approver 2", "deniz@contoso.example")
    admin.press("Save and look them up")


def agree(customer: Mouse, address: str) -> None:
    customer.open(address)
    sign_in(customer, CARLA)
    customer.sees("19 changes")
    if type(customer) is Mouse:
        look_at_the_last_step(customer)
    customer.press("Sign in and agree to plan")
    customer.page.wait_for_url("**/authorize?**")
    customer.press(CARLA)
    customer.sees("Agreed to.")


def look_at_the_last_step(customer: Mouse) -> None:
    """The page stays where what it leads to has nothing to show; and Back leads to the plan."""
    here, away = customer.page.url, re.compile("/oauth2/v2.0/authorize")
    customer.page.route(away, lambda route: route.fulfill(status=204))
    customer.page.get_by_role("button", name="Sign in and agree to plan").click()
    customer.sees("On to Microsoft's sign-in")
    assert look.at_a_glance(customer.page, "agreement-last-step") == []
    customer.page.unroute(away)
    customer.page.goto(here)
    customer.page.get_by_role("button", name="Sign in and agree to plan").click()
    customer.page.wait_for_url("**/authorize?**")
    customer.page.go_back()
    expect(customer.page).to_have_url(here)
    customer.sees("19 changes")


def package() -> str:
    return OwnedObject.objects.get(address="access_package/tier-1").remote_id


def hand_over(admin: Mouse) -> None:
    """The last step leads there; it has the link that analysts ask with."""
    admin.sees("Hand-over of Contoso")
    expect(admin.page.get_by_text("Step 10 of 10")).to_be_visible()
    expect(admin.page.locator(f'a[href$="{package()}"]').first).to_be_visible()


def is_given(analyst: Mouse, admin: Mouse, customer: str) -> None:
    """Who has signed in once can be given a customer; it counts at once."""
    analyst.page.goto("/my-customers/")
    sign_in(analyst, "Amir")
    analyst.sees("No customer has been given to you yet.")
    admin.sees(f"Hand-over of {customer}")
    admin.page.reload()
    admin.choose("Analyst", "Amir Rahimi")
    expect(admin.page.get_by_label("Tier", exact=True)).to_have_value("tier-1")
    admin.press("Assign")
    expect(admin.page.get_by_text(f"Tier 1 for {customer}: it counts from now on")).to_be_visible()


def granted_read() -> None:
    """Giving a customer has its tenant read."""
    assert Inquiry.objects.open().get().what == Inquiry.What.ACCESS
    work()


def read_again(analyst: Mouse) -> None:
    analyst.page.goto("/my-customers/")
    analyst.press("Read my access again")
    work()
    analyst.page.goto("/my-customers/")


def stands(analyst: Mouse, how: str) -> None:
    """How it stands with the analyst, as read from the customer's tenant."""
    expect(analyst.page.locator(".desk-level")).to_contain_text(re.compile(f"Tier 1\\s*{how}"))


def let_in(analyst: Mouse, approver: Mouse, box: Cloud) -> None:  # noqa: F811
    """Under the link of the analyst's own page the analyst asks, and an approver of the customer says yes."""
    asking = analyst.page.locator(f'a[href$="{package()}"]')
    expect(asking).to_have_attribute("href", re.compile(re.escape(box.origin)))
    analyst.follow("Ask in My Access")
    analyst.write("Why do you need it?", "Night shift", within=":target")
    analyst.press("Request", within=":target")
    approver.open(f"{box.origin}/@contoso.onmicrosoft.example")
    approver.press(CARLA)
    approver.write("Your reason", "Agreed")
    approver.press("Approve")
    analyst.page.reload()
    expect(analyst.page.get_by_text("approved it: Agreed")).to_be_visible()
    read_again(analyst)
    stands(analyst, "Let in until")


def end_it(customer: Mouse) -> None:
    customer.page.goto("/tenants/contoso/")
    take_all_away(customer, "/tenants/contoso/", "contoso.example")
    customer.sees("End and clean up of Contoso")
    carry_out()
    customer.page.reload()
    expect(customer.page.get_by_text("Ended by the customer")).to_be_visible()
    expect(customer.page.get_by_text("Done and read back").first).to_be_visible()


def take_all_away(customer: Mouse, here: str, domain: str) -> None:
    """The customer's reviewer alone; the access that was just given ends with it."""
    customer.follow("End and clean up")
    customer.press("See what would go")
    work()
    customer.page.goto(f"{here}end/")
    expect(customer.page.locator("dl.facts")).to_contain_text(re.compile(r"Accesses that end\s*1"))
    customer.write(f"Type {domain}", domain)
    customer.press(f"End and clean up {domain}")
