"""The page that ends everything, with all it can say, by keyboard and in both themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from onboarding.models import Inquiry
from tests.access import world
from tests.browser import look
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("who", "missing"), [("alice", ""), ("alice", "no_admin_consent"), ("rita", "")])
def test_what_would_go_is_good_to_read_and_needs_a_typed_domain(
    who: str, missing: str, signed_in: Callable[[str], Page], live_server: Any, cast: Cast
) -> None:
    world.owned(cast.northwind, "group/tier-1")
    plan = world.planned(cast.northwind, purpose="offboard", hours_ago=0.1)
    answer = {"plan": plan.digest, "people": 3, "setup_missing": missing, "unknown": {}}
    answer["changes"] = [{"words": 'Delete the group "Fabrikam Tier 1 Analyst".'}]
    Inquiry.objects.create(
        tenant=cast.northwind, what="end", asked_by="person 1", answered_at=now(), answer=answer
    )
    page = signed_in(who)
    page.goto(f"{live_server.url}/tenants/northwind/end/")
    assert look.everything(page, f"end-{who}-{missing or 'ready'}") == []
    button = page.get_by_role("button", name="End and clean up northwind.example")
    if missing:
        expect(button).to_have_count(0)
        return
    button.press("Enter")
    assert page.get_by_label("Type northwind.example").evaluate("e => e.validity.valueMissing")
