"""A paper is confirmed as it was looked at: not another one, and not for another plan."""

from __future__ import annotations

import pytest
from django.test import Client

from onboarding.models import Agreement, PaperAgreement, Plan
from sandbox.cloud import Cloud
from tests.onboarding.clicking import PAPER, SAID, admin, as_far_as_a_plan, people, plan, post, scan, seen
from tests.onboarding.wizarding import work


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    as_far_as_a_plan(client)
    return client


def test_what_was_entered_anew_after_somebody_looked_is_not_confirmed_unseen(alice: Client) -> None:
    bea = admin("Bea")
    post(alice, PAPER, {**SAID, **seen(alice, PAPER), **scan()})
    looked = seen(bea, f"{PAPER}confirm/")
    post(alice, PAPER, {**SAID, **seen(alice, PAPER), **scan(), "reference": "a paper Bea never saw"})
    answer = bea.post(f"{PAPER}confirm/", looked)
    assert "Enter it anew" in answer.content.decode() and "was changed" in answer.content.decode()
    assert not Agreement.objects.exists()
    post(bea, f"{PAPER}confirm/", seen(bea, f"{PAPER}confirm/"))
    assert Agreement.objects.get().reference.startswith("a paper Bea never saw")


def test_a_paper_for_one_plan_is_not_entered_for_the_next(alice: Client) -> None:
    """The plan is made anew while the page is open: the paper names the old one."""
    old = seen(alice, PAPER)
    people(admin("Bea"), approvers=["ada@northwind.example"])
    work()
    plan(alice)
    assert Plan.objects.count() == 2
    answer = alice.post(PAPER, {**SAID, **old, **scan()})
    assert "was changed" in answer.content.decode()
    assert not PaperAgreement.objects.exists()


@pytest.mark.parametrize(
    "odd", ["contract \u202e411-6202", "contract\x0b2026", "Bearer 0a1b2c", "eyJhbGciOiJub25lIn0.e30."]
)
def test_what_the_record_would_not_take_is_told_at_its_field(alice: Client, odd: str) -> None:
    """It is printed for ever, also for the customer: nothing that does not show, and no secret pasted in."""
    for field in ("reference", "reason"):
        answer = alice.post(PAPER, SAID | seen(alice, PAPER) | scan() | {field: odd})
        assert "Type it in plain characters, without any secret." in answer.content.decode()
    assert not PaperAgreement.objects.exists()
