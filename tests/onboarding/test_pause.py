"""A pause closes requests and lets people out, deletes nothing, holds, and is over by a fresh plan."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from access.standing import Standing, with_standing
from onboarding import nightly, runs, tasks
from onboarding.agreeing import agreements
from onboarding.grants import holdings
from onboarding.models import Agreement, Holding, Onboarding, OwnedObject, Plan, Run
from onboarding.running.advance import advance
from onboarding.taking_away import how
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.graph.approvals import No, decide
from sandbox.graph.self_service import request_package
from tenants import ledger
from tenants.microsoft.errors import Refused
from tenants.models import Membership, Person, Tenant, Tier
from tests.access.exiting import AMIR, BEA, CARLA
from tests.cast import FABRIKAM, carla, reviewer
from tests.onboarding import already
from tests.onboarding.conftest import NORTHWIND, box, file, manage, pki, portal
from tests.onboarding.wizarding import work

__all__ = ["box", "file", "pki", "portal"]
PAGE = "/tenants/northwind/pause/"
HISTORY = ("assignments", "assignmentRequests", "assignmentPolicies", "groups")


@pytest.fixture
def let_in(portal: Cloud, file: Callable[..., Path]) -> Cloud:
    """Northwind is set up, and Amir was let in."""
    already.set_up(portal, file())
    made = ask(portal, AMIR)
    decide(portal, seed.NORTHWIND, made["id"], CARLA, approve=True)
    assert manage("verify", "northwind")[0] == 0
    return portal


def ask(box: Cloud, who: str) -> dict[str, Any]:
    package = OwnedObject.objects.get(address="access_package/tier-1").remote_id
    return request_package(box, seed.NORTHWIND, package, seed.FABRIKAM, who)


def planned(client: Client) -> Plan:
    assert client.post(f"{PAGE}look/").status_code == 302
    work()
    return Plan.objects.get(purpose="pause")


def paused(client: Client) -> Run:
    plan = planned(client)
    said = client.get(PAGE).content.decode()
    assert "<dt>Accesses that end</dt><dd>1</dd>" in said and "your decision" in said
    begun = client.post(f"{PAGE}start/", {"number": plan.digest, "domain": "northwind.example"})
    assert begun.status_code == 302, begun.content.decode()
    run = Run.objects.get(plan=plan)
    for _ in range(50):
        advance(run.pk)
        run.steps.filter(state__in=runs.OPEN_STATES).update(not_before=None)
        Run.objects.filter(pk=run.pk).update(not_before=now())
        run.refresh_from_db()
        if run.closed_at is not None:
            return run
    raise AssertionError(run.ended)


def standing() -> Standing:
    return Standing(with_standing(Tenant.objects.all()).get().standing)


def night() -> bool:
    reading = nightly.verify(Onboarding.objects.get().pk)
    assert reading is not None
    return reading.in_order


def test_a_reviewer_pauses_alone_it_holds_and_goes_on_by_a_fresh_plan(
    let_in: Cloud, file: Callable[..., Path], settings: Any
) -> None:
    settings.ALLOW_RECORDED_AGREEMENT = False
    client, before = reviewer(), let_in.store.snapshot(seed.NORTHWIND)
    run = paused(client)
    assert run.ended == "verified" and standing() is Standing.PAUSED
    agreed = Agreement.objects.get(plan=run.plan)
    assert (agreed.form, how(agreed), agreed.decided_by) == ("ended", "paused by the customer", carla().actor)
    after = let_in.store.snapshot(seed.NORTHWIND)
    assert {name: after[name] for name in before if name not in HISTORY} == {
        name: before[name] for name in before if name not in HISTORY
    }
    assert all(before[name].keys() <= after[name].keys() for name in HISTORY)
    assert [each["state"] for each in after["assignments"].values()] == ["expired"]
    with pytest.raises(No):
        ask(let_in, BEA)
    said = client.get(PAGE).content.decode()
    assert "It is paused" in said and ledger.head(Tenant.objects.get().customer) in said
    assert night() and standing() is Standing.PAUSED
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("verify", "northwind", stdout=out)
    assert "access is paused" in out.getvalue() and "as agreed" not in out.getvalue()

    settings.ALLOW_RECORDED_AGREEMENT = True
    for more in ((), ("--apply", "--inline")):
        assert manage("onboard", file(), *more)[0] == 3
        assert standing() is Standing.PAUSED
    assert manage("onboard", file(NORTHWIND.partition("[agreement]")[0]), "--apply", "--inline")[0] == 3
    first, again = Plan.objects.filter(purpose="onboard").order_by("pk")
    assert (first.title, again.title) == ("Set up", "Opening again")
    page = client.get(f"/tenants/northwind/agreement/{again.digest}/").content.decode()
    assert "<h1>Opening again by Fabrikam Security: plan" in page
    assert "Access was paused, and opens again by this plan" in page
    words = page.partition("<ol>")[2].partition("</ol>")[0]
    assert "(opened again, so that access can be asked for)" in words and "requestorSettings" not in words
    fresh = file(NORTHWIND.replace("2026-114", "2026-115"))
    assert manage("onboard", fresh, "--apply", "--inline")[0] == 0
    assert standing() is not Standing.PAUSED and night()
    assert ask(let_in, BEA)["state"] == "pendingApproval"


def analyst() -> Callable[[], str]:
    """Amir is an analyst of Northwind, and held his package when it was read."""
    person = Person.objects.create(
        tid=FABRIKAM, oid=AMIR, name="Amir", email="amir@fabrikam-security.example"
    )
    tier = Tier.objects.get_or_create(slug="tier-1", defaults={"name": "Tier 1"})[0]
    Membership.objects.create(person=person, customer=Tenant.objects.get().customer, tier=tier)
    holdings.read(Tenant.objects.get().pk)
    return lambda: Holding.objects.values_list("state", flat=True).get()


def test_once_access_was_taken_away_nothing_read_before_is_said_of_it(
    let_in: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, began = analyst(), now()
    assert held() == "open"
    run, tenant = paused(reviewer()), Tenant.objects.get()
    assert held() == "unknown"
    holdings._keep(tenant, holdings._packages(tenant), began, lambda m, p: {"state": "open", "until": None})
    assert held() == "unknown"
    monkeypatch.setattr(tasks.read_access, "delay", tasks.read_access)
    tasks.advance(run.pk)
    assert held() == "expired"


def test_what_is_opened_again_by_others_is_seen_in_red(let_in: Cloud) -> None:
    paused(reviewer())
    for policy in let_in.store.all(seed.NORTHWIND, "assignmentPolicies"):
        policy["requestorSettings"]["enableTargetsToSelfAddAccess"] = True
        let_in.store.put(seed.NORTHWIND, "assignmentPolicies", policy)
    assert not night() and standing() is Standing.CHANGED


def test_a_policy_that_was_changed_in_other_ways_is_not_put_right_by_a_pause(let_in: Cloud) -> None:
    ours = OwnedObject.objects.get(address="assignment_policy/tier-1/analysts")
    policy = let_in.store.get(seed.NORTHWIND, "assignmentPolicies", ours.remote_id) or {}
    changed = {**policy, "expiration": {"type": "afterDuration", "duration": "P900D"}}
    let_in.store.put(seed.NORTHWIND, "assignmentPolicies", changed)
    client = reviewer()
    client.post(f"{PAGE}look/")
    work()
    assert not Plan.objects.filter(purpose="pause").exists()
    words = f"Request policy &quot;{ours.spec['displayName']}&quot; is not as agreed in other ways"
    assert words in client.get(PAGE).content.decode()


@pytest.mark.parametrize("more", ["another field", "opened", "deleted"])
def test_nobody_decides_alone_what_does_more_than_close(let_in: Cloud, more: str) -> None:
    """Also where the rows were put there: the worker asks the same before each write."""
    plan = planned(reviewer())
    change = next(each for each in plan.changes if each["kind"] == "assignment_policy")
    if more == "another field":
        change["fields"] = ["expiration", "requestorSettings"]
    elif more == "opened":
        change["spec"]["requestorSettings"]["enableTargetsToSelfAddAccess"] = True
    else:
        change["action"] = "delete"
    plan.digest = agreements.digest(agreements.document(plan, plan.changes))
    plan.save()
    staff = Person.objects.create(tid=FABRIKAM, oid="0d000000-0000-4000-8000-000000000002", name="X")
    for decide_it in (lambda: agreements.end(plan, carla()), lambda: agreements.withdraw(plan, staff.actor)):
        with pytest.raises(Refused, match="agreement_missing"):
            decide_it()
    said = {"by": "the provider", "reference": "", "asked_by": staff.actor, "decided_by": staff.actor}
    agreements._enter(plan, "paused", Agreement.Form.WITHDRAWAL, said)
    with pytest.raises(Refused, match="agreement_missing"):
        runs.start(plan, staff.actor)
