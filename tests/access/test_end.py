"""Ending from the customer's page: counted by a worker, meant by a typed domain, begun exactly as seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding import heartbeat
from onboarding.agreeing import agreements
from onboarding.models import Agreement, Inquiry, OwnedObject, Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import SignIn, Tenant
from tests.cast import Cast, assemble
from tests.onboarding import already
from tests.onboarding.clicking import admin, carry_out
from tests.onboarding.conftest import box, entered, file, pki, portal, writes
from tests.onboarding.wizarding import let_in, take_out, work

__all__ = ["box", "file", "pki", "portal"]
PAGE = "/tenants/northwind/end/"


@pytest.fixture
def alice(portal: Cloud, file: Callable[..., Path]) -> Client:
    """Northwind is set up and its run is long over."""
    already.set_up(portal, file())
    Run.objects.all().delete()
    return admin("Alice")


def held(box: Cloud, package: str, times: int) -> None:
    """People who hold a package, as the sandbox keeps them."""
    row = OwnedObject.objects.get(address=f"access_package/{package}")
    policy = OwnedObject.objects.get(address=f"assignment_policy/{package}/analysts")
    for at in range(times):
        box.store.put(
            seed.NORTHWIND,
            "assignments",
            {
                "id": f"a551{at:04}-0000-4000-8000-000000000000",
                "state": "delivered",
                "status": "Delivered",
                "schedule": {},
                "accessPackage": {"id": row.remote_id},
                "assignmentPolicy": {"id": policy.remote_id},
                "target": {"id": f"7a{at:06}-0000-4000-8000-000000000000", "objectId": seed._id("42", 2)},
            },
        )


def text(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get(PAGE).content.decode())


def looked(client: Client) -> str:
    assert client.post(f"{PAGE}look/").status_code == 302
    heartbeat.beat()
    assert "The worker is reading the tenant now" in text(client)
    work()
    return text(client)


def begin(client: Client, domain: str = "northwind.example", **more: Any) -> Any:
    number = more.pop("number", None) or Plan.objects.filter(purpose="offboard").latest("pk").digest
    return client.post(f"{PAGE}start/", {"tenant": "northwind", "number": number, "domain": domain, **more})


def test_looking_counts_what_would_go_and_writes_nothing(portal: Cloud, alice: Client) -> None:
    held(portal, "tier-1", 3)
    before = writes(portal)
    OwnedObject.objects.filter(address="group/tier-2").update(origin=OwnedObject.Origin.ADOPTED)
    entered()
    said = looked(alice)
    owned = OwnedObject.objects.count()
    assert "<dt>Accesses that end</dt><dd>3, of 3 packages</dd>" in said
    assert f"<dt>Objects deleted</dt><dd>{owned - 1}</dd>" in said
    assert "<dt>Objects given back</dt><dd>1</dd>" in said
    assert writes(portal) == before and not Agreement.objects.filter(form="withdrawal").exists()


def test_begun_it_ends_with_everything_read_back(portal: Cloud, alice: Client) -> None:
    looked(alice)
    answer = begin(alice)
    run = Run.objects.get()
    assert answer["Location"] == f"/tenants/northwind/runs/{run.pk}/"
    agreed = Agreement.objects.get(plan=run.plan)
    assert (agreed.form, agreed.by) == ("withdrawal", "the provider")
    carry_out()
    assert Run.objects.get().ended == "verified" and not OwnedObject.objects.exists()
    assert "Ended, but our apps were not seen gone" in alice.get("/tenants/northwind/").content.decode()
    assert "there is nothing to end" in text(alice)


@pytest.mark.parametrize("typed", ["", "northwind", "contoso.example", "northwind.example.org"])
def test_only_this_tenants_domain_begins_it(alice: Client, typed: str) -> None:
    looked(alice)
    answer = begin(alice, typed)
    assert answer.status_code == 400 and "Nothing was done." in answer.content.decode()
    assert not Run.objects.exists() and not Agreement.objects.filter(form="withdrawal").exists()


def test_a_sign_in_of_eleven_minutes_ago_begins_nothing(alice: Client) -> None:
    looked(alice)
    SignIn.objects.update(auth_time=now() - timedelta(minutes=11))
    assert begin(alice).status_code == 403
    assert not Run.objects.exists() and not Agreement.objects.filter(form="withdrawal").exists()


def test_only_what_was_seen_is_begun(alice: Client) -> None:
    looked(alice)
    assert begin(alice, number="0" * 64).status_code == 400
    OwnedObject.objects.filter(address="group/tier-2").update(
        remote_id="0f000000-0000-4000-8000-0000000000ff"
    )
    assert begin(alice).status_code == 400
    assert not Run.objects.exists() and not Agreement.objects.filter(form="withdrawal").exists()


def test_after_an_hour_it_has_to_be_looked_at_anew(alice: Client) -> None:
    looked(alice)
    Inquiry.objects.filter(what="end").update(answered_at=now() - timedelta(minutes=61))
    assert "End and clean up northwind.example</button>" not in text(alice)
    assert begin(alice).status_code == 400 and not Run.objects.exists()


def test_what_cannot_be_read_stops_it_and_is_not_called_gone(portal: Cloud, alice: Client) -> None:
    from sandbox.faults import Fault

    portal.faults.append(Fault("403", "GET", "/catalogs/[^/]+$", times=1000))
    said = looked(alice)
    assert "Something could not be read" in said and "Nothing of ours is left" not in said
    assert not Plan.objects.filter(purpose="offboard").exists()


def test_where_the_app_that_writes_was_removed_it_is_asked_for_first(portal: Cloud, alice: Client) -> None:
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    said = looked(alice)
    assert "Let the set-up app in again" in said and "To show that this tenant" not in said
    assert begin(alice).status_code == 400 and not Run.objects.exists()
    alice.post(f"{PAGE}let-in/")
    assert f"client_id={seed.SETUP}" in text(alice)
    let_in(portal, seed.NORTHWIND, seed.SETUP)
    looked(alice)
    assert begin(alice).status_code == 302


def test_a_look_alone_does_not_change_how_the_tenant_stands(alice: Client) -> None:
    before = alice.get("/customers/").content.decode().count("Waiting for the agreement")
    looked(alice)
    assert alice.get("/customers/").content.decode().count("Waiting for the agreement") == before


def test_an_open_run_comes_first(alice: Client) -> None:
    looked(alice)
    plan = Plan.objects.exclude(purpose="offboard").get()
    Run.objects.create(tenant=Tenant.objects.get(), plan=plan, started_by="person 1")
    assert begin(alice).status_code == 400
    assert "A run is open in this tenant." in text(alice)
    assert not Agreement.objects.filter(form="withdrawal").exists()


@pytest.mark.parametrize("who", ["audrey", "ann", "rolf"])
@pytest.mark.django_db
def test_only_an_admin_or_its_own_reviewer_finds_it(who: str) -> None:
    cast: Cast = assemble()
    for path in ("", "look/", "let-in/", "start/", "stop/"):
        assert cast.client(who).post(PAGE + path).status_code in (404, 405)
    assert cast.client(who).get(PAGE).status_code == 404


def test_a_number_of_odd_letters_is_no_plans_number(alice: Client) -> None:
    looked(alice)
    answer = alice.post(f"{PAGE}start/", {"number": "é", "domain": "northwind.example"})
    assert answer.status_code == 400 and "looked at anew" in answer.content.decode()
    assert not Run.objects.exists()


def test_a_refusal_while_the_worker_looks_leads_back_to_a_page_that_is_there(alice: Client) -> None:
    """Without script the page loads itself anew: not at the form's own address, which only takes forms."""
    alice.post(f"{PAGE}look/")
    refused = alice.post(f"{PAGE}start/", {"number": "", "domain": "northwind.example"}).content.decode()
    found = re.search(r'<meta http-equiv="refresh" content="5; url=([^"]*)">', refused)
    assert found and alice.get(urljoin(f"{PAGE}start/", found[1])).status_code == 200


def test_the_customers_word_stands_where_it_was_given_and_looking_again_keeps_it(alice: Client) -> None:
    looked(alice)
    plan = Plan.objects.get(purpose="offboard")
    agreements.record(plan, by="carla@northwind.example", reference="7", asked_by="a", decided_by="b")
    assert "carla@northwind.example agreed to this plan" in looked(alice)
    assert begin(alice).status_code == 302
    assert Run.objects.get().plan == plan and not Agreement.objects.filter(form="withdrawal").exists()


def test_a_start_that_is_refused_leaves_no_withdrawal_behind(alice: Client) -> None:
    """What is ours is no longer as the plan knew it; that is seen only once the withdrawal is written."""
    looked(alice)
    OwnedObject.objects.filter(address="group/tier-2").update(needs=["group/approvers"])
    assert begin(alice).status_code == 400
    assert not Run.objects.exists() and not Agreement.objects.filter(form="withdrawal").exists()
