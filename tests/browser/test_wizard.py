"""The wizard in a real browser: its pages as full as they get, and watching.

How it is done to its end with a mouse, without JavaScript and by keyboard is in test_the_whole_story.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from onboarding.models import Inquiry, Run, Step
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.access import world
from tests.browser import focus, look
from tests.onboarding.clicking import (
    HERE,
    PDF,
    admin,
    as_far_as_a_plan,
    carry_out,
    check_readiness,
    name_people,
    new,
    offer,
    on_paper,
    people,
    plan,
    post,
)
from tests.onboarding.conftest import box, pki, portal  # noqa: F401  fixtures
from tests.onboarding.wizarding import let_in, take_out, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(live_server: Any, portal: Cloud) -> Client:  # noqa: F811
    return admin("Alice")


@pytest.fixture
def at(alice: Client, page: Page, live_server: Any) -> Callable[[str], Page]:
    """Alice's browser at one of the wizard's pages."""
    for name, morsel in alice.cookies.items():
        page.context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])

    def go(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    return go


def stages(alice: Client, box: Cloud) -> Iterator[tuple[str, str]]:  # noqa: F811
    """Name and address of each page, with what it may show at its fullest."""
    yield "new", "/tenants/new/"
    take_out(box, seed.NORTHWIND, seed.READER)
    new(alice)
    yield "offer", f"{HERE}offer/"
    offer(alice)
    work()
    yield "reader", f"{HERE}reader/"


def test_the_pages_before_the_reader_is_in(
    alice: Client,
    at: Callable[[str], Page],
    portal: Cloud,  # noqa: F811
) -> None:
    for name, path in stages(alice, portal):
        page = at(path)
        assert look.everything(page, f"wizard-{name}") == []


def test_the_button_of_the_offers_is_in_sight_from_the_first_and_hides_no_focus(
    alice: Client, at: Callable[[str], Page]
) -> None:
    new(alice)
    page = at(f"{HERE}offer/")
    page.emulate_media(reduced_motion="reduce")
    for width in (look.NARROW, look.WIDE):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("scrollTo(0, 0)")
        button = page.get_by_role("button", name="Save and go on")
        expect(button).to_be_in_viewport(ratio=1)
        assert focus.unseen_anywhere(page) == []
        page.get_by_label("Managed Defender", exact=True).focus()
        for _ in range(12):
            focus.tab(page)
    assert page.get_by_text("Access ends by itself after 365 days").count() == 1


def test_the_pages_as_far_as_the_agreement(alice: Client, at: Callable[[str], Page]) -> None:
    new(alice)
    offer(alice)
    work()
    check_readiness(alice)
    people(alice, approvers=["carla@northwind.example", "nobody@northwind.example"])
    work()
    pages = {"readiness": "readiness", "people": "people"}
    seen = shots(at, pages)
    name_people(alice)
    plan(alice)
    seen += shots(at, {"plan": "plan", "agreement": "agreement"})
    assert seen == []


def test_a_signed_paper_is_uploaded_and_outlives_a_mistake(alice: Client, at: Callable[[str], Page]) -> None:
    as_far_as_a_plan(alice)
    page = at(f"{HERE}agreement/")
    page.get_by_text("Enter a paper").click()
    page.get_by_label("The signed paper").set_input_files(
        {"name": "scan.exe", "mimeType": "text/html", "buffer": PDF}
    )
    page.get_by_label("Why on paper").fill("no sign-in yet")
    page.get_by_role("button", name="Enter it").click()
    expect(page.get_by_text("you need not choose it again")).to_be_visible()
    wrong = look.everything(page, "wizard-paper-mistake")
    page.get_by_label("Where the paper is").fill("contract 2026-114")
    page.get_by_role("button", name="Enter it").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    assert download.value.path().read_bytes() == PDF
    assert wrong + look.everything(page, "wizard-paper") == []


def test_whose_a_tenant_is_can_be_chosen(alice: Client, at: Callable[[str], Page]) -> None:
    new(alice)
    page = at("/tenants/new/")
    page.get_by_label("Company").fill("Northwind UK")
    page.get_by_label("Domain or tenant id").fill("contoso.example")
    page.get_by_role("button", name="Look it up").click()
    page.get_by_role("button", name="Yes, begin with this tenant").click()
    expect(page.get_by_text("Say whose tenant this is.")).to_be_visible()
    assert look.everything(page, "wizard-whose") == []
    page.get_by_label("Northwind, who is here with northwind.example").check()
    page.get_by_role("button", name="Yes, begin with this tenant").click()
    expect(page.get_by_role("heading", name="Offer and tiers")).to_be_visible()


def test_a_tenant_that_has_ended_leads_to_its_set_up_anew(alice: Client, at: Callable[[str], Page]) -> None:
    new(alice)
    world.ran(Tenant.objects.get(), "verified", purpose="offboard")
    page = at("/tenants/new/")
    page.get_by_label("Domain or tenant id").fill("northwind.example")
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_text("This tenant was here before, as Northwind")).to_be_visible()
    assert look.at_a_glance(page, "wizard-was-here") == []
    page.get_by_role("link", name="Set Northwind up anew").click()
    expect(page.get_by_role("heading", name="Set Northwind up anew")).to_be_visible()


def test_the_pages_of_the_run_and_the_hand_over(alice: Client, at: Callable[[str], Page]) -> None:
    as_far_as_a_plan(alice)
    on_paper(alice, admin("Bea"))
    post(alice, f"{HERE}setup/")
    work()
    seen = shots(at, {"setup": "setup"})
    post(alice, f"{HERE}progress/start/")
    seen += shots(at, {"progress": "progress"})
    at(f"{HERE}tenant/")
    carry_out()
    seen += shots(at, {"verified": "progress"})
    assert seen == []


def test_the_focus_stays_while_the_run_goes_on_and_only_what_changed_is_said(
    alice: Client, at: Callable[[str], Page]
) -> None:
    as_far_as_a_plan(alice)
    on_paper(alice, admin("Bea"))
    post(alice, f"{HERE}setup/")
    work()
    post(alice, f"{HERE}progress/start/")
    page = at(f"{HERE}progress/")
    stop, said = page.get_by_role("button", name="Stop"), page.locator("#said")
    stop.focus()
    step = Step.objects.order_by("position")[0]
    Step.objects.filter(pk=step.pk).update(state="verified")
    expect(said).to_have_text("1 of 19 changes verified. Waiting for our worker to carry out the plan.")
    expect(stop).to_be_focused()
    page.get_by_role("link", name="Call with the customer").focus()
    said.evaluate(COUNT)
    Step.objects.filter(pk=step.pk).update(reason="no_admin_consent", facts={})
    expect(page.locator("#live")).to_contain_text("Who:")
    expect(page.get_by_role("link", name="Call with the customer")).to_be_focused()
    assert page.evaluate("window.saidAgain") == 0
    Run.objects.update(closed_at=now())
    page.get_by_role("button", name="Stop").focus()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    expect(page.locator("#live")).to_be_focused()
    assert page.locator("[aria-live] section, [aria-live] table").count() == 0


COUNT = """place => {
  window.saidAgain = 0;
  new MutationObserver(() => window.saidAgain++).observe(place, {childList: true});
}"""


def shots(at: Callable[[str], Page], pages: dict[str, str]) -> list[str]:
    wrong = []
    for name, slug in pages.items():
        page = at(f"{HERE}{slug}/")
        wrong += [f"{name}: {fault}" for fault in look.everything(page, f"wizard-{name}")]
    return wrong


@pytest.mark.parametrize("width", [look.NARROW, look.WIDE])
def test_a_page_that_waits_changes_and_leads_on_by_itself(
    width: int,
    alice: Client,
    at: Callable[[str], Page],
    portal: Cloud,  # noqa: F811
) -> None:
    take_out(portal, seed.NORTHWIND, seed.READER)
    new(alice)
    offer(alice)
    page = at(f"{HERE}reader/")
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.get_by_text("Watching")).to_be_visible()
    before = page.locator("#look").bounding_box()
    work()
    page.get_by_text("has not been let into").wait_for()
    assert page.locator("#look").bounding_box() == before, "what is said grows and moves no button"
    let_in(portal, seed.NORTHWIND, seed.READER)
    Inquiry.objects.update(not_before=now())
    work()
    expect(page.get_by_role("heading", name="Readiness")).to_be_visible()
    page.wait_for_url("**/readiness/")
    expect(page.get_by_text("The reader app is let in")).to_be_visible()
    expect(page.get_by_text("Press “Check now”")).to_be_visible()


def test_of_an_offer_that_is_not_chosen_only_what_it_is_stands_open(
    alice: Client, at: Callable[[str], Page]
) -> None:
    new(alice)
    page = at(f"{HERE}offer/")
    tiers = page.get_by_role("checkbox", name=re.compile("^Tier 1"), include_hidden=True)
    shown = [each.is_visible() for each in tiers.all()]
    assert shown.count(True) == 1 and len(shown) == 3
    page.get_by_role("radio", name="Managed Defender and Sentinel", exact=True).check()
    assert [each.is_visible() for each in tiers.all()] == [False, True, False]
    expect(page.get_by_label("Where in Azure").nth(0)).to_be_visible()
    assert look.everything(page, "wizard-offer-azure") == []
