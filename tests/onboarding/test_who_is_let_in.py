"""Who of our analysts asked for, waits for, holds and held a package: read from the tenant, never guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding import tasks
from onboarding.grants import holdings
from onboarding.models import Holding, Inquiry, OwnedObject
from onboarding.wizard import inquiries
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from sandbox.graph.approvals import decide
from sandbox.graph.deliveries import change
from sandbox.graph.self_service import request_package
from tenants.models import Membership, Person, Tenant, Tier
from tests.onboarding import already
from tests.onboarding.conftest import writes
from tests.onboarding.wizarding import take_out

AMIR, BEA, CARLA = (seed._id(prefix, number) for prefix, number in (("fab1", 2), ("fab1", 3), ("42", 2)))


@pytest.fixture
def world(portal: Cloud, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Northwind is set up; Amir and Bea are its analysts. Messages arrive at once."""
    monkeypatch.setattr(tasks.read_access, "delay", tasks.read_access)
    already.set_up(portal, file())
    tier = Tier.objects.get_or_create(slug="tier-1", defaults={"name": "Tier 1"})[0]
    for oid, name in ((AMIR, "amir"), (BEA, "bea")):
        address = f"{name.title()}@Fabrikam-Security.example"
        person = Person.objects.create(tid=seed.FABRIKAM, oid=oid, name=name, email=address)
        Membership.objects.create(person=person, customer=Tenant.objects.get().customer, tier=tier)
    return portal


def package() -> str:
    return OwnedObject.objects.get(address="access_package/tier-1").remote_id


def ask(box: Cloud) -> str:
    return str(request_package(box, seed.NORTHWIND, package(), seed.FABRIKAM, AMIR, "Night shift")["id"])


def approve(box: Cloud, request: str) -> dict[str, Any]:
    decide(box, seed.NORTHWIND, request, CARLA, approve=True)
    [held] = box.store.all(seed.NORTHWIND, "assignments")
    return held


def states() -> dict[str, str]:
    tasks.read_access_all()
    return dict(Holding.objects.values_list("membership__person__name", "state"))


def mine() -> Holding:
    return Holding.objects.get(membership__person__name="amir")


def test_from_nothing_over_waiting_to_open_and_over(world: Cloud) -> None:
    assert states() == {"amir": "nothing", "bea": "nothing"}
    request = ask(world)
    assert states() == {"amir": "waiting", "bea": "nothing"}
    held = approve(world, request)
    change(world, seed.NORTHWIND, "assignments", held["id"], state="delivering")
    assert states()["amir"] == "delivering"
    change(world, seed.NORTHWIND, "assignments", held["id"], state="delivered")
    assert states() == {"amir": "open", "bea": "nothing"}
    ends = held["schedule"]["expiration"]["endDateTime"]
    until = mine().until
    assert until and until == dt.datetime.fromisoformat(ends) and until > now()
    change(world, seed.NORTHWIND, "assignments", held["id"], state="expired", expiredDateTime=ends)
    assert states() == {"amir": "expired", "bea": "nothing"}


def test_reading_writes_nothing_to_the_tenant(world: Cloud) -> None:
    ask(world)
    before = writes(world)
    states()
    assert writes(world) == before


def test_a_package_of_somebody_else_says_nothing_about_ours(world: Cloud) -> None:
    held = approve(world, ask(world))
    other = OwnedObject.objects.get(address="access_package/tier-2").remote_id
    change(world, seed.NORTHWIND, "assignments", held["id"], state="delivered", accessPackage={"id": other})
    assert states()["amir"] == "nothing"


def test_what_could_not_be_read_is_unknown_and_never_request(world: Cloud) -> None:
    assert states()["amir"] == "nothing"
    take_out(world, seed.NORTHWIND, seed.READER)
    assert states() == {"amir": "unknown", "bea": "unknown"}
    assert "has not been let into" in mine().why


def test_half_a_reading_is_none(world: Cloud) -> None:
    """Requests can be read, assignments not: who holds nothing of what was read may hold it all the same."""
    assert states()["amir"] == "nothing"
    world.faults.append(Fault("503", "GET", "/assignments$", times=10_000, retry_after=None))
    assert states() == {"amir": "unknown", "bea": "unknown"}


def test_a_state_that_nobody_knows_is_unknown(world: Cloud) -> None:
    held = approve(world, ask(world))
    change(world, seed.NORTHWIND, "assignments", held["id"], state="somethingNew")
    assert states()["amir"] == "unknown" and "does not know" in mine().why


def test_who_signed_in_without_an_address_is_unknown(world: Cloud) -> None:
    Person.objects.filter(name="bea").update(email="")
    assert states()["bea"] == "unknown"


def test_a_guest_is_known_by_the_sign_in_name_inside_their_guests_name(world: Cloud) -> None:
    held = approve(world, ask(world))
    upn = "amir_fabrikam-security.example#EXT#@northwind.onmicrosoft.example"
    target = {**held["target"], "email": "a.rahimi@elsewhere.example", "principalName": upn}
    change(world, seed.NORTHWIND, "assignments", held["id"], state="delivered", target=target)
    assert states() == {"amir": "open", "bea": "nothing"}


def test_asking_to_lose_it_is_not_waiting_for_it(world: Cloud) -> None:
    change(world, seed.NORTHWIND, "assignmentRequests", ask(world), requestType="userRemove")
    assert states()["amir"] == "nothing"


def test_what_is_held_counts_before_what_was_held_once(world: Cloud) -> None:
    held = approve(world, ask(world))
    world.store.put(seed.NORTHWIND, "assignments", {**held, "id": "a-older", "state": "expired"})
    change(world, seed.NORTHWIND, "assignments", held["id"], state="delivered")
    assert states()["amir"] == "open"


def test_a_reading_that_began_earlier_does_not_replace_a_later_one(world: Cloud) -> None:
    tenant = Tenant.objects.get()
    keep_late = holdings.look(tenant)
    ask(world)
    assert states()["amir"] == "waiting"
    keep_late()
    assert mine().state == "waiting"


def test_an_analyst_asks_for_it_and_the_answer_stands_on_the_rows(world: Cloud) -> None:
    ask(world)
    inquiry = inquiries.ask(Tenant.objects.get(), Inquiry.What.ACCESS, {}, "person 1")
    inquiries.look_into(inquiry.pk)
    inquiry.refresh_from_db()
    assert inquiry.is_good and inquiry.answer == {"analysts": 2} and mine().state == "waiting"


def test_asked_for_and_not_let_in_it_says_why_on_the_rows(world: Cloud) -> None:
    assert states()["amir"] == "nothing"
    take_out(world, seed.NORTHWIND, seed.READER)
    inquiry = inquiries.ask(Tenant.objects.get(), Inquiry.What.ACCESS, {}, "person 1")
    inquiries.look_into(inquiry.pk)
    inquiry.refresh_from_db()
    assert not inquiry.is_good and mine().state == "unknown"


def test_only_tenants_with_a_package_and_an_analyst_are_read(world: Cloud) -> None:
    assert holdings.held() == [Tenant.objects.get().pk]
    Membership.objects.all().delete()
    assert holdings.held() == []


def test_with_the_membership_goes_what_was_read(world: Cloud) -> None:
    assert states()
    Membership.objects.all().delete()
    assert not Holding.objects.exists()


@pytest.mark.parametrize("odd", ["2026-02-30T00:00:00Z", "soon", "9999-12-31T23:59:59-05:00"])
def test_an_end_that_cannot_be_read_is_unknown_and_breaks_nothing(odd: str) -> None:
    row = {"state": "delivered", "expiredDateTime": odd, "accessPackage": {"id": "p"}}
    found = holdings._assignment(row | {"target": {"email": "Amir@fabrikam.example"}})
    said = holdings.judged("amir@fabrikam.example", "p", [found])
    assert (said["state"], said["until"]) == (Holding.State.UNKNOWN, None) and "end" in said["why"]


def test_an_end_without_a_zone_is_taken_as_utc() -> None:
    row = {"state": "delivered", "expiredDateTime": "2026-12-01T10:00:00.1234567"}
    until = holdings._assignment(row).until
    assert until is not None and until.utcoffset() == dt.timedelta(0)
