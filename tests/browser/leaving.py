"""The wizard left at a step with its window closed: another administrator goes on, by the link of that step.

What was entered there is found again. None of it counts as an act: who is never interrupted does none of it.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.seats import Mouse

HERE = "/tenants/contoso/onboard/"
OTHER = {"Lena": "Chidi", "Chidi": "Lena"}
AT_EVERY_SEAT = ("people", "agreement", "progress")
"""With a mouse the wizard is left at every step; at the other seats, which take longer, at these."""
WITHOUT_A_LINK = "agreement"
"""Here whoever goes on was sent none, and looks for the customer."""


def left(admin: Mouse, window: Callable[[], Mouse], step: str) -> Mouse:
    """The other administrator's window, at what is next."""
    if type(admin) is not Mouse and step not in AT_EVERY_SEAT:
        return admin
    ENTER.get(step, lambda page: None)(admin.page)
    sent = admin.page.locator("pre.link").inner_text() if step in SEND else ""
    admin.page.context.close()
    again = window()
    again.page.goto("/customers/" if step == WITHOUT_A_LINK else f"{HERE}{step}/")
    again.sign_in(OTHER[admin.who])
    if step == WITHOUT_A_LINK:
        again.follow("Contoso")
        again.follow("Onboarding")
    if sent:
        expect(again.page.locator("pre.link")).to_have_text(sent)
    else:
        FOUND[step](again.page)
    again.acts, again.left_at = admin.acts, [*admin.left_at, step]
    return again


def tier_2(page: Page) -> Locator:
    return page.locator('input[name="tiers-managed-defender"][value="tier-2"]')


def one_tier_less(page: Page) -> None:
    tier_2(page).uncheck()
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/reader/")


def a_change_number(page: Page) -> None:
    page.locator("#schedule-summary").click()
    page.get_by_label("The customer's change number").fill("CHG-7")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/plan/")


def the_tenant(page: Page) -> None:
    expect(page.locator("main dl.facts")).to_contain_text("contoso.example")
    page.get_by_role("link", name="Go on", exact=True).click()
    page.wait_for_url("**/offer/")


def the_tier_less(page: Page) -> None:
    expect(tier_2(page)).not_to_be_checked()
    tier_2(page).check()


def what_is_ready(page: Page) -> None:
    expect(page.get_by_text("The tenant has Microsoft Entra ID P2")).to_be_visible()
    page.get_by_role("link", name="Go on", exact=True).click()
    page.wait_for_url("**/people/")


def the_people(page: Page) -> None:
    expect(page.get_by_label("Approver 1")).to_have_value("carla@contoso.example")
    expect(page.get_by_label("Approver 2")).to_have_value("deniz@contoso.example")


def the_change_number(page: Page) -> None:
    expect(page.get_by_label("The customer's change number")).to_have_value("CHG-7")
    expect(page.get_by_text("19 changes")).to_be_visible()


def how_far_it_is(page: Page) -> None:
    expect(page.get_by_text("0 of 19 changes verified").first).to_be_visible()


def the_hand_over(page: Page) -> None:
    expect(page.get_by_text("Step 10 of 10")).to_be_visible()


ENTER: dict[str, Callable[[Page], None]] = {"offer": one_tier_less, "plan": a_change_number}
"""What is entered besides, where the story itself enters nothing that would be told from what is proposed."""
SEND = ("reader", "agreement", "setup")
"""Where a link to be sent to the customer is what there is: it is still the same."""
FOUND: dict[str, Callable[[Page], None]] = {
    "tenant": the_tenant,
    "offer": the_tier_less,
    "readiness": what_is_ready,
    "people": the_people,
    "plan": the_change_number,
    "progress": how_far_it_is,
    "hand-over": the_hand_over,
}
