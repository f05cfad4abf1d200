"""What must never happen, tried on purpose: stale plans, answers lost at bad moments, objects made again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils.timezone import now

from onboarding import ownership, plans, runs
from onboarding.agreeing import agreements
from onboarding.models import Onboarding, OwnedObject, Plan, Run, Step
from onboarding.running import checking, outcomes
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding import already
from tests.onboarding.conftest import NORTHWIND, agreed_plan, manage, writes

File = Callable[..., Path]
GROUP = "group/tier-1"


@pytest.fixture
def onboarded(portal: Cloud, file: File) -> Cloud:
    already.set_up(portal, file())
    return portal


def begin(plan: Plan) -> Run:
    if not hasattr(plan, "agreement"):
        agreements.record(plan, by="carla@northwind.example", reference="x", asked_by="a", decided_by="b")
    return runs.start(plan, "a test")


def to_the_end(run: Run, turns: int = 400) -> Run:
    """Carry it on until it is closed, without waiting for anybody's clock."""
    for _ in range(turns):
        Run.objects.filter(pk=run.pk, closed_at=None).update(not_before=now())
        run.steps.update(not_before=None)
        advance(run.pk)
        run.refresh_from_db()
        if run.closed_at is not None:
            return run
    raise AssertionError(f"never ended: {[str(s) for s in run.steps.all()]}")


def offboarding() -> Run:
    draft = Onboarding.objects.get()
    found = plans.look(draft, Plan.Purpose.OFFBOARD)
    return begin(plans.save(draft, found.plan, Plan.Purpose.OFFBOARD))


def test_a_look_from_before_another_run_makes_nothing_twice(portal: Cloud, file: File) -> None:
    agreed_plan(file())
    draft = Onboarding.objects.get()
    early = plans.look(draft).plan
    assert to_the_end(begin(Plan.objects.get())).ended == "verified"
    before, ids = writes(portal), set(OwnedObject.objects.values_list("remote_id", flat=True))
    late = to_the_end(begin(plans.save(draft, early)))
    assert late.ended == "failed"
    assert writes(portal) == before
    assert set(OwnedObject.objects.values_list("remote_id", flat=True)) == ids


def test_a_look_from_before_another_offboarding_touches_nothing(onboarded: Cloud, file: File) -> None:
    draft = Onboarding.objects.get()
    early = plans.look(draft, Plan.Purpose.OFFBOARD).plan
    assert to_the_end(offboarding()).ended == "verified"
    assert manage("onboard", file(NORTHWIND.replace("2026-114", "2026-115")), "--apply", "--inline")[0] == 0
    before, ours = writes(onboarded), OwnedObject.objects.count()
    late = to_the_end(begin(plans.save(draft, early, Plan.Purpose.OFFBOARD)))
    assert late.ended == "failed"
    assert (writes(onboarded), OwnedObject.objects.count()) == (before, ours)


def test_an_ending_is_green_only_when_it_was_read_even_where_what_it_refers_to_failed(
    onboarded: Cloud,
) -> None:
    run = offboarding()
    run.steps.update(state=Step.State.FAILED)
    run.steps.filter(address="catalog_resource/tier-1").update(state=Step.State.WRITTEN)
    assert Run.objects.claim(run.pk, "me")
    step = run.steps.get(address="catalog_resource/tier-1")
    outcomes.begin(run, "me", step)
    step.attempts.update(ended_at=now())
    run.steps.filter(pk=step.pk).update(state=Step.State.WRITTEN)
    checking.read_back(run, "me")
    step.refresh_from_db()
    assert step.state == Step.State.WRITTEN
    assert OwnedObject.objects.filter(address=step.address).exists()


def test_an_offboarding_ends_verified_where_somebody_made_an_object_of_our_name_again(
    onboarded: Cloud,
) -> None:
    mine = OwnedObject.objects.get(address=GROUP)
    body = onboarded.store.get(seed.NORTHWIND, "groups", mine.remote_id)
    assert body is not None
    theirs = {**body, "id": "99990000-0000-4000-8000-000000000002", "uniqueName": None, "members": []}
    onboarded.store.put(seed.NORTHWIND, "groups", theirs)
    assert to_the_end(offboarding(), 40).ended == "verified"
    assert onboarded.store.get(seed.NORTHWIND, "groups", theirs["id"]) is not None
    assert not OwnedObject.objects.exists()


def test_what_an_update_of_a_taken_over_object_replaced_is_kept_too(onboarded: Cloud) -> None:
    OwnedObject.objects.filter(address=GROUP).update(origin="adopted", before={"description": "since 2019"})
    mine = OwnedObject.objects.get(address=GROUP)
    run = Run.objects.get()
    step = run.steps.get(address=GROUP)
    step.action, step.remote_id = "update", mine.remote_id
    step.fields, step.before = ["description", "mailNickname"], {"description": "ours", "mailNickname": "old"}
    ownership.own(run, step)
    mine.refresh_from_db()
    assert mine.origin == OwnedObject.Origin.ADOPTED
    assert mine.before == {"description": "since 2019", "mailNickname": "old"}
