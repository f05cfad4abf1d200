"""The wizard's fields: how many there are, what is said at them, and what is folded until it is wanted."""

from __future__ import annotations

import pytest
from django.test import Client

from sandbox.cloud import Cloud
from tests.onboarding.clicking import (
    HERE,
    PAPER,
    POLL,
    admin,
    as_far_as_a_plan,
    check_readiness,
    new,
    offer,
    people,
    text,
)
from tests.onboarding.wizarding import work


@pytest.fixture
def alice(portal: Cloud) -> Client:
    return admin("Alice")


def test_who_was_not_found_is_marked_at_the_field_while_the_page_stands_open(alice: Client) -> None:
    """Only a part of the page is fetched then: the field that is meant goes with it, by its own id."""
    new(alice)
    offer(alice)
    work()
    check_readiness(alice)
    page = text(alice, f"{HERE}people/")
    assert page.count('name="approvers"') == 4 and "At least one, better two." in page
    assert page.count("At least one.") == 1 and page.count("Nobody need stand here.") == 1
    people(alice, approvers=["carla@northwind.example", "nobody@northwind.example"])
    work()
    part = alice.get(f"{HERE}people/?seen=x", headers=POLL).content.decode()
    row = part.partition('id="approvers-2-row" hx-swap-oob="true"')[2].partition("</div>")[0]
    assert 'aria-invalid="true"' in row and 'id="approvers-2-said"' in row
    assert 'id="approvers-3-row"' not in part, "what is typed elsewhere meanwhile stays"


def test_the_form_for_a_paper_is_folded_until_it_is_wanted(alice: Client) -> None:
    as_far_as_a_plan(alice)
    page = text(alice, f"{HERE}agreement/")
    assert "<details><summary>Enter a paper</summary>" in page and "of at most 5 MB." in page
    again = alice.post(PAPER, {"by": "carla@northwind.example"}).content.decode()
    assert "<details open><summary>Enter a paper</summary>" in again
