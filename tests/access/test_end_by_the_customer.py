"""A reviewer of the customer ends it: their own decision, which nobody of the provider takes or undoes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.utils.timezone import now

from onboarding import runs
from onboarding.agreeing import agreements
from onboarding.models import Agreement, OwnedObject, Plan, Run
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import Contact, LedgerEntry, Person, Tenant
from tests.access.test_end import PAGE, begin, looked, text
from tests.cast import CONTOSO, FABRIKAM, reviewer
from tests.cast import carla as person
from tests.onboarding import already
from tests.onboarding.clicking import admin, carry_out
from tests.onboarding.conftest import agreed_plan, box, file, pki, portal

__all__ = ["box", "file", "pki", "portal"]


@pytest.fixture
def carla(portal: Cloud, file: Callable[..., Path]) -> Client:
    """She reviews for Northwind, which is set up, its run long over."""
    already.set_up(portal, file())
    Run.objects.all().delete()
    return reviewer()


@pytest.mark.parametrize("where", [PAGE, "/tenants/northwind/pause/"])
def test_a_domain_that_the_reviewer_mistyped_is_the_reviewers_own_to_correct(
    carla: Client, where: str
) -> None:
    answer = carla.post(f"{where}start/", {"number": "", "domain": "northwind.example.org"})
    said = answer.content.decode()
    assert answer.status_code == 400 and "<strong>Who:</strong> Whoever typed it." in said
    assert (
        "An administrator of the provider" not in said.partition("cannot be used")[2].partition("</div>")[0]
    )


def test_a_reviewer_ends_it_alone_and_the_record_says_so(carla: Client, settings: object) -> None:
    settings.ALLOW_RECORDED_AGREEMENT = False  # type: ignore[attr-defined]
    assert f'href="{PAGE}"' in carla.get("/tenants/northwind/").content.decode()
    said = looked(carla)
    assert "<dt>Accesses that end</dt><dd>0, of 3 packages</dd>" in said and "your decision" in said
    assert "withdrawal by the provider" not in said
    assert begin(carla, "northwind.example.org").status_code == 400
    assert begin(carla).status_code == 302
    agreed = Agreement.objects.get(plan=Run.objects.get().plan)
    who = person()
    assert (agreed.form, agreed.by, agreed.decided_by) == ("ended", who.email, who.actor)
    entry = LedgerEntry.objects.get(number=agreed.ledger_number)
    assert (entry.actor, entry.verb) == (who.actor, "ended for the customer")
    carry_out()
    assert Run.objects.get().ended == "verified" and not OwnedObject.objects.exists()
    page = carla.get(f"/tenants/northwind/runs/{Run.objects.get().pk}/").content.decode()
    assert "Ended by the customer" in page
    receipt = f"/tenants/northwind/runs/{Run.objects.get().pk}/receipt/"
    assert (
        f'href="{receipt}"' in page
        and f'href="{receipt}"' in carla.get("/tenants/northwind/").content.decode()
    )
    kept = re.sub(r"\s+", " ", carla.get(receipt).content.decode())
    head = LedgerEntry.objects.latest("number")
    assert f'{head.number}: <code class="break">{head.hash}</code>' in kept and who.email in kept
    steps = Run.objects.get().steps.all()
    assert kept.count("Read back: gone") == steps.filter(action="delete").count() > 5
    assert all(step.planned_id in kept for step in steps) and "not read back" not in kept
    gone = LedgerEntry.objects.get(verb="let go of an object", subject="group/tier-1")
    assert f"entry {gone.number} of the record" in kept


def test_the_provider_can_neither_decide_in_their_place_nor_stop_it(carla: Client) -> None:
    alice = admin("Alice")
    looked(alice)
    assert "your decision" not in text(alice)
    assert begin(carla).status_code == 302
    run = Run.objects.get()
    alice.post("/tenants/northwind/onboard/begin/")
    refused = alice.post("/tenants/northwind/onboard/progress/cancel/")
    assert "decided by a reviewer of the customer" in refused.content.decode()
    assert alice.post(f"{PAGE}stop/").status_code == 404
    assert not run.is_cancelled()
    assert carla.post(f"{PAGE}stop/").status_code == 302 and run.is_cancelled()


def test_a_set_up_under_way_is_stopped_by_a_reviewer_so_that_the_end_can_begin(carla: Client) -> None:
    looked(carla)
    plan = Plan.objects.exclude(purpose="offboard").get()
    run = Run.objects.create(tenant=Tenant.objects.get(), plan=plan, started_by="person 1")
    assert begin(carla).status_code == 400 and "Stop it" in text(carla)
    assert carla.post(f"{PAGE}stop/").status_code == 302 and run.is_cancelled()
    assert LedgerEntry.objects.latest("pk").actor == person().actor


def test_a_withdrawal_by_the_provider_is_not_theirs_to_stop(carla: Client) -> None:
    alice = admin("Alice")
    looked(alice)
    assert begin(alice).status_code == 302
    assert "not theirs" not in text(carla) and carla.post(f"{PAGE}stop/").status_code == 400
    assert not Run.objects.get().is_cancelled()


def test_a_pause_by_the_provider_holds_no_end_of_the_customer_back(carla: Client) -> None:
    looked(carla)
    plan = Plan.objects.exclude(purpose="offboard").get()
    Plan.objects.filter(pk=plan.pk).update(purpose="pause")
    Agreement.objects.filter(plan=plan).update(form="withdrawal", asked_by=F("decided_by"))
    run = Run.objects.create(tenant=Tenant.objects.get(), plan=plan, started_by="person 1")
    assert begin(carla).status_code == 400 and "Stop it" in text(carla)
    assert carla.post(f"{PAGE}stop/").status_code == 302 and run.is_cancelled()


@pytest.mark.parametrize("purpose", ["offboard", "pause"])
def test_what_was_agreed_to_before_an_end_opens_nothing_after_it(
    purpose: str, portal: Cloud, file: Callable[..., Path]
) -> None:
    agreed_plan(file())
    plan = Plan.objects.get()
    assert plan.agreement
    over = {"frame": {}, "changes": [], "digest": "0" * 64, "expires_at": now()}
    ending = Plan.objects.create(tenant=plan.tenant, purpose=purpose, **over)
    Run.objects.create(tenant=plan.tenant, plan=ending, started_by="person 3", closed_at=now())
    with pytest.raises(Refused, match="closed_since"):
        runs.start(plan, "a test")
    agreed_plan(file())
    assert Plan.objects.filter(purpose="onboard").count() == 2


def test_only_a_reviewer_of_that_very_tenant_ends_for_it(carla: Client) -> None:
    """Also where rows would have it otherwise: no name of ours, and none of another tenant's."""
    looked(carla)
    plan, here = Plan.objects.get(purpose="offboard"), Tenant.objects.get()
    for tid in (FABRIKAM, CONTOSO, str(here.tenant_id)):
        stranger = Person.objects.create(tid=tid, oid="0d000000-0000-4000-8000-000000000001", name="X")
        if tid != str(here.tenant_id):
            Contact.objects.create(tenant=here, person=stranger, role="reviewer")
        with pytest.raises(Refused, match="not_a_reviewer"):
            agreements.end(plan, stranger)
    assert not Agreement.objects.filter(plan=plan).exists()


@pytest.mark.parametrize("changed", ["decided_by", "form"])
def test_a_withdrawal_cannot_be_turned_into_the_customers_word(carla: Client, changed: str) -> None:
    looked(carla)
    plan = Plan.objects.get(purpose="offboard")
    staff = Person.objects.create(tid=FABRIKAM, oid="0d000000-0000-4000-8000-000000000002", name="X")
    if changed == "form":
        agreed = agreements.withdraw(plan, staff.actor)
        Agreement.objects.filter(pk=agreed.pk).update(form="ended")
    else:
        agreed = agreements.end(plan, person())
        Agreement.objects.filter(pk=agreed.pk).update(decided_by=staff.actor, asked_by=staff.actor)
    with pytest.raises(Refused, match="agreement_mis"):
        runs.start(plan, "a test")


def test_nothing_is_set_up_by_it_and_nobody_else_is_asked(carla: Client) -> None:
    looked(carla)
    plan = Plan.objects.exclude(purpose="offboard").get()
    Agreement.objects.all().delete()
    with pytest.raises(Refused, match="agreement_missing"):
        agreements.end(plan, person())
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(
            plan=plan,
            digest=plan.digest,
            form="ended",
            by="b",
            reference="r",
            asked_by="a",
            decided_by="b",
            ledger_number=1,
        )
