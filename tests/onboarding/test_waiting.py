"""A run that waits for the customer may wait for weeks; the tenant is looked at again before it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from onboarding import runs
from onboarding.advance import advance
from onboarding.models import Plan, Step
from sandbox import directory, seed
from sandbox.cloud import Cloud
from tenants.microsoft import apps, credentials
from tests.onboarding.conftest import manage, writes


def lose_consent(portal: Cloud) -> None:
    for principal in portal.store.all(seed.NORTHWIND, "servicePrincipals"):
        if principal["appId"] == seed.SETUP:
            portal.store.remove(seed.NORTHWIND, "servicePrincipals", principal["id"])
    credentials.forget(apps.setup(), seed.NORTHWIND)


def give_consent(portal: Cloud) -> None:
    directory.grant(portal, seed.NORTHWIND, directory.application(portal, seed.SETUP))


def test_a_look_alike_made_while_we_waited_stops_the_run(portal: Cloud, file: Callable[..., Path]) -> None:
    manage("onboard", file())
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
    manage("onboard", file())
    run = runs.start(Plan.objects.get(), "command line")
    lose_consent(portal)
    advance(run.pk)
    give_consent(portal)
    runs.resume(run, "command line")
    assert manage("onboard", file(), "--apply", "--inline")[0] == 0
    run.refresh_from_db()
    assert run.ended == "verified"
