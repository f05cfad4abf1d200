"""Two bad things in one run, of which each alone does no harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding import runs
from onboarding.models import OwnedObject, Plan, Run, Step
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.onboarding.conftest import ONE_TIER, agreed_plan
from tests.onboarding.test_attacks import to_the_end
from tests.onboarding.test_drift import STRANGER, change
from tests.onboarding.test_waiting import drop_role, give_consent, lose_consent

File = Callable[..., Path]


@pytest.fixture
def run(portal: Cloud, file: File) -> Run:
    agreed_plan(file(ONE_TIER))
    return runs.start(Plan.objects.get(), "a test")


def said(run: Run) -> list[str]:
    return [f"{step} {step.reason} {step.facts}" for step in run.steps.all()]


@pytest.mark.parametrize("what", ["503", "429", "cut before", "malformed"])
def test_what_was_accepted_and_not_seen_when_the_consent_went_is_ours(
    run: Run, portal: Cloud, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The look after the request had no answer; before the next one the customer took a permission back."""
    portal.faults.append(Fault(what, "GET", "/catalogs/[^/]+/resources$", retry_after=None))  # type: ignore[arg-type]
    monkeypatch.setattr("tenants.microsoft.answers.LATER_SECONDS", 30)
    advance(run.pk)
    asked = run.steps.get(kind="catalog_resource", state=Step.State.MICROSOFT)
    monkeypatch.undo()
    drop_role(portal, "EntitlementManagement.ReadWrite.All")
    runs.resume(run, "a test")
    advance(run.pk)
    asked.refresh_from_db()
    assert asked.state == Step.State.CUSTOMER
    lose_consent(portal)
    give_consent(portal)
    assert to_the_end(run).ended == "verified", said(run)
    assert OwnedObject.objects.get(address=asked.address).origin == "created"
    assert len(portal.store.all(seed.NORTHWIND, "resourceRequests")) == 2


def test_a_stranger_in_one_object_leaves_the_others_to_be_read_back(run: Run, portal: Cloud) -> None:
    """The last policy is slow to show; meanwhile the stranger is sure."""
    unread = Fault("503", "GET", "/assignmentPolicies/", times=10_000, retry_after=None)
    portal.faults.append(unread)
    for _ in range(20):
        runs.look_now(run)
        advance(run.pk)
        if set(run.steps.values_list("state", flat=True)) <= {Step.State.WRITTEN, Step.State.VERIFIED}:
            break
    change(portal, "groups", "group/tier-1", lambda group: group["members"].append(STRANGER))
    run.steps.filter(address="group/tier-1").update(state=Step.State.WRITTEN)
    for _ in range(12):
        runs.look_now(run)
        advance(run.pk)
    assert run.steps.get(address="group/tier-1").state == Step.State.FAILED
    portal.faults.clear()
    assert to_the_end(run).ended == "failed"
    [failed] = run.steps.filter(state=Step.State.FAILED)
    assert (failed.address, failed.reason) == ("group/tier-1", "strange"), said(run)
    assert not run.steps.exclude(pk=failed.pk).exclude(state=Step.State.VERIFIED).exists(), said(run)
