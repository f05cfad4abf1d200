"""Left at every step for days, the onboarding is gone on with by somebody else from where it was left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.test import Client
from django.utils.timezone import now

from onboarding.models import Run
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding.clicking import (
    HERE,
    admin,
    carry_out,
    come_back,
    confirm_paper,
    enter_paper,
    new,
    offer,
    people,
    post,
    text,
)
from tests.onboarding.wizarding import let_in, take_out, work

DAYS = timedelta(days=2)
PAGES = ("tenant", "offer", "reader", "readiness", "people", "plan", "agreement", "setup", "progress", "call")
Act = Callable[[Client, Cloud], object]


def accepted(app: str) -> Act:
    """The customer's administrator, by the link that whoever comes next finds on the page."""
    step = {seed.READER: "reader", seed.SETUP: "setup"}[app]
    return lambda client, box: come_back(text(client, f"{HERE}{step}/"), box, app)


def answered(client: Client, box: Cloud) -> None:
    work()


def asking(step: str) -> Act:
    return lambda client, box: post(client, f"{HERE}{step}/")


def removed(client: Client, box: Cloud) -> None:
    """The customer removes the set-up app while the run waits for its worker."""
    take_out(box, seed.NORTHWIND, seed.SETUP)
    advance(Run.objects.get().pk)


def let_in_again(client: Client, box: Cloud) -> None:
    let_in(box, seed.NORTHWIND, seed.SETUP)
    post(client, f"{HERE}progress/resume/")
    carry_out()


STORY: tuple[tuple[Act, str, str], ...] = (
    (lambda client, box: new(client), "offer", "Managed Defender"),
    (
        lambda client, box: offer(client),
        "reader",
        "Our worker is looking whether northwind.example has let the app in",
    ),
    (answered, "reader", "has not been let into"),
    (accepted(seed.READER), "readiness", "Check now"),
    (asking("readiness"), "readiness", "Our worker was told to ask the tenant"),
    (answered, "people", "Save and look them up"),
    (lambda client, box: people(client), "people", 'value="deniz@northwind.example"'),
    (answered, "plan", "Make the plan"),
    (asking("plan"), "plan", "Our worker was told to ask the tenant"),
    (answered, "agreement", "Waiting</span> for carla@northwind.example"),
    (lambda client, box: enter_paper(client), "agreement", "contract 2026-114"),
    (lambda client, box: confirm_paper(client), "setup", "adminconsent?"),
    (asking("setup"), "setup", "adminconsent?"),
    (accepted(seed.SETUP), "progress", "Start setting up northwind.example"),
    (asking("progress/start"), "progress", "0 of 19 changes verified"),
    (removed, "progress", "Waiting for the customer"),
    (let_in_again, "change", "What should be different?"),
)
"""What is done, by which step it is gone on with, and what its page says then."""


def test_left_at_every_step_somebody_else_goes_on_from_there_days_later(portal: Cloud) -> None:
    take_out(portal, seed.NORTHWIND, seed.READER)
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    with time_machine.travel(now()) as clock:
        for number, (act, step, says) in enumerate(STORY):
            act(admin(f"Admin {number}"), portal)
            clock.shift(DAYS)
            other = admin(f"Bea {number}")
            assert other.get(HERE)["Location"] == f"{HERE}{step}/", number
            page = other.get(f"{HERE}{step}/", follow=True).content.decode()
            assert says in " ".join(page.split()), (number, step)
            for each in PAGES:
                text(other, f"{HERE}{each}/")
        page = other.get(f"{HERE}hand-over/", follow=True).content.decode()
        assert "#/access-packages/" in page
        assert "#/access-packages/" in other.get(f"{HERE}hand-over/", follow=True).content.decode()
    assert {step for _, step, _ in STORY} == {*PAGES, "change"} - {"tenant", "call"}
