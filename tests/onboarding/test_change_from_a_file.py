"""Changing a customer that a file has set up: it reads as what stands, and begins at no first step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from onboarding.models import Draft, Inquiry
from onboarding.wizard.steps import next_step
from sandbox.cloud import Cloud
from tests.onboarding import already
from tests.onboarding.clicking import HERE, admin, plan, post, text
from tests.onboarding.conftest import manage
from tests.onboarding.wizarding import work


def test_it_says_what_holds_and_the_worker_looks_again(portal: Cloud, file: Callable[..., Path]) -> None:
    already.set_up(portal, file())
    alice = admin("Alice")
    assert alice.get(f"{HERE}change/")["Location"] == HERE
    page = text(alice, HERE)
    assert "Change what Northwind has" in page and "was set up from a file" in page
    assert "<dt>Tiers</dt><dd>Tier 1, Tier 2</dd>" in page and "Onboard Northwind" not in page
    assert post(alice, f"{HERE}begin/") == f"{HERE}change/"
    page = text(alice, f"{HERE}change/")
    assert "What holds now" in page and "Something is under way already" not in page
    work()
    assert set(Inquiry.objects.exclude(answered_at=None).values_list("what", flat=True)) == {
        "reader", "readiness", "people",
    }  # fmt: skip
    assert next_step(Draft.objects.get()) == "plan"
    assert "Something is under way already" not in text(alice, f"{HERE}change/")
    plan(alice)
    assert next_step(Draft.objects.get()) == "hand-over"


def test_where_a_file_was_only_planned_nothing_is_said_to_hold(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    manage("onboard", file())
    alice = admin("Alice")
    page = text(alice, HERE)
    assert "Onboard Northwind" in page and "What holds now" not in page
    assert post(alice, f"{HERE}begin/") == f"{HERE}reader/"
