"""Who of the provider is in the groups that hold something in Azure: named to the customer, read at home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from onboarding import tasks
from onboarding.grants import in_groups
from onboarding.grants.judging import Entry
from onboarding.models import Grant
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import Person
from tests.access.test_evidence import pack
from tests.cast import reviewer
from tests.onboarding.delegating import CONTRIBUTOR, RESPONDER, onboarded

AMIR, BEA = seed._id("fab1", 2), seed._id("fab1", 3)
MEMBERS = r"/groups/[^/]+/members$"


@pytest.fixture
def delegated(portal: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setattr(tasks.read_grants, "delay", tasks.read_grants)
    onboarded(portal, tmp_path)
    Person.objects.create(tid=seed.FABRIKAM, oid=AMIR, name="Amir Rahimi")
    put_into(portal, RESPONDER, AMIR, BEA)
    put_into(portal, CONTRIBUTOR)
    return portal


def put_into(box: Cloud, name: str, *ids: str) -> None:
    [group] = (each for each in box.store.all(seed.FABRIKAM, "groups") if each["displayName"] == name)
    box.store.put(seed.FABRIKAM, "groups", {**group, "members": list(ids)})


def notes() -> dict[str, str]:
    """By group, of its own role."""
    tasks.read_grants_all()
    rows = Grant.objects.filter(gone_seen=None, about__sort="delegation").order_by("pk")
    return {row.about["name"]: row.about["note"] for row in rows}


def test_each_is_named_as_the_portal_knows_them_or_by_the_object_id(delegated: Cloud) -> None:
    """Our app at home may read memberships and no profile."""
    told = notes()
    assert f"In it when it was read: Amir Rahimi, {BEA}." in told[RESPONDER]
    assert "Nobody was in it when it was read." in told[CONTRIBUTOR]
    assert "Switched on for 8 hours at most each time." in told[CONTRIBUTOR]
    assert "No group of the provider's tenant has this id" in told["Gatehouse, reading back"]


def test_a_group_within_it_is_told_and_that_its_people_are_not(delegated: Cloud) -> None:
    [inner] = (
        each["id"]
        for each in delegated.store.all(seed.FABRIKAM, "groups")
        if each["displayName"] == seed.ANALYSTS
    )
    put_into(delegated, RESPONDER, AMIR, inner)
    both = f"Amir Rahimi, everybody in the group {seed.ANALYSTS}."
    assert f"In it when it was read: {both}" in notes()[RESPONDER]


def test_of_a_crowd_some_are_named_and_the_rest_is_counted(delegated: Cloud) -> None:
    crowd = [f"{at:08}-0000-4000-8000-000000000000" for at in range(60)]
    for id in crowd:
        delegated.store.put(seed.FABRIKAM, "users", {"id": id})
    put_into(delegated, RESPONDER, *crowd)
    told = notes()[RESPONDER]
    assert f"{crowd[0]}, " in told and f"{crowd[49]} and 10 more." in told and crowd[50] not in told


@pytest.mark.parametrize("what", ["403", "503", "malformed"])
def test_a_group_that_cannot_be_read_is_never_called_empty(delegated: Cloud, what: Any) -> None:
    delegated.faults.append(Fault(what, "GET", MEMBERS, times=1000, retry_after=None))
    told = notes()
    assert all("Who is in it could not be read" in told[each] for each in (RESPONDER, CONTRIBUTOR))
    assert not any("Nobody was in it" in note for note in told.values())


def test_what_takes_longer_than_there_is_time_for_is_unread_and_holds_nothing_up(delegated: Cloud) -> None:
    [group] = (g for g in delegated.store.all(seed.FABRIKAM, "groups") if g["displayName"] == RESPONDER)
    more = {"address": "", "home": "provider", "read": "", "note": " As agreed."}
    held = Entry(key="k", source="s", sort="delegation", name="x", oid=str(group["id"]), **more)
    delegated.habits.latency = 2
    [told] = in_groups.told([held], within=0.2)
    assert "Who is in it could not be read" in told.note
    assert "took too long" in told.note and told.note.endswith(". As agreed.")


def test_the_customers_reviewer_reads_it_also_where_they_decide_and_in_the_evidence(delegated: Cloud) -> None:
    notes()
    client: Client = reviewer()
    page = client.get("/tenants/northwind/who/").content.decode()
    assert f"In it when it was read: Amir Rahimi, {BEA}." in page
    assert "cannot be read here" not in page
    assert "Amir Rahimi" in client.get("/tenants/northwind/review/").content.decode()
    with pack(client) as kept:
        assert "Amir Rahimi" in kept.read("grants.csv").decode()
