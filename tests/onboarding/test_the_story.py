"""One customer from nothing to verified and off again, by the command lines, in this process."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from onboarding import offers
from onboarding.models import Agreement, OwnedObject, Run, Step
from onboarding.planes.access_packages import APPROVAL_WORDS
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import LedgerEntry
from tests.onboarding.conftest import manage, writes


def test_a_plan_is_shown_and_nothing_is_written(portal: Cloud, file: Callable[..., Path]) -> None:
    status, said = manage("onboard", file())
    assert status == 2, said
    assert len(said["changes"]) == 19, said["changes"]
    assert writes(portal) == 0


@pytest.mark.parametrize("choice", APPROVAL_WORDS)
def test_who_lets_analysts_in_is_said_in_words_before_anybody_agrees(
    portal: Cloud, file: Callable[..., Path], choice: str
) -> None:
    """The file leaves it to the offer, and whoever may become an approver follows from it."""
    sold, seen = {"approval": choice, "name": "Another"}, offers.current("managed-defender").version
    offers.edit("managed-defender", seen, sold, "person 1")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("onboard", str(file()), stdout=out)
    assert f"Who lets analysts in: {APPROVAL_WORDS[choice]}" in out.getvalue()
    assert manage("onboard", file())[1]["approval"] == APPROVAL_WORDS[choice]


def test_a_look_records_no_agreement(portal: Cloud, file: Callable[..., Path]) -> None:
    assert manage("onboard", file())[0] == 2
    assert not Agreement.objects.exists()
    assert not LedgerEntry.objects.filter(verb="recorded an agreement").exists()


def test_apply_ends_verified_and_a_second_run_writes_nothing(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["ended"]) == (0, "verified"), said
    assert not Step.objects.exclude(state=Step.State.VERIFIED).exists()
    before = writes(portal)
    status, said = manage("onboard", file(), "--apply", "--inline")
    assert (status, said["changes"], writes(portal)) == (0, [], before), said
    assert Run.objects.count() == 1


def test_verify_is_in_order_and_sees_a_change(portal: Cloud, file: Callable[..., Path]) -> None:
    manage("onboard", file(), "--apply", "--inline")
    assert manage("verify", "northwind")[0] == 0
    catalog = OwnedObject.objects.get(kind="catalog")
    body = portal.store.get(seed.NORTHWIND, "catalogs", catalog.remote_id)
    assert body is not None
    portal.store.put(seed.NORTHWIND, "catalogs", {**body, "state": "unpublished"})
    status, said = manage("verify", "northwind")
    assert (status, len(said["changes"])) == (2, 1), said


def test_offboarding_leaves_the_tenant_as_it_was(portal: Cloud, file: Callable[..., Path]) -> None:
    before = portal.store.snapshot(seed.NORTHWIND)
    manage("onboard", file(), "--apply", "--inline")
    assert portal.store.snapshot(seed.NORTHWIND) != before
    status, said = manage("offboard", "northwind", "--apply", "--inline")
    assert (status, said.get("ended")) == (0, "verified"), said
    after = portal.store.snapshot(seed.NORTHWIND)
    history = {"resourceRequests"}
    assert {k: v for k, v in after.items() if k not in history and v} == before
    assert not OwnedObject.objects.exists()
