"""After an end the wizard speaks of setting up anew: nothing holds any more, and no run before is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from sandbox.cloud import Cloud
from tests.onboarding import already
from tests.onboarding.clicking import HERE, admin, on_paper, plan, post, text
from tests.onboarding.conftest import manage
from tests.onboarding.wizarding import work

CHANGE = f"{HERE}change/"


@pytest.fixture
def alice(portal: Cloud, file: Callable[..., Path]) -> Client:
    """Northwind was set up from a file, and has ended."""
    already.set_up(portal, file())
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    return admin("Alice")


def says_it_has_ended(page: str) -> None:
    assert "Set Northwind up anew" in page and "Access to northwind.example was ended on" in page
    assert "with the last answers filled in" in page and "<h2>The last answers</h2>" in page
    for wrong in ("What holds now", "That stands", "Change what", "under way already"):
        assert wrong not in page, wrong


def test_nothing_is_said_to_stand_or_hold(alice: Client) -> None:
    says_it_has_ended(text(alice, HERE))
    assert post(alice, f"{HERE}begin/") == CHANGE
    says_it_has_ended(text(alice, CHANGE))
    work()
    page = text(alice, CHANGE)
    says_it_has_ended(page)
    assert "The next step is “Plan”" in page


def test_the_run_from_before_the_end_is_not_shown_as_what_was_before(alice: Client) -> None:
    post(alice, f"{HERE}begin/")
    work()
    plan(alice)
    on_paper(alice, admin("Bea"))
    work()
    page = text(alice, f"{HERE}progress/")
    assert "Start setting up northwind.example" in page
    assert "The run before this plan" not in page and "was read back" not in page
    assert "Change what" not in text(alice, CHANGE)
