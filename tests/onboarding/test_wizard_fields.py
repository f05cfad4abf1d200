"""The wizard's fields: how many there are, what is said at them, and what is folded until it is wanted."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from onboarding.models import Draft
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
    assert page.count('name="approvers"') == 4 and "better name two" in page
    assert page.count("They may agree to the plan") == 1 and page.count("Optional. People to call.") == 1
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


TICKED = '<input class="form-check-input" type="checkbox" name="same" value="1" checked>'
BOTH = ["carla@northwind.example", "deniz@northwind.example"]


def as_far_as_people(alice: Client) -> None:
    new(alice)
    offer(alice)
    work()
    check_readiness(alice)


def in_sight(page: str, name: str) -> int:
    """Boxes of that name outside every fold."""
    return re.sub(r"<details[^>]*>.*?</details>", "", page, flags=re.DOTALL).count(f'name="{name}"')


def test_two_boxes_are_in_sight_and_all_that_were_typed(alice: Client) -> None:
    as_far_as_people(alice)
    page = text(alice, f"{HERE}people/")
    assert [in_sight(page, name) for name in ("approvers", "reviewers", "contacts")] == [2, 2, 0]
    assert page.count('name="reviewers"') == page.count('name="contacts"') == 4
    three = [*BOTH, "nobody at all"]
    again = alice.post(f"{HERE}people/", {"version": Draft.objects.get().version, "approvers": three})
    page = again.content.decode()
    assert in_sight(page, "approvers") == 3 and page.count('name="approvers"') == 5
    assert all(f'value="{each}"' in page for each in three)


def test_who_approves_reviews_too_where_that_is_ticked_and_it_is_while_nobody_is_named(alice: Client) -> None:
    as_far_as_people(alice)
    assert TICKED in text(alice, f"{HERE}people/")
    people(alice, approvers=BOTH, reviewers=["Carla@northwind.example"], same="1")
    draft = Draft.objects.get()
    assert draft.approvers == BOTH and sorted(draft.reviewers) == BOTH
    assert TICKED not in text(alice, f"{HERE}people/"), "who was named is said by name"
    people(alice, approvers=BOTH, reviewers=BOTH[:1])
    assert Draft.objects.get().reviewers == BOTH[:1]


@pytest.mark.parametrize("same", [{}, {"same": "1"}], ids=["not ticked", "ticked"])
def test_a_mistake_keeps_the_tick_and_what_was_typed(alice: Client, same: dict[str, str]) -> None:
    as_far_as_people(alice)
    said = {"version": Draft.objects.get().version, "approvers": "nobody", "reviewers": BOTH[1], **same}
    page = alice.post(f"{HERE}people/", said).content.decode()
    assert (TICKED in page) is bool(same) and 'value="nobody"' in page and f'value="{BOTH[1]}"' in page
    assert page.count(f'value="{BOTH[1]}"') == 1 and not Draft.objects.get().approvers


def test_the_first_field_has_the_focus_where_nothing_is_said_before_it(alice: Client) -> None:
    assert "required autofocus" in text(alice, "/tenants/new/")
    said = alice.post("/tenants/new/", {"customer": "Contoso", "place": "no domain"}).content.decode()
    assert "is neither a domain" in said and "autofocus" not in said
