"""Once a plan is agreed to, whoever must let an app in has a link; nobody is waited for who need not act."""

from __future__ import annotations

import pytest
from django.test import Client

import access.who_is_next
from access.standing import with_standing
from onboarding import app_stands
from onboarding.models import ConsentRequest, Inquiry
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.onboarding.clicking import HERE, admin, as_far_as_a_plan, on_paper, post, text
from tests.onboarding.wizarding import let_in, take_out, work

STEP = f"{HERE}setup/"
LIST, PAGE = "/customers/", "/tenants/northwind/"
WAITS = "Waiting for an administrator of the customer to let the set-up app in"


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    as_far_as_a_plan(client)
    return client


def test_an_app_that_is_not_there_has_its_link_as_soon_as_the_plan_is_agreed_to(
    alice: Client, portal: Cloud
) -> None:
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    on_paper(alice, admin("Bea"))
    asked = ConsentRequest.objects.get(app="setup")
    said = text(alice, STEP)
    assert '<pre class="link">' in said and "Make a link" not in said
    work()
    assert WAITS in text(alice, STEP) and ConsentRequest.objects.get(app="setup") == asked


def test_an_app_that_stands_is_seen_by_itself_and_no_link_to_it_is_made(alice: Client) -> None:
    """As after a pause: it stays let in from the set-up before, and the nights have seen it."""
    app_stands.look(Tenant.objects.get())
    on_paper(alice, admin("Bea"))
    assert WAITS not in text(alice, STEP) and alice.get(HERE)["Location"] == STEP
    work()
    assert "is let in" in text(alice, STEP) and alice.get(HERE)["Location"] == f"{HERE}progress/"
    assert not ConsentRequest.objects.filter(app="setup").exists()


def test_without_a_link_it_is_ours_to_make_one(alice: Client, portal: Cloud) -> None:
    """As where the plan was agreed to on the command line, or the link is too old."""
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    on_paper(alice, admin("Bea"))
    work()
    ConsentRequest.objects.all().delete()
    Inquiry.objects.filter(what="setup").delete()
    assert WAITS not in text(alice, STEP)
    assert "Waiting for us to make a link for the customer" in text(alice, STEP)


def test_the_list_and_the_tenants_page_wait_for_whom_the_wizard_waits_for(
    alice: Client, portal: Cloud
) -> None:
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    on_paper(alice, admin("Bea"))
    assert WAITS not in text(alice, STEP) and who_is_next() == "Nobody: the worker is at it."
    work()
    assert WAITS in text(alice, STEP)
    said = "An administrator of the customer: let the set-up app in."
    assert said == who_is_next() and said in text(alice, LIST) and said in text(alice, PAGE)
    ConsentRequest.objects.all().delete()
    assert who_is_next() == "An administrator of the provider: make a link for the customer."
    let_in(portal, seed.NORTHWIND, seed.SETUP)
    post(alice, STEP)
    work()
    assert alice.get(HERE)["Location"] == f"{HERE}progress/"
    assert who_is_next() == "An administrator of the provider: start the run."


def who_is_next() -> str:
    return access.who_is_next.of_one(with_standing(Tenant.objects.all()).get()).who
