"""The offer with every way in, from the wizard to nothing left: an admin, their customer, an analyst."""

from __future__ import annotations

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from onboarding import offers
from onboarding.models import Inquiry, Onboarding, OwnedObject, Run
from onboarding.planes import PLANES
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.graph.approvals import decide
from tests.access import own_sign_in as own
from tests.access.exiting import AMIR, CARLA
from tests.browser import look
from tests.browser.seats import Mouse
from tests.browser.test_the_customers_seat import REVIEWER, agrees, deploys, with_a_mouse
from tests.browser.test_the_whole_story import (
    Window,
    answered,
    begin,
    granted_read,
    home,
    is_given,
    sign_in,
    stands,
    take_all_away,
    window,
)
from tests.onboarding.clicking import carry_out
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.delegating import delegations, go_on, subscription
from tests.onboarding.test_all_ways import everything, left
from tests.onboarding.test_pause import ask
from tests.onboarding.trusting import inbound, outbound
from tests.onboarding.wizarding import work

__all__ = ["box", "home", "pki", "portal", "window"]
HERE = "/tenants/northwind/"
ALL_WAYS = "Managed Defender and Sentinel, with trust"
STAYS = {
    "servicePrincipals": "the app for trust, which only the customer can remove",
    "assignmentRequests": "entitlement management's history of who asked for a package",
    "decisions": "and of who decided",
    "assignments": "and of what came of it: expired",
    "users": "the analyst's guest account, which Microsoft blocks, and deletes after 30 days",
}
"""Besides what test_all_ways.py names: the story of one access, and one app."""


@pytest.mark.django_db
def test_one_offer_that_ships_has_every_way_in() -> None:
    [sold] = [each for each in offers.documents().values() if set(each["planes"]) == set(PLANES)]
    assert sold["name"] == ALL_WAYS


@with_a_mouse
@pytest.mark.django_db(transaction=True)
def test_three_people_carry_every_way_in_from_nothing_to_work_and_off_again(
    window: Window, portal: Cloud
) -> None:
    before = everything(portal)
    lena, carla = window(), window()
    sells(lena, f"{subscription(portal)}/rg-security")
    plans(lena)
    carla.page.goto(lena.copy_link())
    sign_in(carla, REVIEWER)
    agrees(carla, carla.page.url)
    lena.is_led("Let the set-up app in")
    let_both_apps_in(lena, window())
    lena.press("Start setting up northwind.example")
    assert go_on().ended == "open"
    carla.page.goto(own.AZURE)
    deploys(carla)
    assert go_on().ended == "verified"
    works(window(), lena, portal)
    is_told_who_can_do_what(carla)
    ends_it(carla)
    assert delegations(portal) == [] and inbound(portal) is outbound(portal) is None
    assert {*left(before, everything(portal))} == {f"{seed.NORTHWIND} {name}" for name in STAYS}
    assert {each["state"] for each in portal.store.all(seed.NORTHWIND, "assignments")} == {"expired"}


def sells(lena: Mouse, where: str) -> None:
    begin(lena, "Northwind", "northwind.example")
    lena.page.get_by_label(ALL_WAYS).check()
    chosen = lena.page.locator("fieldset", has=lena.page.get_by_label(ALL_WAYS))
    chosen.get_by_label("Where in Azure").fill(where)
    lena.press("Save and go on")
    answered(lena)
    assert Onboarding.objects.count() == 0


def plans(lena: Mouse) -> None:
    lena.is_led("Readiness")  # whether a policy forbids the delegation nobody of ours can read
    lena.go_on()
    lena.write("Approver 1", "carla@northwind.example")
    lena.write("Reviewer 1", "carla@northwind.example")
    lena.press("Save and look them up")
    answered(lena)
    lena.is_led("Plan")
    lena.go_on()


def let_both_apps_in(lena: Mouse, ada: Mouse) -> None:
    """The one that sets up is in already; asked for again it is accepted again."""
    for address in lena.page.locator("pre.link").all_inner_texts():
        ada.page.goto(address)
        ada.press("Accept as Ada")
        ada.sees("Thank you")
    Inquiry.objects.open().update(not_before=now())
    answered(lena)
    lena.is_led("Setting up")


def works(amir: Mouse, lena: Mouse, box: Cloud) -> None:
    """Let in by the customer for Defender, and by the provider's own group for Sentinel."""
    is_given(amir, lena, "Northwind")
    decide(box, seed.NORTHWIND, ask(box, AMIR)["id"], CARLA, approve=True)
    granted_read()
    amir.page.goto("/my-customers/")
    stands(amir, "Let in until")
    expect(amir.page.locator("main")).to_contain_text("Sentinel")


def is_told_who_can_do_what(carla: Mouse) -> None:
    """All on one page: who, what, until when, and how to stop it; nothing of it is strange."""
    carla.page.goto(f"{HERE}who/")
    carla.press("Read it now")
    work()
    carla.page.goto(f"{HERE}who/")
    said = carla.page.locator("main")
    for words in ("Amir Rahimi", "Sentinel Responder, Northwind", "Sentinel Contributor, Northwind"):
        expect(said).to_contain_text(words)
    for title in ("People who can work here", "Azure, by Lighthouse", "What this tenant believes"):
        carla.sees(title)
    expect(said).not_to_contain_text("What nobody planned")
    expect(said).not_to_contain_text("Not known: it could not be read.")
    assert look.at_a_glance(carla.page, "every-way-who") == []


def ends_it(carla: Mouse) -> None:
    take_all_away(carla, HERE, "northwind.example")
    carry_out()
    assert Run.objects.latest("pk").ended == "verified" and not OwnedObject.objects.exists()
