"""Offers are never changed: an edit is a new version, and who has the old one keeps it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding import offers
from onboarding.models import Offer, Onboarding
from tenants.models import SignIn
from tests.access import world
from tests.cast import Cast, assemble
from tests.onboarding.editing import SHIPPED as NOW
from tests.onboarding.editing import form

pytestmark = pytest.mark.django_db
PAGE = "/offers/managed-defender/"
NEXT = NOW + 1
SHIPPED = sorted(file.stem for file in offers.HERE.glob("*.toml"))


@pytest.fixture
def cast() -> Cast:
    return assemble()


def text(cast: Cast, path: str = PAGE, who: str = "alice") -> str:
    answer = cast.client(who).get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_edit_is_a_new_version_and_customers_keep_theirs(cast: Cast) -> None:
    world.offered(cast.northwind)
    before = Offer.objects.values().get()
    answer = cast.client("alice").post(f"{PAGE}edit/", form(expires_after_days=90))
    assert answer.status_code == 302
    assert Offer.objects.filter(version=NOW).values().get() == before
    newer = Offer.objects.get(version=NEXT)
    assert (newer.document["policy"]["expires_after_days"], newer.document["version"]) == (90, NEXT)
    assert newer.made_by == cast.people["alice"].actor
    assert Onboarding.objects.get().offer.version == NOW
    assert offers.current("managed-defender") == newer


def test_what_nobody_edited_goes_into_the_new_version_as_it_was(cast: Cast) -> None:
    cast.client("alice").post(f"{PAGE}edit/", form(**{"tier-1-can": "Look at incidents."}))
    first, second = (Offer.objects.get(version=number).document for number in (NOW, NEXT))
    assert second["tiers"][0] == {**first["tiers"][0], "can": "Look at incidents."}
    same = ("slug", "names", "planes", "policy", "approval", "name", "descriptions")
    assert {key: second[key] for key in same} == {key: first[key] for key in same}


def test_a_tier_that_was_renamed_is_called_so_everywhere(cast: Cast) -> None:
    world.offered(cast.northwind)
    world.owned(cast.northwind, "access_package/tier-1")
    pages = {"/people/": "alice", "/my-customers/": "ann"}
    assert all("Tier 1" in text(cast, page, who) for page, who in pages.items())
    for sold in offers.documents():
        changed = form(sold, offers.documents()[sold]["version"], **{"tier-1-label": "Watch"})
        answer = cast.client("alice").post(f"/offers/{sold}/edit/", changed)
        assert answer.status_code == 302
    for page, who in pages.items():
        assert "Watch" in text(cast, page, who) and "Tier 1<" not in text(cast, page, who)


def test_what_two_offers_call_differently_has_both_names(cast: Cast) -> None:
    cast.client("alice").post(f"{PAGE}edit/", form(**{"tier-1-label": "Watch"}))
    assert "Northwind, Watch / Tier 1" in text(cast, "/people/")


def test_the_page_shows_what_is_different_and_who_has_which(cast: Cast) -> None:
    world.offered(cast.northwind)
    cast.client("alice").post(f"{PAGE}edit/", form(expires_after_days=90, approval="both"))
    shown = text(cast)
    table = shown.partition("What is different")[2].partition("</table>")[0]
    assert "Each access ends after so many days" in table and ">365<" in table and ">90<" in table
    assert "Either of them alone" in table and "Reviewed every so many months" not in table
    assert "Made by Alice" in shown and "1 tenant has it" in shown and "0 tenants have it" in shown


def test_of_two_who_edit_the_same_version_the_second_is_told(cast: Cast) -> None:
    client = cast.client("alice")
    client.post(f"{PAGE}edit/", form(expires_after_days=90))
    answer = client.post(f"{PAGE}edit/", form(expires_after_days=30))
    assert answer.status_code == 400
    assert "Somebody else made another version of Managed Defender" in answer.content.decode()
    assert Offer.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"expires_after_days": 0},
        {"expires_after_days": "soon"},
        {"approval": "nobody"},
        {"on_review_silence": "shout"},
        {"name": ""},
        {"tier-1-label": "a\u202eb"},
    ],
)
def test_nothing_new_and_nothing_unusable_makes_a_version(cast: Cast, wrong: dict[str, Any]) -> None:
    answer = cast.client("alice").post(f"{PAGE}edit/", form(**wrong))
    assert answer.status_code == 400
    assert not Offer.objects.filter(version=NEXT).exists()


def test_it_needs_an_admin_with_a_fresh_sign_in(cast: Cast) -> None:
    assert f"Make version {NEXT}" not in text(cast, who="audrey")
    assert cast.client("audrey").post(f"{PAGE}edit/", form(expires_after_days=90)).status_code == 404
    alice = cast.client("alice")
    SignIn.objects.update(auth_time=now() - timedelta(minutes=11))
    assert alice.post(f"{PAGE}edit/", form(expires_after_days=90)).status_code == 403
    assert not Offer.objects.filter(version=NEXT).exists()


def test_looking_puts_nothing_into_the_database(cast: Cast) -> None:
    assert "Managed Defender" in text(cast, "/offers/") and "was not used yet" in text(cast)
    assert not Offer.objects.exists()
    assert cast.client("alice").get("/offers/no-such-offer/").status_code == 404


@pytest.mark.parametrize("sold", SHIPPED)
def test_each_tier_of_a_shipped_offer_says_by_itself_what_it_can_and_cannot(sold: str) -> None:
    for tier in offers.current(sold).document["tiers"]:
        can, _, cannot = tier["can"].partition("Cannot ")
        assert "isolate a device" in can and "mail" in can and "let anybody in" in cannot, tier
        assert "live response" in (cannot if tier["slug"] == "tier-1" else can), tier
        assert "Tier" not in tier["can"]


@pytest.mark.parametrize("part", ["names", "policy", "tiers"])
def test_what_the_shipped_offers_share_is_the_same_in_each(part: str) -> None:
    """Three files say it: a rule that comes into one of them comes into all."""
    assert len(SHIPPED) > 2
    first, *others = (offers.documents()[sold][part] for sold in SHIPPED)
    assert all(each == first for each in others)


@pytest.mark.parametrize("sold", SHIPPED)
def test_a_shipped_offer_can_be_edited_as_it_comes(cast: Cast, sold: str) -> None:
    seen = offers.documents()[sold]["version"]
    changed = form(sold, seen, expires_after_days=90)
    assert cast.client("alice").post(f"/offers/{sold}/edit/", changed).status_code == 302
    made = offers.documents()[sold]
    assert (made["version"], made["policy"]["expires_after_days"]) == (seen + 1, 90)
    same = offers.versions(sold)[seen].keys() - {"version", "policy"}
    assert all(made[key] == offers.versions(sold)[seen][key] for key in same)


def test_better_words_are_a_new_version_and_the_used_one_stays() -> None:
    shipped = offers.current("managed-defender").document
    old = {**shipped, "version": 1, "tiers": [{**tier, "can": "All actions."} for tier in shipped["tiers"]]}
    Offer.objects.all().delete()
    kept = Offer.objects.create(slug="managed-defender", version=1, name=old["name"], document=old)
    assert offers.current("managed-defender").version == NOW
    kept.refresh_from_db()
    assert kept.document == old
