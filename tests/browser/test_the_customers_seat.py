"""What a customer does at its own seat, from the first click to what is kept of it, against the sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from access.models import Confirmation, Deployment, Review
from onboarding.models import OwnedObject, Run
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.graph.approvals import decide
from tenants.models import LedgerEntry
from tests.access import own_sign_in as own
from tests.access.exiting import AMIR, CARLA
from tests.browser import look
from tests.browser.seats import Mouse, NoScript
from tests.browser.test_the_whole_story import Window, answered, home, sign_in, window
from tests.onboarding import already
from tests.onboarding.clicking import carry_out
from tests.onboarding.conftest import box, file, pki, portal
from tests.onboarding.delegating import delegations, go_on
from tests.onboarding.test_pause import ask
from tests.onboarding.wizarding import work

__all__ = ["box", "file", "home", "pki", "portal", "window"]
pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/tenants/northwind/"
REVIEWER = "Carla Ruiz (Northwind)"
with_a_mouse = pytest.mark.parametrize("window", [Mouse], indirect=True)
with_or_without_script = pytest.mark.parametrize("window", [Mouse, NoScript], indirect=True)


def let_in(box: Cloud, file: Path) -> None:
    """Northwind is set up, and Amir was let in."""
    already.set_up(box, file)
    decide(box, seed.NORTHWIND, ask(box, AMIR)["id"], CARLA, approve=True)


def seated(window: Window, who: str = REVIEWER, at: str = HERE) -> Mouse:
    seat = window()
    seat.page.goto(at)
    sign_in(seat, who)
    return seat


def seen(seat: Mouse, name: str) -> None:
    if seat.has_script:
        assert look.at_a_glance(seat.page, f"seat-{name}") == []


@with_or_without_script
def test_a_review_is_signed_from_the_first_look_to_its_paper(
    window: Window, portal: Cloud, file: Callable[..., Path]
) -> None:
    let_in(portal, file())
    carla = seated(window)
    carla.follow("Who can do what")
    carla.press("Read it now")
    work()
    carla.page.goto(f"{HERE}who/")
    carla.follow("Reviews")
    carla.follow("Review now")
    carla.sees("Review who can do what in Northwind")
    decided(carla)
    carla.press("Save")
    carla.press("Sign the review")
    carla.sees("Review of Northwind")
    seen(carla, "review-signed")
    signed = Review.objects.get()
    expect(carla.page.locator("main")).to_contain_text(signed.sha256)
    assert LedgerEntry.objects.filter(number=signed.ledger_number, facts__sha256=signed.sha256).exists()
    with carla.page.expect_download() as paper:
        carla.follow("PDF to keep")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    carla.press("End 1 access now")
    carry_out()
    carla.page.goto(f"{HERE}who/")
    carla.press("Read it again now")
    work()
    carla.page.goto(f"{HERE}reviews/{signed.pk}/")
    expect(carla.page.locator("section.card").filter(has_text="Amir")).to_contain_text(
        "no longer there when read"
    )
    seen(carla, "review-ended")


def decided(carla: Mouse) -> None:
    """Amir's access is to end; everything else is right as it is."""
    for card in carla.page.locator("main section.card").all():
        ends = "Amir" in card.inner_text() and "Tier 1" in card.inner_text()
        card.get_by_label("End" if ends else "Keep").check()
        card.get_by_label("Why").fill("Left the night shift" if ends else "As agreed")


@with_or_without_script
def test_a_task_of_the_customers_is_confirmed_by_name_and_taken_back(
    window: Window, portal: Cloud, file: Callable[..., Path]
) -> None:
    already.set_up(portal, file())
    carla = seated(window)
    carla.follow("Tasks")
    title = "Give Tier 1 its role in Defender"
    carla.press("I confirm by name that this is done")
    done = carla.page.locator("section.card").filter(has_text=title)
    expect(done).to_contain_text("Confirmed by name")
    expect(done).to_contain_text("Carla Ruiz")
    seen(carla, "task-confirmed")
    assert Confirmation.objects.count() == 1
    carla.press("It is not done after all")
    expect(done).to_contain_text("Still to do")
    carla.press("I confirm by name that this is done")
    carla.page.goto(f"{HERE}hand-over/")
    expect(carla.page.locator("main")).not_to_contain_text("Give Tier 1 its role")


@with_a_mouse
def test_the_customer_pauses_and_both_go_on_again(
    window: Window, portal: Cloud, file: Callable[..., Path]
) -> None:
    let_in(portal, file())
    carla = seated(window)
    carla.follow("End and clean up")
    carla.follow("Pause")
    carla.press("Look what would be closed")
    work()
    carla.page.goto(f"{HERE}pause/")
    expect(carla.page.locator("dl.facts")).to_contain_text(re.compile(r"Accesses that end\s*1"))
    carla.write("Type northwind.example", "northwind.example")
    carla.press("Pause northwind.example")
    carry_out()
    carla.page.goto(f"{HERE}pause/")
    carla.sees("It is paused")
    seen(carla, "paused")
    lena = seated(window, "Lena")
    plans_again(lena)
    agrees(carla, lena.copy_link())
    lena.is_led("Let the set-up app in")
    answered(lena)
    lena.sees("The run before this plan")
    expect(lena.page.get_by_role("link", name="Go on", exact=True)).to_have_count(0)
    lena.press("Start setting up northwind.example")
    carry_out()
    lena.is_led("Hand-over of Northwind")
    assert Run.objects.latest("pk").ended == "verified"


def plans_again(lena: Mouse) -> None:
    """With what the file said before."""
    lena.follow("Onboarding")
    lena.press("Take these answers into the wizard")
    lena.sees("Change what Northwind has")
    work()
    lena.page.goto(HERE)
    lena.follow("Onboarding")
    lena.sees("Plan")
    lena.press("Make the plan")
    answered(lena)
    lena.go_on()


def agrees(carla: Mouse, address: str) -> None:
    carla.page.goto(address)
    carla.press("Sign in and agree to plan")
    carla.press(REVIEWER)
    carla.sees("Agreed to.")


def deploys(carla: Mouse) -> None:
    """From the page of Azure, by the sign-in of who owns the subscription."""
    carla.press("Sign in for Azure")
    carla.follow("Sign in at Microsoft")
    carla.press("Ada Admin (Northwind)")
    row = own.work(Deployment.objects.get())
    carla.page.goto(own.page(row))
    carla.press("Deploy")
    own.work(row)


@with_a_mouse
def test_azure_is_delegated_with_an_owners_sign_in_read_back_and_ended(
    window: Window, portal: Cloud, tmp_path: Path
) -> None:
    """From the hand-over that is not final yet to the receipt; nothing of it stands afterwards."""
    own.begun(portal, tmp_path)
    carla = seated(window, at=f"{HERE}hand-over/")
    carla.sees("This hand-over is not final.")
    carla.follow("The customer's page")
    carla.follow("Tasks")
    carla.follow("Open the place")
    deploys(carla)
    assert go_on().ended == "verified"
    carla.page.goto(f"{HERE}hand-over/")
    expect(carla.page.locator("main")).to_contain_text("The Azure delegation to the provider")
    expect(carla.page.locator("main")).not_to_contain_text("not final")
    seen(carla, "azure-handed-over")
    carla.follow("End and clean up")
    carla.press("See what would go")
    work()
    carla.page.goto(f"{HERE}end/")
    carla.write("Type northwind.example", "northwind.example")
    carla.press("End and clean up northwind.example")
    carry_out()
    run = Run.objects.latest("pk")
    assert run.ended == "verified" and delegations(portal) == [] and not OwnedObject.objects.exists()
    carla.page.goto(f"{HERE}runs/{run.pk}/receipt/")
    expect(carla.page.locator("main")).to_contain_text("delegation")
    expect(carla.page.locator("main")).not_to_contain_text("not read back")
    seen(carla, "azure-ended")
