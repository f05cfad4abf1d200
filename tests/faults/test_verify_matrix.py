"""The fault matrix for a verify, which is no run: what it could not read once, it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from onboarding import verifying
from onboarding.engine.plan import Plan
from onboarding.models import Onboarding
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.microsoft.errors import Later
from tests.faults import progress
from tests.faults.bad_days import READ, name
from tests.faults.conftest import undone
from tests.faults.progress import ALL
from tests.faults.running import carried_to_its_end, started
from tests.faults.state import restore


@pytest.fixture(scope="module")
def standing(cloud: Cloud, draft: Any) -> Iterator[Onboarding]:
    """Northwind set up and in order."""
    empty = cloud.store.snapshot(seed.NORTHWIND)
    with undone():
        assert carried_to_its_end(started(draft)).ended == "verified"
        yield draft
    restore(cloud, empty)


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_on_a_good_day_it_is_in_order(standing: Onboarding) -> None:
    assert verifying.verify(standing).in_order


@pytest.mark.parametrize("what", READ)
def test_a_verify_survives_bad_reads(cloud: Cloud, standing: Onboarding, what: str) -> None:
    """What it could not read is not known: never missing, never changed, and never in order unread."""
    cloud.calls.clear()
    assert verifying.verify(standing).in_order
    calls = sum(call.path.startswith("/v1.0/") for call in cloud.calls)
    for which in range(calls) if ALL else [calls // 2]:
        cloud.faults.append(Fault(what, "", "^/v1.0/", skip=which, retry_after=None))  # type: ignore[arg-type]
        found = looked(standing)
        assert not (found.changes or found.strange or found.questions), (which, found)
        assert found.in_order or found.unknown, which
        met = all(fault.times == 0 for fault in cloud.faults)
        cloud.faults.clear()
        assert verifying.verify(standing).in_order, which
        if met:
            progress.keep(name(what, which, "a verify"))


@pytest.mark.parametrize("path", ["/groups", "/catalogs", "/assignmentPolicies", "/accessPackages"])
def test_what_cannot_be_read_for_good_is_not_known_and_nothing_else(
    cloud: Cloud, standing: Onboarding, path: str
) -> None:
    cloud.faults.append(Fault("503", "", f"^/v1.0/.*{path}|^/v1.0{path}", times=1000, retry_after=None))
    try:
        found = looked(standing)
    finally:
        cloud.faults.clear()
    assert found.unknown and not found.in_order
    assert not (found.changes or found.strange or found.questions)


def looked(standing: Onboarding) -> Plan:
    """Where nothing at all could be told, all is unknown."""
    try:
        return verifying.verify(standing)
    except Later as later:
        return Plan(unknown={"all of it": later.why})
