"""The wizard's forms, posted when it is not their turn: told plainly, and nothing begins."""

from __future__ import annotations

import pytest
from django.test import Client

from onboarding.models import Draft, Inquiry, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding.clicking import (
    HERE,
    PEOPLE,
    admin,
    as_far_as_a_plan,
    check_readiness,
    new,
    on_paper,
    post,
    text,
)
from tests.onboarding.wizarding import take_out, work


@pytest.fixture
def alice(portal: Cloud) -> Client:
    return admin("Alice")


@pytest.mark.parametrize("step", ["readiness/", "people/", "plan/tick/"])
def test_before_an_offer_is_chosen_a_later_form_leads_back_to_it(alice: Client, step: str) -> None:
    new(alice)
    sent = {**PEOPLE, "version": Draft.objects.get().version, "tick": "group/tier-1=x"}
    assert post(alice, HERE + step, sent) == f"{HERE}offer/"
    assert not Inquiry.objects.exists()


def test_a_run_does_not_start_in_a_tenant_that_is_no_longer_ready(alice: Client, portal: Cloud) -> None:
    """Agreed to and let in; then a check fails: the page leads back, and so does the form behind it."""
    as_far_as_a_plan(alice)
    on_paper(alice, admin("Bea"))
    post(alice, f"{HERE}setup/")
    work()
    assert "Start setting up" in text(alice, f"{HERE}progress/")
    take_out(portal, seed.NORTHWIND, seed.READER)
    check_readiness(alice)
    assert "Start setting up" not in text(alice, f"{HERE}progress/")
    assert "cannot be done yet" in alice.post(f"{HERE}progress/start/").content.decode()
    assert not Run.objects.exists()
