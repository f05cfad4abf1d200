"""A run is not green while somebody is there whom nobody planned, whatever was written as agreed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from access import progress
from access.standing import with_standing
from onboarding import plans, runs
from onboarding.models import Onboarding, OwnedObject, Plan, Reading, Run, Step
from onboarding.running.advance import advance
from onboarding.words.reasons import visible
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import LedgerEntry, Tenant
from tests.onboarding import already
from tests.onboarding.conftest import ONE_TIER, agreed_plan, manage
from tests.onboarding.test_attacks import to_the_end
from tests.onboarding.test_drift import STRANGER, change, stage

File = Callable[..., Path]
NOW = ("--apply", "--inline")
POLICY = "assignment_policy/tier-1/analysts"
TIER_2 = "assignment_policy/tier-2/analysts"


@pytest.fixture
def run(portal: Cloud, file: File) -> Run:
    """Everything is written, but for the policy of Tier 2."""
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "a test")
    name = run.steps.get(address=TIER_2).spec["displayName"]
    portal.faults.append(Fault("503", "POST", "/assignmentPolicies$", skip=2, times=10_000, retry_after=None))
    advance(run.pk)
    assert name not in {
        each["displayName"] for each in portal.store.all(seed.NORTHWIND, "assignmentPolicies")
    }
    portal.faults.clear()
    return run


def a_member(box: Cloud) -> str:
    change(box, "groups", "group/tier-1", lambda group: group["members"].append(STRANGER))
    return "group/tier-1"


def an_owner(box: Cloud) -> str:
    change(box, "groups", "group/approvers", lambda group: group["owners"].append(STRANGER))
    return "group/approvers"


def an_approver(box: Cloud) -> str:
    one = {"@odata.type": "#microsoft.graph.singleUser", "userId": STRANGER}
    change(box, "assignmentPolicies", POLICY, lambda policy: stage(policy)["primaryApprovers"].append(one))
    return POLICY


def another_policy(box: Cloud) -> str:
    ours = OwnedObject.objects.get(address=POLICY).remote_id
    policy = box.store.get(seed.NORTHWIND, "assignmentPolicies", ours) or {}
    box.store.put(seed.NORTHWIND, "assignmentPolicies", {**policy, "id": STRANGER, "displayName": "Come in"})
    return "access_package/tier-1"


@pytest.mark.parametrize("come_in", [a_member, an_owner, an_approver, another_policy])
def test_whoever_came_in_meanwhile_keeps_the_run_from_being_green(
    portal: Cloud, run: Run, file: File, come_in: Callable[[Cloud], str]
) -> None:
    before = portal.store.snapshot(seed.NORTHWIND)
    address = come_in(portal)
    run.steps.filter(address=address).update(state=Step.State.WRITTEN)
    assert to_the_end(run).ended == "failed"
    [failed] = run.steps.filter(state=Step.State.FAILED)
    assert (failed.address, failed.reason) == (address, "strange")
    assert STRANGER in str(progress.words_for(failed))
    assert not run.steps.exclude(pk=failed.pk).exclude(state=Step.State.VERIFIED).exists()
    assert progress.with_progress(Run.objects.all()).get().how == "strange"
    assert with_standing(Tenant.objects.all()).get().standing == "changed"
    assert list(Reading.objects.get().found["strange"]) == [address]

    for collection, objects in before.items():
        for body in objects.values():
            portal.store.put(seed.NORTHWIND, collection, body)
    portal.store.remove(seed.NORTHWIND, "assignmentPolicies", STRANGER)
    assert manage("onboard", file(), *NOW)[0] == 0
    assert manage("verify", "northwind")[0] == 0


@pytest.mark.parametrize(
    "words", ["see client_secret rotation", "Bearer of news", "-----BEGIN again\x00\u202e"]
)
def test_a_strangers_words_that_look_like_a_secret_stop_no_worker(
    portal: Cloud, run: Run, words: str
) -> None:
    """Anybody in a tenant can write them: the record has their print, and nothing that turns a line round."""
    one = {"@odata.type": "#microsoft.graph.targetUserSponsors", "description": words}
    change(portal, "assignmentPolicies", POLICY, lambda policy: stage(policy)["primaryApprovers"].append(one))
    run.steps.filter(address=POLICY).update(state=Step.State.WRITTEN)
    assert to_the_end(run).ended == "failed" and run.crashes == 0
    entry = LedgerEntry.objects.get(verb="found what nobody planned")
    assert entry.subject == POLICY and entry.facts.keys() == {"run", "what_sha256"}
    [told] = Reading.objects.get().found["strange"][POLICY]
    assert visible(words) in told and told.isprintable()
    assert run.steps.get(address=POLICY).attempts.latest("pk").note.isprintable()
    manage("verify", "northwind")
    [told] = Reading.objects.latest("pk").found["strange"][POLICY]
    assert visible(words) in told and told.isprintable()


def test_who_came_into_what_an_earlier_run_made_is_red_at_the_end_of_this_one(
    portal: Cloud, file: File
) -> None:
    already.set_up(portal, file(ONE_TIER))
    agreed_plan(file())
    run = runs.start(Plan.objects.latest("pk"), "a test")
    a_member(portal)
    assert to_the_end(run).ended == "verified", "all of its own was read back"
    assert list(Reading.objects.get().found["strange"]) == ["group/tier-1"]
    assert with_standing(Tenant.objects.all()).get().standing == "changed"


def test_a_stranger_seen_once_by_a_replica_is_none(portal: Cloud, run: Run) -> None:
    a_member(portal)
    advance_once(run)
    assert run.steps.get(address="group/tier-1").state == Step.State.WRITTEN
    change(portal, "groups", "group/tier-1", lambda group: group["members"].remove(STRANGER))
    assert to_the_end(run).ended == "verified"
    assert not Reading.objects.exists()


def advance_once(run: Run) -> None:
    run.steps.update(not_before=None)
    Run.objects.update(not_before=run.opened_at)
    assert advance(run.pk) is not None


@pytest.mark.parametrize("path", ["/assignmentPolicies", "/accessPackages/"])
def test_what_is_only_unreadable_makes_no_stranger(portal: Cloud, file: File, path: str) -> None:
    already.set_up(portal, file())
    portal.faults.append(Fault("503", "GET", path, times=10_000, retry_after=1))
    status, said = manage("verify", "northwind")
    assert (status, said["strange"]) == (3, {}), said


def test_a_policy_that_the_plan_takes_away_is_no_stranger(portal: Cloud, file: File) -> None:
    """Who may become an approver was chosen anew: one policy of ours goes, another comes."""
    already.set_up(portal, file())
    Onboarding.objects.update(approval="lead")
    found = plans.look(Onboarding.objects.get()).plan
    assert {change.action for change in found.changes} == {"create", "delete"}
    assert not found.strange
