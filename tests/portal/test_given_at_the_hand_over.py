"""Giving a customer to an analyst where the wizard ends: on its hand-over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now

from tenants.models import SignIn
from tests.access import world
from tests.cast import Cast
from tests.portal.test_people_page import cast, form, way_back

__all__ = ["cast"]
pytestmark = pytest.mark.django_db


def given_on(page: str, cast: Cast) -> dict[str, str]:
    """What the hand-over's form sends with the first level, and Bob chosen."""
    hidden = re.findall(r'<input type="hidden" name="(hand_over|customer)" value="([^"]*)"', page)
    level = re.search(r'<select name="tier".*?<option value="([^"]+)"', page, re.DOTALL)
    assert level
    return {**dict(hidden), "tier": level[1], "person": str(cast.people["bob"].pk)}


def test_on_a_hand_over_an_analyst_is_assigned_to_its_customer_and_the_page_says_so(cast: Cast) -> None:
    alice, here = cast.client("alice"), "/tenants/contoso/hand-over/"
    sends = given_on(alice.get(here).content.decode(), cast)
    assert (sends["customer"], sends["tier"]) == (str(cast.contoso.customer.pk), "tier-1")
    answer = alice.post("/people/give/", sends, follow=True)
    assert answer.redirect_chain[-1][0] == here
    assert "Bob, Tier 1 for Contoso: it counts from now on" in answer.content.decode()
    assert "Bob (Tier 1)" in answer.content.decode()


@pytest.mark.parametrize("elsewhere", ["northwind", "nobody", "%00", "\0", "//evil.example"])
def test_from_no_other_tenants_page_does_it_lead_there(cast: Cast, elsewhere: str) -> None:
    answer = cast.client("alice").post("/people/give/", form(cast) | {"hand_over": elsewhere})
    assert answer.headers["Location"] == "/people/"


@pytest.mark.parametrize("who", ["audrey", "ann", "rolf", "rita"])
def test_who_may_assign_nobody_is_not_told_who_is_assigned(cast: Cast, who: str) -> None:
    alice, here = cast.client("alice"), "/tenants/contoso/hand-over/"
    alice.post("/people/give/", form(cast))
    assert "Bob (Tier 2)" in alice.get(here).content.decode()
    page = cast.client(who).get(here)
    assert page.status_code in (200, 404) and "Bob" not in page.content.decode()


def test_where_nothing_is_set_up_a_hand_over_offers_nobody(cast: Cast) -> None:
    page = cast.client("alice").get("/tenants/northwind/hand-over/").content.decode()
    assert "/people/give/" not in page


def test_a_mistake_on_a_hand_over_is_said_there_and_after_a_fresh_sign_in_one_is_back(cast: Cast) -> None:
    alice, here = cast.client("alice"), "/tenants/contoso/hand-over/"
    sends = form(cast, person="", hand_over="contoso")
    answer = alice.post("/people/give/", sends, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0].startswith(f"{here}?") and "Choose an analyst.</p>" in page
    assert '<option value="tier-2" selected>' in page
    SignIn.objects.update(auth_time=now() - timedelta(minutes=11))
    referer = {"Referer": f"http://testserver{answer.redirect_chain[-1][0]}"}
    page = alice.post("/people/give/", form(cast), headers=referer).content.decode()
    back = way_back(page)
    assert alice.get(back).status_code == 200 and back.startswith(here)


def test_what_was_chosen_on_a_hand_over_with_analysts_is_in_sight(cast: Cast) -> None:
    alice = cast.client("alice")
    alice.post("/people/give/", form(cast))
    here = "/tenants/contoso/hand-over/"
    assert "<details><summary>Assign another analyst" in alice.get(here).content.decode()
    page = alice.get(f"{here}?person={cast.people['bob'].pk}&tier=tier-1").content.decode()
    assert "<details open><summary>Assign another analyst" in page


@pytest.mark.parametrize(("story", "is_next"), [("in-order", True), ("paused", False), ("stopped", False)])
def test_to_assign_is_next_only_where_the_hand_over_is_final(cast: Cast, story: str, is_next: bool) -> None:
    world.owned(cast.contoso, "access_package/tier-1")
    world.STORIES[story](cast.contoso)
    page = cast.client("alice").get("/tenants/contoso/hand-over/").content.decode()
    assert ('id="next"' in page) is is_next and "/people/give/" in page
