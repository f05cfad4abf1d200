"""Deployed after the run that waited for it was stopped, a delegation stands that no row of ours owns yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from access.azure import hand_outs
from access.standing import Standing, with_standing
from onboarding import nightly, runs
from onboarding.delegations import template
from onboarding.models import Agreement, Attempt, Inquiry, OwnedObject, Plan, Run, Step
from onboarding.wizard import inquiries
from onboarding.wizard.findings import FINDERS
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import LedgerEntry, Tenant
from tests.access.own_sign_in import shown
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import (
    NOW,
    SENTINEL,
    azure_alone,
    carried_out,
    delegations,
    deploy,
    deploy_whole,
    file_for,
    go_on,
    sell,
    subscription,
)
from tests.onboarding.wizarding import let_in, take_out

__all__ = ["azure_alone"]
END = "/tenants/northwind/end/"


def stopped(box: Cloud, tmp_path: Path) -> None:
    assert manage("onboard", file_for(tmp_path, subscription(box)), *NOW)[0] == 3
    runs.cancel(Run.objects.latest("pk"), "person 1")
    assert go_on().ended == "cancelled"


def test_an_end_takes_away_what_was_deployed_after_its_run_was_stopped(portal: Cloud, tmp_path: Path) -> None:
    sell()
    stopped(portal, tmp_path)
    deploy(portal)
    assert not OwnedObject.objects.filter(kind="delegation").exists()
    status, said = manage("offboard", "northwind", *NOW)
    assert (status, said["ended"], delegations(portal)) == (0, "verified", [])
    assert any("Azure" in words or "elegation" in words for words in said["changes"]), said
    assert not OwnedObject.objects.exists()


def test_of_two_plans_that_were_stopped_both_templates_may_have_been_deployed(
    portal: Cloud, tmp_path: Path
) -> None:
    sell()
    stopped(portal, tmp_path)
    first = deployed(portal)
    sell({**SENTINEL, "name": "Another name"})
    stopped(portal, tmp_path)
    for made in (first, deployed(portal)):
        deploy_whole(portal, made)
    assert len(delegations(portal)) == 2
    status, said = manage("offboard", "northwind", *NOW)
    assert (status, said["ended"], delegations(portal)) == (0, "verified", []), said
    assert not OwnedObject.objects.exists()


def test_to_look_what_an_end_would_take_writes_nothing(portal: Cloud, tmp_path: Path) -> None:
    sell()
    stopped(portal, tmp_path)
    deploy(portal)
    before = rows()
    status, said = manage("offboard", "northwind")
    assert status == 2 and any("elegation" in words for words in said["changes"]), said
    assert rows() == before


def rows() -> dict[str, int]:
    kinds = (OwnedObject, Attempt, LedgerEntry, Plan, Agreement)
    ids = Step.objects.exclude(remote_id="").filter(kind="delegation").count()
    return {kind.__name__: kind.objects.count() for kind in kinds} | {"ids": ids}


def test_a_look_whose_worker_lost_it_makes_nothing_ours(azure: Cloud, tmp_path: Path) -> None:
    """The answer and its rows are kept together, or not at all."""
    stopped(azure, tmp_path)
    deploy(azure)
    admin("Alice").post(f"{END}look/", {"tenant": "northwind"})
    asked = Inquiry.objects.latest("pk")
    keep = FINDERS[asked.what](asked)
    assert not OwnedObject.objects.exists()
    assert keep()["plan"] and OwnedObject.objects.get().kind == "delegation"


def test_so_does_the_page_where_nothing_else_is_ours(azure: Cloud, tmp_path: Path) -> None:
    stopped(azure, tmp_path)
    alice, tenant = admin("Alice"), Tenant.objects.get()
    assert "may have been deployed since" in shown(alice, END)
    looked(alice)
    assert "Nothing of ours is left in this tenant" in shown(alice, END)
    deploy(azure)
    looked(alice)
    assert "Delete" in shown(alice, END) and OwnedObject.objects.get().kind == "delegation"
    looked(alice)
    number = tenant.plans.latest("pk").digest
    alice.post(f"{END}start/", {"number": number, "domain": tenant.domain, "tenant": tenant.slug})
    assert go_on().ended == "verified" and delegations(azure) == []
    assert stands() == Standing.APPS


def looked(alice: object) -> None:
    alice.post(f"{END}look/", {"tenant": "northwind"})  # type: ignore[attr-defined]
    inquiries.look_into(inquiries.latest(Tenant.objects.get(), "end").pk)  # type: ignore[union-attr]


def test_a_subscription_that_is_gone_keeps_nothing_else_from_ending(portal: Cloud, tmp_path: Path) -> None:
    sell()
    stopped(portal, tmp_path)
    portal.store.remove(seed.NORTHWIND, "subscriptions", subscription(portal))
    status, said = manage("offboard", "northwind", *NOW)
    assert (status, said["ended"]) == (0, "verified") and not OwnedObject.objects.exists()


def test_nor_does_a_place_that_cannot_be_read_and_it_is_said(portal: Cloud, tmp_path: Path) -> None:
    sell()
    stopped(portal, tmp_path)
    deploy(portal)
    portal.faults.append(Fault("403", "GET", "registrationAssignments", times=100))
    alice = admin("Alice")
    looked(alice)
    said = shown(alice, END)
    assert "is delegated again could not be read" in said and "Accesses that end" in said


def test_deployed_after_the_end_it_is_seen_at_night_and_never_called_ended(
    portal: Cloud, tmp_path: Path
) -> None:
    """As where Azure was still at work on it when the end looked."""
    sell()
    stopped(portal, tmp_path)
    assert manage("offboard", "northwind", *NOW)[1]["ended"] == "verified"
    for purpose in (seed.READER, seed.SETUP):
        take_out(portal, seed.NORTHWIND, purpose)
    nights()
    assert stands() == Standing.ENDED
    deploy(portal)
    nights()
    assert stands() == Standing.CHANGED
    assert "no agreed plan has it" in shown(admin("Alice"), "/tenants/northwind/azure/")


def test_of_a_run_that_was_stopped_nothing_is_handed_out_any_more(azure: Cloud, tmp_path: Path) -> None:
    """It could only be deployed past everything that reads it back."""
    assert manage("onboard", file_for(tmp_path, subscription(azure)), *NOW)[0] == 3
    tenant, alice = Tenant.objects.get(), admin("Alice")
    [handed] = hand_outs.of(tenant)
    link = handed.link.removeprefix(settings.PORTAL_URL)
    assert alice.get(link).status_code == 200
    runs.cancel(Run.objects.latest("pk"), "person 1")
    assert hand_outs.of(tenant) == [] and alice.get(link).status_code == 404
    assert go_on().ended == "cancelled"
    assert hand_outs.of(tenant) == [] and alice.get(link).status_code == 404
    said = shown(alice, "/tenants/northwind/azure/")
    assert "stopped" in said, said
    said = shown(alice, "/tenants/northwind/pause/")
    assert "may have been deployed since" in said


def test_deployed_once_more_after_it_had_ended_it_is_seen_and_ended_again(
    azure: Cloud, tmp_path: Path
) -> None:
    """Whoever downloaded the template still has it."""
    carried_out(azure, tmp_path)
    made = deployed(azure)
    assert manage("offboard", "northwind", *NOW)[1]["ended"] == "verified" and delegations(azure) == []
    for purpose in (seed.READER, seed.SETUP):
        take_out(azure, seed.NORTHWIND, purpose)
    nights()
    assert stands() == Standing.ENDED
    assert "there is nothing to end" in shown(admin("Alice"), END)
    deploy_whole(azure, made)
    nights()
    assert stands() == Standing.CHANGED
    let_in(azure, seed.NORTHWIND, seed.READER)
    alice = admin("Alice")
    assert "no agreed plan has it" in shown(alice, END)
    looked(alice)
    number = Tenant.objects.get().plans.latest("pk").digest
    alice.post(f"{END}start/", {"number": number, "domain": "northwind.example", "tenant": "northwind"})
    assert go_on().ended == "verified" and delegations(azure) == []
    take_out(azure, seed.NORTHWIND, seed.READER)
    nights()
    assert stands() == Standing.ENDED


def deployed(box: Cloud) -> dict[str, Any]:
    spec = Step.objects.filter(kind="delegation", action="create").latest("pk").spec
    return template.of(spec["definition"], spec["properties"])


def nights() -> None:
    for id in nightly.held() + nightly.left():
        nightly.verify(id)


def stands() -> Standing:
    return Standing(with_standing(Tenant.objects.all()).get().standing)
