"""The fault matrix for an entry that is not ours alone: taken over by its fields, given back, left to others.

Each is a PATCH in the customer's tenant; beside it the provider's own half comes or goes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding.models import Onboarding, Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.faults.bad_days import DAYS, ending
from tests.faults.conftest import Case, undone
from tests.faults.progress import ALL
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import final_state
from tests.faults.test_azure_matrix import READS
from tests.faults.test_trust_matrix import Both, Played, draft, kept, played, put_back, survives
from tests.onboarding.trusting import inbound

__all__ = ["draft"]
KIND = "partner_inbound"
CHANGED = {KIND: ("PATCH", "/partners/[^/]+$", 1)}
HYBRID = {"isHybridAzureADJoinedDeviceAccepted": True}
NOTHING = {"isMfaAccepted": False, "isCompliantDeviceAccepted": False}
THEIRS = {"inboundTrust": {**NOTHING, **HYBRID}, "automaticUserConsentSettings": None}
BLOCKED = {"b2bDirectConnectInbound": {"applications": {"accessType": "blocked", "targets": []}}}
READ = "/crossTenantAccessPolicy/partners"
TAKEN_OVER, LEFT = 5, 7
"""So often the entries are read on a good day."""


@pytest.fixture(scope="module")
def empty(cloud: Cloud, draft: Any) -> Both:
    """Both tenants before there was any entry. Each case below begins from here, one after the other."""
    return kept(cloud)


@pytest.fixture(scope="module")
def taking_over(cloud: Cloud, draft: Any, empty: Both) -> Iterator[Played]:
    """Northwind has an entry for Fabrikam, and somebody ticked that it is to be taken over."""
    with undone():
        whole = played(cloud, started(ticked(cloud, draft)))
        assert said(whole)["inboundTrust"] == {**dict.fromkeys(NOTHING, True), **HYBRID}
        assert reads(whole) == TAKEN_OVER
        yield whole
    put_back(cloud, empty)


@pytest.fixture(scope="module")
def giving_back(cloud: Cloud, draft: Any, empty: Both) -> Iterator[Played]:
    """One that was taken over, before its end."""
    put_back(cloud, empty)
    with undone():
        Run.objects.open().update(closed_at=now())  # the other case's, where it stands beside
        assert carried_to_its_end(started(ticked(cloud, draft))).ended == "verified"
        whole = played(cloud, started(draft, Plan.Purpose.OFFBOARD))
        assert said(whole)["inboundTrust"] == THEIRS["inboundTrust"]
        yield whole
    put_back(cloud, empty)


@pytest.fixture(scope="module")
def leaving_theirs(cloud: Cloud, draft: Any, empty: Both) -> Iterator[Played]:
    """Ours, and others have put a setting of their own into it since."""
    put_back(cloud, empty)
    with undone():
        Run.objects.open().update(closed_at=now())
        Onboarding.objects.update(ticked={})
        assert carried_to_its_end(started(Onboarding.objects.get(pk=draft.pk))).ended == "verified"
        cloud.store.put(seed.NORTHWIND, "partners", {**(inbound(cloud) or {}), **BLOCKED})
        whole = played(cloud, started(draft, Plan.Purpose.OFFBOARD))
        assert "inboundTrust" not in said(whole) and "b2bDirectConnectInbound" in said(whole)
        assert reads(whole) == LEFT
        yield whole
    put_back(cloud, empty)


def ticked(cloud: Cloud, draft: Onboarding) -> Onboarding:
    entry = {"id": seed.FABRIKAM, "tenantId": seed.FABRIKAM, "isServiceProvider": False, **THEIRS}
    cloud.store.put(seed.NORTHWIND, "partners", {**entry, "b2bCollaborationInbound": None})
    Onboarding.objects.filter(pk=draft.pk).update(ticked={f"{KIND}/provider": seed.FABRIKAM})
    return Onboarding.objects.get(pk=draft.pk)


def reads(played: Played) -> int:
    """Of the good day."""
    return sum(call.startswith("GET ") and READ in call for call in played[0].calls)


def bad_reads(times: int) -> list[tuple[str, int]]:
    return [*product(READS, range(times))] if ALL else [("503", 0), ("malformed", 1)]


def said(played: Played) -> dict[str, Any]:
    """What Northwind's entry says at the end of a good day; null is inherited."""
    [entry] = played[0].good["partners"]
    return {name: value for name, value in json.loads(entry).items() if value is not None}


@pytest.mark.django_db
def test_a_good_day_name_every_write() -> None:
    """So that pytest-django makes a database, and a word to select it by."""
    assert set(CHANGED) == {KIND}


@pytest.mark.parametrize("what", DAYS)
def test_taking_it_over_survives(taking_over: Played, fresh: Callable[[Case], Case], what: str) -> None:
    survives(taking_over, CHANGED, KIND, what, 0)


@pytest.mark.parametrize(("what", "which"), bad_reads(TAKEN_OVER))
def test_taking_it_over_survives_a_bad_read(
    taking_over: Played, fresh: Callable[[Case], Case], what: str, which: int
) -> None:
    bad_read(taking_over, fresh, what, which)


@pytest.mark.parametrize("what", DAYS)
def test_giving_it_back_survives(giving_back: Played, fresh: Callable[[Case], Case], what: str) -> None:
    survives(giving_back, CHANGED, KIND, what, 0)


@pytest.mark.parametrize("what", DAYS)
def test_leaving_theirs_survives(leaving_theirs: Played, fresh: Callable[[Case], Case], what: str) -> None:
    survives(leaving_theirs, CHANGED, KIND, what, 0)


@pytest.mark.parametrize(("what", "which"), bad_reads(LEFT))
def test_leaving_theirs_survives_a_bad_read(
    leaving_theirs: Played, fresh: Callable[[Case], Case], what: str, which: int
) -> None:
    bad_read(leaving_theirs, fresh, what, which)


def bad_read(played: Played, fresh: Callable[[Case], Case], what: str, which: int) -> None:
    good, before, home = played
    case = fresh(good)
    try:
        case.cloud.faults.append(Fault(what, "GET", READ, skip=which, retry_after=None))  # type: ignore[arg-type]
        assert carried_to_its_end(case.run).ended == "verified", ending(case)
        assert all(fault.times == 0 for fault in case.cloud.faults), "the fault met no call"
        assert (final_state(case.cloud), final_state(case.cloud, seed.FABRIKAM)) == (case.good, home)
    finally:
        put_back(case.cloud, before)
