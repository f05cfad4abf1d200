"""A pack is for a period: what was asked in it is there, also when Microsoft tells of it no longer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from onboarding import tasks
from onboarding.grants import requested
from onboarding.models import Inquiry, OwnedObject
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.access.test_evidence import ask_and_deny, cast, pack
from tests.cast import Cast
from tests.onboarding import already
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, file, pki, portal

__all__ = ["box", "cast", "file", "pki", "portal"]
REQUESTS = "assignmentRequests"
STILL_THERE = {"id": "11111111-0000-4000-8000-000000000001", "state": "delivered"}


def rows(client: Client, **days: str) -> list[dict[str, str]]:
    with pack(client, **days) as kept:
        return list(csv.DictReader(io.StringIO(kept.read("requests.csv").decode())))


@pytest.fixture
def asked(portal: Cloud, file: Callable[..., Path], monkeypatch: Any) -> Cloud:
    """Two asked, one was denied, and the worker has read it."""
    already.set_up(portal, file())
    monkeypatch.setattr(tasks.look_into, "delay", tasks.look_into)
    ask_and_deny(portal)
    return portal


def test_a_year_and_some_weeks_after_microsoft_forgot_it_the_portal_does(asked: Cloud) -> None:
    """Also where the customer has ended, so that nobody looks there any more. What is still shown stays."""
    alice = admin("Alice")
    assert len(rows(alice)) == 2
    denied = next(each for each in asked.store.all(seed.NORTHWIND, REQUESTS) if each["state"] == "denied")
    asked.store.remove(seed.NORTHWIND, REQUESTS, denied["id"])
    left = []
    for days in (399, 401):
        with time_machine.travel(now() + timedelta(days=days)):
            OwnedObject.objects.all().delete()
            requested.keep(Tenant.objects.get(), now(), [STILL_THERE])
            tasks.read_requests_all()
            left.append(sorted(Tenant.objects.get().package_requests.values_list("request", flat=True)))
    assert denied["id"] in left[0] and left[1] == [STILL_THERE["id"]]


def test_what_was_read_once_stays_in_it_when_microsoft_forgets_it(asked: Cloud) -> None:
    """For how long it keeps a request nobody knows."""
    alice = admin("Alice")
    before = rows(alice)
    assert sorted(each["State"] for each in before) == ["denied", "pendingApproval"]
    for each in asked.store.all(seed.NORTHWIND, REQUESTS):
        asked.store.remove(seed.NORTHWIND, REQUESTS, each["id"])
        if each["state"] == "pendingApproval":
            asked.store.put(seed.NORTHWIND, REQUESTS, {**each, "state": "canceled"})
    with time_machine.travel(now() + timedelta(hours=1)):
        tasks.read_requests_all()
    after = {each["State"]: each for each in rows(alice)}
    assert after.keys() == {"denied", "canceled"}
    assert (
        after["denied"]["Last seen (UTC)"]
        == before[0]["Last seen (UTC)"]
        < after["canceled"]["Last seen (UTC)"]
    )


def test_each_night_they_are_read_where_a_package_of_ours_is(asked: Cloud) -> None:
    tasks.read_requests_all()
    [_, by_night] = Inquiry.objects.filter(what=Inquiry.What.REQUESTS)
    assert (by_night.asked_by, by_night.is_good, by_night.answer["requests"]) == ("worker", True, 2)
    Tenant.objects.get().owned.filter(kind="access_package").delete()
    tasks.read_requests_all()
    assert Inquiry.objects.filter(what=Inquiry.What.REQUESTS).count() == 2


def read_once(whose: Tenant, began: Any, **more: Any) -> None:
    told = {"id": "r1", "requestType": "userAdd", "state": "denied", "accessPackage": {"id": "p1"}, **more}
    answer = requested.keep(whose, began, [told])
    asked = {"what": Inquiry.What.REQUESTS, "asked_by": "worker", "answered_at": now()}
    Inquiry.objects.create(tenant=whose, **asked, answer=answer)


def test_one_that_was_decided_in_the_period_is_in_it_whenever_it_was_asked(cast: Cast) -> None:
    times = {"createdDateTime": "2026-01-31T10:00:00Z", "completedDateTime": "2026-02-03T10:00:00Z"}
    read_once(cast.northwind, now(), **times)
    rita = cast.client("rita")
    assert len(rows(rita, first="2026-02-01", last="2026-02-28")) == 1
    assert len(rows(rita, first="2026-01-01", last="2026-01-31")) == 1
    assert rows(rita, first="2026-02-04", last="2026-02-28") == []
    assert rows(cast.client("audrey"), first="2026-02-01", last="2026-02-28")


def test_a_look_that_began_earlier_and_comes_late_changes_nothing(cast: Cast) -> None:
    times = {"createdDateTime": now().isoformat()}
    read_once(cast.northwind, now(), **times)
    read_once(cast.northwind, now() - timedelta(minutes=5), **times, state="pendingApproval")
    assert [each["State"] for each in rows(cast.client("rita"))] == ["denied"]


def test_one_tenants_requests_are_not_in_anothers_pack(cast: Cast) -> None:
    times = {"createdDateTime": now().isoformat()}
    read_once(cast.contoso, now(), **times, state="delivered")
    read_once(cast.northwind, now() - timedelta(minutes=1), **times)
    assert [each["State"] for each in rows(cast.client("rita"))] == ["denied"]
