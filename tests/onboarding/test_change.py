"""A customer who is live is changed by the same forms: only the difference is planned, agreed to and done."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding import nightly, runs
from onboarding.models import Onboarding, OwnedObject, Plan, Reading, Run
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import LedgerEntry, Person, Tenant
from tenants.people import Role, reviews
from tests.access.test_end import held
from tests.cast import sign_in
from tests.onboarding import already
from tests.onboarding.clicking import (
    HERE,
    admin,
    as_far_as_a_plan,
    check_readiness,
    name_people,
    offer,
    on_paper,
    people,
    plan,
    post,
    text,
)
from tests.onboarding.conftest import entered
from tests.onboarding.editing import SHIPPED, form
from tests.onboarding.wizarding import work


@pytest.fixture
def alice(portal: Cloud) -> Client:
    """Northwind is live with both tiers, by the wizard."""

    def carry_out() -> None:
        by_wizard = admin("Alice")
        as_far_as_a_plan(by_wizard)
        agree_and_carry_out(by_wizard)

    already.put_back(portal, "by the wizard", carry_out)
    client = Client()
    sign_in(client, Person.objects.get(name="Alice"), Role.ADMIN)
    return client


def agree_and_carry_out(client: Client) -> Run:
    on_paper(client, admin("Bea"))
    post(client, f"{HERE}setup/")
    work()
    post(client, f"{HERE}progress/start/")
    run = Run.objects.latest("pk")
    for _ in range(80):
        advance(run.pk)
        Run.objects.update(not_before=now())
        run.steps.filter(state__in=runs.OPEN_STATES).update(not_before=None)
        run.refresh_from_db()
        if run.closed_at is not None:
            break
    assert run.ended == "verified", [
        (s.address, s.state, s.facts) for s in run.steps.exclude(state="verified")
    ]
    return run


def there(box: Cloud, what: str) -> dict[str, Any]:
    return {each["id"]: each for each in box.store.all(seed.NORTHWIND, what)}


def changed(client: Client, *tiers: str) -> list[tuple[str, str]]:
    """Through the pages to a new plan; its changes."""
    offer(client, tiers=list(tiers))
    work()
    check_readiness(client)
    name_people(client)
    plan(client)
    return changes()


def changes() -> list[tuple[str, str]]:
    return [(each["action"], each["address"]) for each in Plan.objects.latest("pk").changes]


def test_the_way_to_a_change_is_found_and_says_what_will_happen(alice: Client) -> None:
    assert f'href="{HERE}change/"' in text(alice, "/tenants/northwind/")
    page = text(alice, f"{HERE}change/")
    assert "Tier 1" in page and "Tier 2" in page and "Carla" in page
    assert f'href="{HERE}offer/"' in page and f'href="{HERE}people/"' in page
    assert alice.get(HERE)["Location"] == f"{HERE}change/"
    assert Client().get(f"{HERE}change/").status_code == 302


@pytest.mark.parametrize("origin", ["created", "adopted"])
def test_a_tier_taken_away_ends_its_accesses_first_and_deletes_only_what_we_made(
    alice: Client, portal: Cloud, origin: str
) -> None:
    held(portal, "tier-2", 2)
    held(portal, "tier-1", 0)
    group = OwnedObject.objects.get(address="group/tier-2")
    OwnedObject.objects.filter(pk=group.pk).update(origin=origin)
    entered()
    mine = set(there(portal, "groups"))
    assert all("tier-2" in address for _, address in changed(alice, "tier-1"))
    assert changes()[0] == ("delete", "package_assignments/tier-2")
    assert "2 accesses end" in text(alice, f"{HERE}plan/")
    assert len(there(portal, "accessPackages")) == 3
    run = agree_and_carry_out(alice)
    ended = {s.address: s.attempts.latest("number").ended_at for s in run.steps.all()}
    assert min(ended, key=lambda address: ended[address] or now()) == "package_assignments/tier-2"
    assert [
        a["state"] for a in portal.store.all(seed.NORTHWIND, "assignments") if a["state"] == "delivered"
    ] == []
    assert len(there(portal, "accessPackages")) == 2
    gone = mine - set(there(portal, "groups"))
    assert gone == ({group.remote_id} if origin == "created" else set())
    assert not OwnedObject.objects.filter(address__contains="tier-2").exists()
    assert "Tier 2" not in text(alice, f"{HERE}change/").partition("<h2")[0]


def test_a_tier_added_makes_only_its_own_objects(alice: Client, portal: Cloud) -> None:
    changed(alice, "tier-1")
    agree_and_carry_out(alice)
    kept = {row.address: row.remote_id for row in OwnedObject.objects.all()}
    added = changed(alice, "tier-1", "tier-2")
    assert added and all(action == "create" and "tier-2" in address for action, address in added)
    agree_and_carry_out(alice)
    now_there = {row.address: row.remote_id for row in OwnedObject.objects.all()}
    assert kept.items() < now_there.items() and len(there(portal, "accessPackages")) == 3


def test_a_new_tier_of_the_offer_is_planned_with_exactly_its_own_objects_and_goes_again(
    alice: Client, portal: Cloud
) -> None:
    before = {row.address: row.remote_id for row in OwnedObject.objects.all()}
    night = {"new-label": "Night shift", "new-can": "Look at incidents at night."}
    post(alice, "/offers/managed-defender/edit/", form(**night))
    assert set(changed(alice, "tier-1", "tier-2", "night-shift")) == {
        ("create", "group/night-shift"),
        ("create", "catalog_resource/night-shift"),
        ("create", "access_package/night-shift"),
        ("create", "package_resource_role/night-shift"),
        ("create", "assignment_policy/night-shift/analysts"),
    }
    agree_and_carry_out(alice)
    after = {row.address: row.remote_id for row in OwnedObject.objects.all()}
    assert before.items() < after.items() and len(there(portal, "accessPackages")) == 4
    group = there(portal, "groups")[after["group/night-shift"]]
    assert group["displayName"].endswith("Night shift Analyst")
    post(alice, "/offers/managed-defender/edit/", form(seen=SHIPPED + 1, **{"night-shift-out": "on"}))
    assert {(action, "night-shift" in address) for action, address in changed(alice, "tier-1", "tier-2")} == {
        ("delete", True)
    }


def test_other_people_are_a_change_too(alice: Client) -> None:
    people(alice, approvers=["carla@northwind.example"])
    work()
    plan(alice)
    assert ("delete", "group_membership/approvers/") in [(a, b[:27]) for a, b in changes()]
    agree_and_carry_out(alice)


def test_another_reviewer_counts_at_once_needs_no_plan_and_stands_in_the_record(alice: Client) -> None:
    before = LedgerEntry.objects.count()
    people(alice, reviewers=["deniz@northwind.example"])
    work()
    plan(alice)
    assert Plan.objects.count() == 1 and "Nothing is to be set up" in text(alice, f"{HERE}plan/")
    assert alice.get(HERE)["Location"] == f"{HERE}change/"
    old, new = (Person.objects.get(email__startswith=name) for name in ("carla", "deniz"))
    said = LedgerEntry.objects.filter(number__gt=before, verb__contains="named as").order_by("number")
    assert [(each.verb, each.subject) for each in said] == [
        ("no longer named as reviewer", old.actor),
        ("named as reviewer", new.actor),
    ]
    assert list(Tenant.objects.filter(reviews(new))) and not Tenant.objects.filter(reviews(old))


def test_who_approves_can_change_although_somebody_holds_what_the_old_way_gave(
    alice: Client, portal: Cloud
) -> None:
    held(portal, "tier-1", 1)
    one = next(iter(there(portal, "assignments").values()))
    package = OwnedObject.objects.get(address="access_package/approvers").remote_id
    policy = OwnedObject.objects.get(address="assignment_policy/approvers/members").remote_id
    gave = {"accessPackage": {"id": package}, "assignmentPolicy": {"id": policy}}
    portal.store.put(
        seed.NORTHWIND, "assignments", one | gave | {"id": "a5520000-0000-4000-8000-000000000000"}
    )
    offer(alice, approval="lead")
    work()
    check_readiness(alice)
    name_people(alice)
    plan(alice)
    assert changes() == [
        ("create", "assignment_policy/approvers/lead"),
        ("delete", "package_assignments/approvers/members"),
        ("delete", "assignment_policy/approvers/members"),
    ]
    assert "1 access ends" in text(alice, f"{HERE}plan/")
    agree_and_carry_out(alice)
    assert [a["id"] for a in there(portal, "assignments").values() if a["state"] == "delivered"] == [
        one["id"]
    ]


def test_a_strange_approver_is_seen_also_while_ours_are_changed(alice: Client, portal: Cloud) -> None:
    row = OwnedObject.objects.get(address="assignment_policy/tier-1/analysts")
    policy = portal.store.get(seed.NORTHWIND, "assignmentPolicies", row.remote_id)
    assert policy is not None
    stage = policy["requestApprovalSettings"]["stages"][0]
    stage["primaryApprovers"] += [{"@odata.type": "#microsoft.graph.singleUser", "userId": seed._id("42", 2)}]
    portal.store.put(seed.NORTHWIND, "assignmentPolicies", policy)
    people(alice, approvers=["carla@northwind.example"])
    work()
    plan(alice)
    assert Plan.objects.count() == 1
    page = text(alice, f"{HERE}plan/")
    assert "Nobody planned this" in page and "primaryApprovers that nobody planned" in page
    assert "escalationApprovers that nobody planned" not in page


def test_what_is_only_wanted_is_not_drift(alice: Client) -> None:
    """Until it is agreed to and begun, the tenant is compared with what was carried out last."""
    changed(alice, "tier-1")
    nightly.verify(Onboarding.objects.get().pk)
    assert Reading.objects.latest("at").in_order
    post(alice, "/tenants/northwind/read-back/")
    work()
    assert Reading.objects.latest("at").in_order
    assert "Give Tier 2 its role in Defender" in text(alice, "/tenants/northwind/")
    agree_and_carry_out(alice)
    nightly.verify(Onboarding.objects.get().pk)
    assert Reading.objects.latest("at").in_order


def test_a_change_needs_an_agreement_of_its_own(alice: Client) -> None:
    changed(alice, "tier-1")
    answer = alice.post(f"{HERE}progress/start/")
    assert answer.status_code == 200 and "the next step is “Agreement”" in answer.content.decode()
    assert Run.objects.count() == 1
