"""The plan's page is one form: whichever button is pressed, the typed change number and time are kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from onboarding.models import Draft, Inquiry
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.onboarding.clicking import HERE, admin, as_far_as_a_plan, post, text
from tests.onboarding.wizarding import work

PAGE = f"{HERE}plan/"


@pytest.fixture
def alice(portal: Cloud) -> Client:
    return admin("Alice")


def typed(**changes: str) -> dict[str, str]:
    return {
        "version": str(Draft.objects.get().version),
        "change_number": "CHG-7",
        "not_before": "",
        **changes,
    }


def sends(page: str, button: str, address: str) -> bool:
    """Whether the button sends the form that the schedule's fields are in, also without JavaScript."""
    inside = page.partition('id="when"')[2].partition("</form>")[0]
    pressed = re.search(rf'<button[^>]* id="{button}"[^>]*>', page)
    return (
        all(f'name="{name}"' in inside for name in ("version", "change_number", "not_before", "tenant"))
        and pressed is not None
        and f'form="when" formaction="{address}"' in pressed[0]
    )


def test_a_change_number_is_kept_when_the_plan_is_made_without_saving_first(alice: Client) -> None:
    as_far_as_a_plan(alice)
    assert sends(text(alice, PAGE), "make", PAGE)
    post(alice, PAGE, typed())
    assert Tenant.objects.get().change_number == "CHG-7" and 'value="CHG-7"' in text(alice, PAGE)
    assert Inquiry.objects.filter(what="plan").latest("pk").is_open


def test_also_when_something_is_taken_over(alice: Client, portal: Cloud) -> None:
    as_far_as_a_plan(alice)
    planted = seed._group(portal, "99990000-0000-4000-8000-000000000001", "Fabrikam Security Tier 1 Analyst")
    portal.store.put(seed.NORTHWIND, "groups", planted)
    post(alice, PAGE)
    work()
    page = text(alice, PAGE)
    assert sends(page, "take-over", f"{PAGE}tick/") and 'name="tick" form="when"' in page
    post(alice, f"{PAGE}tick/", typed(tick=f"group/tier-1={planted['id']}"))
    assert Tenant.objects.get().change_number == "CHG-7"
    work()
    assert "Take over the group" in text(alice, PAGE)


def test_what_cannot_be_a_time_is_said_and_no_plan_is_made_of_it(alice: Client) -> None:
    as_far_as_a_plan(alice)
    asked = Inquiry.objects.count()
    for address in (PAGE, f"{PAGE}tick/"):
        page = alice.post(address, typed(not_before="soon")).content.decode()
        assert "such as 2026-12-01 18:00" in page and 'value="CHG-7"' in page
    assert Inquiry.objects.count() == asked and Tenant.objects.get().change_number == ""
