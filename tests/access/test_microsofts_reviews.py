"""What cannot be seen of Microsoft's reviews is said, is one person's by a day, and then red."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine

from access.models import Confirmation
from access.reviewing.microsofts import Round, last_begun, looks
from access.to_do import entra_reviews
from access.who_can import who
from onboarding.models import OwnedObject
from tenants.models import Contact, Person
from tests.access import specs, world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
PAGE = "/tenants/northwind/tasks/"
FIRST = dt.date(2027, 10, 22)
ACT = "/tenants/northwind/by-hand/review-tier-1-analysts-5eed0000-20271022/confirm/"


@pytest.fixture
def cast() -> Cast:
    cast = assemble()
    world.offered(cast.northwind)
    row = world.owned(cast.northwind, "assignment_policy/tier-1/analysts")
    OwnedObject.objects.filter(pk=row.pk).update(
        spec=specs.POLICY, remote_id="5eed0000-0000-4000-8000-000000000001"
    )
    return cast


def text(cast: Cast, day: str, page: str = PAGE, who: str = "rita") -> str:
    with time_machine.travel(f"{day}T12:00:00Z", tick=False):
        content = cast.client(who).get(page).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", content))


def named(cast: Cast, role: Contact.Role, *names: str) -> None:
    for name in names:
        person, _ = Person.objects.get_or_create(
            tid=cast.northwind.tenant_id, oid=f"0d000000-0000-4000-8000-{len(name):012}", name=name
        )
        Contact.objects.create(tenant=cast.northwind, person=person, role=role)


@pytest.mark.parametrize(
    ("today", "begins"),
    [
        (dt.date(2027, 10, 21), None),
        (FIRST, FIRST),
        (dt.date(2028, 10, 21), FIRST),
        (dt.date(2028, 10, 22), dt.date(2028, 10, 22)),
        (dt.date(2030, 1, 1), dt.date(2029, 10, 22)),
    ],
)
def test_the_newest_round_is_the_last_that_has_begun(today: dt.date, begins: dt.date | None) -> None:
    found = last_begun(FIRST, 12, 14, today)
    assert found == (Round(begins, begins + dt.timedelta(days=14)) if begins else None)


def test_before_it_begins_nobody_is_asked_and_then_by_the_day_it_closes(cast: Cast) -> None:
    assert "Answer Microsoft" not in text(cast, "2027-10-21")
    said = text(cast, "2027-11-05")
    assert "Answer Microsoft's review of “Fabrikam Tier 1 Analyst" in said.replace("&#x27;", "'")
    assert "by 5 November 2027 Still to do" in said and "Not confirmed in time" not in said


def test_silence_is_red_and_one_named_persons(cast: Cast) -> None:
    Contact.objects.filter(tenant=cast.northwind).delete()
    named(cast, Contact.Role.REVIEWER, "Carla", "Rosalind")
    named(cast, Contact.Role.APPROVER, "Carla")
    said = text(cast, "2027-11-06", who="alice")
    assert "by 5 November 2027 Not confirmed in time" in said
    assert "Rosalind looks whether that was done" in said
    assert "the access goes on until its own end" in said
    assert "no app of ours has the permission to see whether anybody answered" in said


def test_who_confirms_it_by_name_ends_the_red_and_only_of_that_round(cast: Cast) -> None:
    with time_machine.travel("2027-11-06T12:00:00Z", tick=False):
        assert cast.client("rita").post(ACT, {"from": "tasks"}).status_code == 302
    assert Confirmation.objects.get().by == cast.people["rita"].actor
    said = text(cast, "2027-11-06")
    assert "Confirmed by name, not checked" in said and "Not confirmed in time" not in said
    assert "by 5 November 2028 Not confirmed in time" in text(cast, "2028-11-06")
    with time_machine.travel("2028-11-06T12:00:00Z", tick=False):
        assert cast.client("rita").post(ACT).status_code == 404


def test_nobody_of_the_provider_confirms_that_the_customer_answered(cast: Cast) -> None:
    with time_machine.travel("2027-11-06T12:00:00Z", tick=False):
        for act in (ACT, ACT.replace("confirm", "take-back")):
            assert cast.client("alice").post(act, {"from": "tasks"}).status_code == 404
    assert not Confirmation.objects.exists()
    assert "Only a reviewer of the customer can confirm this" in text(cast, "2027-11-06", who="alice")
    assert "Only a reviewer of the customer" not in text(cast, "2027-11-06")


def test_each_policy_is_confirmed_for_itself_however_long_its_tier_is_called(cast: Cast) -> None:
    """One that stays behind stands beside a new one of the same tier."""
    OwnedObject.objects.all().delete()
    address = f"assignment_policy/{'tier-' * 11}night/analysts"
    for each in (address, f"{address}/left/12345678"):
        OwnedObject.objects.filter(pk=world.owned(cast.northwind, each).pk).update(spec=specs.POLICY)
    with time_machine.travel("2027-11-06T12:00:00Z", tick=False):
        for act in entra_reviews.acts(cast.northwind):
            place = f"/tenants/northwind/by-hand/{act.slug}/confirm/"
            assert cast.client("rita").post(place).status_code == 302
    assert "Not confirmed in time" not in text(cast, "2027-11-06")


def test_what_was_confirmed_stays_so_where_the_policy_is_left_behind(cast: Cast) -> None:
    with time_machine.travel("2027-11-06T12:00:00Z", tick=False):
        [act] = entra_reviews.acts(cast.northwind)
        assert cast.client("rita").post(f"/tenants/northwind/by-hand/{act.slug}/confirm/").status_code == 302
    OwnedObject.objects.update(address="assignment_policy/tier-1/analysts/left/12345678")
    assert "Not confirmed in time" not in text(cast, "2027-11-06")


def test_where_no_reviewer_stands_beside_the_approvers_one_of_them_looks(cast: Cast) -> None:
    Contact.objects.filter(tenant=cast.northwind).delete()
    assert looks(cast.northwind) == ""
    named(cast, Contact.Role.APPROVER, "Carla")
    assert looks(cast.northwind) == ""
    named(cast, Contact.Role.REVIEWER, "Carla")
    assert looks(cast.northwind) == "Carla"


def test_our_own_review_that_nobody_signs_is_red_and_the_same_persons(cast: Cast) -> None:
    assert "Not signed in time" not in text(cast, "2027-10-22")
    said = text(cast, "2027-10-23")
    assert "Review who can do what: overdue Not signed in time" in said
    assert f"Who: {looks(cast.northwind)} sees to it" in said and looks(cast.northwind)
    assert "each access goes on until its own end" in said


def test_the_hand_over_and_who_can_do_what_say_that_it_cannot_be_seen(cast: Cast) -> None:
    said = text(cast, "2027-01-01", "/tenants/northwind/hand-over/")
    assert "22 October 2027 until 5 November 2027" in said
    assert "Whether anybody answered a review cannot be seen here." in said
    assert f"By the day it closes {looks(cast.northwind)} looks whether the approvers answered" in said
    assert any("whether anybody answered them" in words for words in who.NEVER_READ)
    assert "whether anybody answered them" in text(cast, "2027-01-01", "/tenants/northwind/who/")
