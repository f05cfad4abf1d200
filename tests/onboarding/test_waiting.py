"""A run that waits for the customer may wait for weeks; the tenant is looked at again before it goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils.timezone import now

from onboarding import runs
from onboarding.models import OwnedObject, Plan, Run, Step
from onboarding.running.advance import advance
from sandbox import directory, seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.microsoft import apps, credentials
from tests.onboarding.conftest import agreed_plan, manage, writes


def lose_consent(portal: Cloud) -> None:
    for principal in portal.store.all(seed.NORTHWIND, "servicePrincipals"):
        if principal["appId"] == seed.SETUP:
            portal.store.remove(seed.NORTHWIND, "servicePrincipals", principal["id"])
    credentials.forget(apps.setup(), seed.NORTHWIND)


def give_consent(portal: Cloud) -> None:
    directory.grant(portal, seed.NORTHWIND, directory.application(portal, seed.SETUP))


def test_a_look_alike_made_while_we_waited_stops_the_run(portal: Cloud, file: Callable[..., Path]) -> None:
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "command line")
    lose_consent(portal)
    advance(run.pk)
    assert run.steps.filter(state=Step.State.CUSTOMER).exists()
    portal.store.put(
        seed.NORTHWIND,
        "groups",
        {"id": "0f000000-0000-4000-8000-00000000000f", "displayName": "Fabrikam Security Tier 1 Analyst"},
    )
    give_consent(portal)
    runs.resume(run, "command line")
    assert advance(run.pk) is None
    run.refresh_from_db()
    assert (run.ended, writes(portal)) == ("failed", 0)


def test_with_consent_given_it_goes_on_to_the_end(portal: Cloud, file: Callable[..., Path]) -> None:
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "command line")
    lose_consent(portal)
    advance(run.pk)
    give_consent(portal)
    runs.resume(run, "command line")
    assert manage("onboard", file(), "--apply", "--inline")[0] == 0
    run.refresh_from_db()
    assert run.ended == "verified"


def drop_role(portal: Cloud, role: str) -> None:
    """The customer takes one permission back; our token from before it is thrown away."""
    for principal in portal.store.all(seed.NORTHWIND, "servicePrincipals"):
        if principal["appId"] == seed.SETUP:
            roles = [each for each in principal["roles"] if each != role]
            portal.store.put(seed.NORTHWIND, "servicePrincipals", {**principal, "roles": roles})
    credentials.forget(apps.setup(), seed.NORTHWIND)


def deliver_everything(portal: Cloud) -> None:
    portal.habits.slow_elm = 0
    for item in portal.store.all(seed.NORTHWIND, "work"):
        portal.store.put(seed.NORTHWIND, "work", {**item, "left": 1})


def test_what_was_asked_for_and_came_while_the_customer_was_waited_for_is_ours(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "command line")
    portal.habits.slow_elm = 1000
    advance(run.pk)
    under_way = run.steps.filter(kind="catalog_resource", state=Step.State.MICROSOFT)
    assert under_way.exists()
    drop_role(portal, "EntitlementManagement.ReadWrite.All")
    runs.resume(run, "command line")
    advance(run.pk)
    assert run.steps.filter(kind="catalog_resource", state=Step.State.CUSTOMER).exists()
    deliver_everything(portal)
    lose_consent(portal)
    give_consent(portal)
    runs.resume(run, "command line")
    assert manage("onboard", file(), "--apply", "--inline")[0] == 0
    run.refresh_from_db()
    assert run.ended == "verified"
    assert set(OwnedObject.objects.filter(kind="catalog_resource").values_list("origin", flat=True)) == {
        "created"
    }
    assert len(portal.store.all(seed.NORTHWIND, "resourceRequests")) == 3


def test_what_was_accepted_and_could_not_be_looked_at_is_ours_all_the_same(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    """The request was answered well; to read what it made was refused, and allowed again later."""
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "command line")
    portal.faults.append(Fault("403", "GET", "/catalogs/[^/]+/resources$", times=1))
    advance(run.pk)
    assert run.steps.filter(kind="catalog_resource", state=Step.State.CUSTOMER).exists()
    runs.resume(run, "command line")
    assert manage("onboard", file(), "--apply", "--inline")[0] == 0
    run.refresh_from_db()
    assert run.ended == "verified"
    origins = OwnedObject.objects.filter(kind="catalog_resource").values_list("origin", flat=True)
    assert list(origins) == ["created"] * 3
    assert len(portal.store.all(seed.NORTHWIND, "resourceRequests")) == 3


def test_microsofts_hour_begins_anew_after_the_customers_days(
    portal: Cloud, file: Callable[..., Path]
) -> None:
    agreed_plan(file())
    run = runs.start(Plan.objects.get(), "command line")
    lose_consent(portal)
    advance(run.pk)
    waiting = run.steps.filter(state=Step.State.CUSTOMER)
    waiting.update(waiting_since=now() - timedelta(days=3))
    give_consent(portal)
    portal.faults.append(Fault("503", "PATCH", "/groups", times=1000))
    Run.objects.update(not_before=now())
    waiting.update(not_before=None)
    advance(run.pk)
    groups = run.steps.filter(kind="group")
    assert set(groups.values_list("state", flat=True)) == {"microsoft"}
    assert all(step.waiting_since > now() - timedelta(minutes=5) for step in groups)
