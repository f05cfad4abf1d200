"""What is to be done by hand: shown once there is a group for it, confirmed by name, never called checked."""

from __future__ import annotations

import pytest

from access.models import Confirmation
from onboarding.models import OwnedObject
from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
PAGE = "/tenants/northwind/"
CONFIRM = f"{PAGE}by-hand/defender-tier-1/confirm/"
TAKE_BACK = f"{PAGE}by-hand/defender-tier-1/take-back/"
AMBER = "Let in, but no Defender role yet"


@pytest.fixture
def cast() -> Cast:
    made = assemble()
    world.offered(made.northwind)
    world.ran(made.northwind, "verified")
    world.read(made.northwind, True)
    return made


@pytest.fixture
def group(cast: Cast) -> OwnedObject:
    return world.owned(cast.northwind, "group/tier-1")


def text(cast: Cast, who: str = "alice") -> str:
    return cast.client(who).get(PAGE).content.decode()


def test_before_there_is_a_group_nothing_is_asked_of_anybody(cast: Cast) -> None:
    assert AMBER not in text(cast) and "To be done by hand" not in text(cast)


def test_it_says_where_what_and_for_which_group(cast: Cast, group: OwnedObject) -> None:
    page = text(cast)
    assert AMBER in page and group.remote_id in page
    assert "Tick everything but basic live response" in page and "/mtp_roles?tid=" in page
    assert "Give Tier 2" not in page


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_somebody_confirms_it_by_name_and_it_is_shown_as_that(
    cast: Cast, group: OwnedObject, who: str
) -> None:
    assert cast.client(who).post(CONFIRM).status_code == 302
    page = text(cast)
    assert AMBER not in page and "Confirmed by name, not checked" in page and who.title() in page
    entry = cast.northwind.customer.ledger.last()
    assert (entry.actor, entry.verb) == (cast.people[who].actor, "confirmed by name")


def test_it_is_never_shown_as_green(cast: Cast, group: OwnedObject) -> None:
    cast.client("alice").post(CONFIRM)
    section = text(cast).partition('id="by-hand"')[2].partition("<h2>")[0]
    assert "status-azure" in section and "status-green" not in section


def test_once_it_is_confirmed_how_it_is_done_is_folded_away(cast: Cast, group: OwnedObject) -> None:
    def folded(path: str) -> bool:
        page = " ".join(cast.client("rita").get(path).content.decode().split())
        steps = page.partition("In Defender open System")[0].rpartition("<ol>")[0]
        return steps.rstrip().endswith("Give Tier 1 its role in Defender</span></summary>")

    pages = (PAGE, f"{PAGE}tasks/")
    assert [folded(page) for page in pages] == [False, False]
    cast.client("rita").post(CONFIRM)
    assert [folded(page) for page in pages] == [True, True]


def test_said_twice_it_is_said_once(cast: Cast, group: OwnedObject) -> None:
    for who in ("alice", "alice", "rita"):
        cast.client(who).post(CONFIRM)
    assert Confirmation.objects.get().by == cast.people["alice"].actor
    assert cast.northwind.customer.ledger.filter(verb="confirmed by name").count() == 1


def test_taken_back_it_is_open_again_and_the_record_keeps_both(cast: Cast, group: OwnedObject) -> None:
    cast.client("alice").post(CONFIRM)
    cast.client("rita").post(TAKE_BACK)
    assert AMBER in text(cast)
    verbs = list(cast.northwind.customer.ledger.values_list("verb", flat=True))
    assert verbs[-2:] == ["confirmed by name", "took a confirmation back"]


def test_a_group_made_anew_opens_it_again(cast: Cast, group: OwnedObject) -> None:
    cast.client("alice").post(CONFIRM)
    OwnedObject.objects.filter(pk=group.pk).update(remote_id="another")
    assert AMBER in text(cast)


@pytest.mark.parametrize("who", ["audrey", "ann", "rolf", "mallory"])
def test_others_cannot_confirm_and_are_shown_no_button(cast: Cast, group: OwnedObject, who: str) -> None:
    assert "I confirm by name" not in text(cast, who)
    assert cast.client(who).post(CONFIRM).status_code == 404
    assert not Confirmation.objects.exists()


def test_an_act_that_is_not_there_cannot_be_confirmed(cast: Cast, group: OwnedObject) -> None:
    assert cast.client("alice").post(f"{PAGE}by-hand/defender-tier-9/confirm/").status_code == 404


@pytest.mark.parametrize("act", [CONFIRM, TAKE_BACK])
def test_one_is_led_back_to_where_one_was_and_told_what_was_done(
    cast: Cast, group: OwnedObject, act: str
) -> None:
    cast.client("rita").post(CONFIRM)
    said = {CONFIRM: "Confirmed by you: Give Tier 1", TAKE_BACK: "Taken back: Give Tier 1"}[act]
    assert 'name="from" value="tasks"' in cast.client("rita").get(f"{PAGE}tasks/").content.decode()
    for where, place in (("tasks", f"{PAGE}tasks/"), ("", PAGE), ("//elsewhere.example", PAGE)):
        answer = cast.client("rita").post(act, {"from": where}, follow=True)
        assert answer.redirect_chain == [(place, 302)]
        assert said in answer.content.decode()
