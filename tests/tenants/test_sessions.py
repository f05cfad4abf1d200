"""How long somebody stays signed in, and how it ends."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from tenants import sessions
from tenants.models import Person, SignIn

pytestmark = pytest.mark.django_db
START = "2026-11-21T09:00:00+00:00"


@pytest.fixture
def person() -> Person:
    return Person.objects.create(tid=uuid.uuid4(), oid=uuid.uuid4())


@pytest.mark.parametrize(("minutes", "there"), [(59, True), (61, False)])
def test_an_hour_of_idling_ends_it(person: Person, minutes: int, there: bool) -> None:
    with time_machine.travel(START, tick=False) as clock:
        key = sessions.begin(person, (), now())
        clock.shift(timedelta(minutes=minutes))
        assert (sessions.find(key) is not None) is there


def test_eight_hours_end_it_whatever_was_done(person: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        key = sessions.begin(person, (), now())
        for _ in range(16):
            clock.shift(timedelta(minutes=29))
            found = sessions.find(key)
            assert found
            sessions.touch(found)
        clock.shift(timedelta(minutes=29))
        assert sessions.find(key) is None


def test_a_visit_is_written_down_once_a_minute(person: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        sign_in = SignIn.objects.get(key_hash=sessions.hashed(sessions.begin(person, (), now())))
        for seconds, moved in ((30, 0), (40, 70)):
            clock.shift(seconds)
            sessions.touch(sign_in)
            seen = SignIn.objects.get(pk=sign_in.pk).seen_at
            assert (seen - sign_in.seen_at).total_seconds() == moved


def test_the_row_does_not_hold_the_key(person: Person) -> None:
    key = sessions.begin(person, ("Portal.Admin",), now())
    row = SignIn.objects.values().get()
    assert key not in str(row) and len(key) > 40
    assert sessions.find(row["key_hash"]) is None


@pytest.mark.parametrize("key", ["", "guessed", "x" * 5000])
def test_a_key_nobody_was_given_opens_nothing(person: Person, key: str) -> None:
    sessions.begin(person, (), now())
    assert sessions.find(key) is None


def test_signing_out_ends_this_browser_only_and_everywhere_all(person: Person) -> None:
    other = Person.objects.create(tid=uuid.uuid4(), oid=uuid.uuid4())
    first, second, third, theirs = (sessions.begin(who, (), now()) for who in (person, person, person, other))
    sessions.end(first)
    assert [sessions.find(key) is not None for key in (first, second, third, theirs)] == [0, 1, 1, 1]
    assert sessions.end_everywhere(person) == 2
    assert [sessions.find(key) is not None for key in (first, second, third, theirs)] == [0, 0, 0, 1]


def test_ended_ones_are_cleared_away_by_the_next(person: Person) -> None:
    with time_machine.travel(START, tick=False) as clock:
        sessions.begin(person, (), now())
        clock.shift(timedelta(hours=9))
        sessions.begin(person, (), now())
        assert SignIn.objects.count() == 1


@pytest.mark.parametrize(
    ("roles", "minutes", "acting", "there"),
    [
        (("Portal.Admin",), 59, False, True),
        (("Portal.Admin",), 61, False, False),
        (("Portal.Admin",), 74, True, True),
        (("Portal.Admin",), 76, True, False),
        ((), 61, False, True),
    ],
)
def test_roles_from_a_token_count_for_an_hour_and_for_what_was_being_typed(
    person: Person, roles: tuple[str, ...], minutes: int, acting: bool, there: bool
) -> None:
    """Then Microsoft is asked again, where the role may have been taken away meanwhile; see test_renewing."""
    with time_machine.travel(START, tick=False) as clock:
        key = sessions.begin(person, roles, now())
        clock.shift(timedelta(minutes=30))
        found = sessions.find(key)
        assert found
        sessions.touch(found)
        clock.shift(timedelta(minutes=minutes - 30))
        assert (sessions.find(key, acting=acting) is not None) is there


def test_renewed_it_has_the_roles_of_today_and_another_key_and_ends_when_it_would_have(
    person: Person,
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        key = sessions.begin(person, ("Portal.Admin",), now())
        [row] = SignIn.objects.all()
        for _ in range(7):
            clock.shift(timedelta(minutes=50))
            assert sessions.find(key) and sessions.to_renew(key) is None
            sessions.touch(SignIn.objects.get())
            clock.shift(timedelta(minutes=15))
            found = sessions.to_renew(key)
            assert found and sessions.find(key) is None
            old, key = key, sessions.renew(found, ("Portal.Auditor",), now())
            assert sessions.find(old) is None and sessions.to_renew(old) is None
            renewed = sessions.find(key)
            assert renewed and renewed.roles == ["Portal.Auditor"]
            assert (renewed.pk, renewed.started_at) == (row.pk, row.started_at)
            sessions.touch(renewed)
        clock.shift(timedelta(minutes=26))
        assert sessions.find(key) is None and sessions.to_renew(key) is None


def test_an_hour_of_idling_leaves_nothing_to_renew_and_what_ended_meanwhile_stays_ended(
    person: Person,
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        key = sessions.begin(person, ("Portal.Admin",), now())
        clock.shift(timedelta(minutes=30))
        sessions.touch(SignIn.objects.get())
        clock.shift(timedelta(minutes=35))
        found = sessions.to_renew(key)
        assert found
        clock.shift(timedelta(minutes=26))
        assert sessions.to_renew(key) is None and sessions.renew(found, (), now()) == ""
        sessions.end_everywhere(person)
        assert sessions.renew(found, ("Portal.Admin",), now()) == "" and not SignIn.objects.exists()
