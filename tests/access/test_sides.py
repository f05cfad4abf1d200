"""Of a delegation's two sides the customer's is read only with a sign-in of theirs, and pages say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from access.models import Deployment
from onboarding import nightly
from onboarding.models import Onboarding, OwnedObject, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tests.access import own_sign_in as own
from tests.access.own_sign_in import carla, confirmed, planned, shown, work
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.delegating import delegations, deploy, go_on, subscription

__all__ = ["box", "carla", "pki", "portal"]
PAGES = {"azure": own.AZURE, "who": "/tenants/northwind/who/"}
TITLE = "Delegated in Azure, from both sides"


def sides(client: Client, where: str) -> str:
    """Only what is said of the two."""
    page = shown(client, PAGES[where]).replace("&#x27;", "'")
    return page.partition(TITLE)[2].partition("To look:")[0]


def to_look(client: Client, where: str) -> str:
    page = shown(client, PAGES[where]).replace("&#x27;", "'")
    return page.partition(TITLE)[2].partition("To look:")[2].partition("presses Deploy.")[0]


@pytest.mark.parametrize("where", PAGES)
def test_what_was_deployed_without_us_is_not_read_from_their_side_and_it_is_said(
    carla: Client, portal: Cloud, where: str
) -> None:
    assert TITLE not in shown(carla, PAGES[where])
    deploy(portal, "rg-security")
    assert go_on().ended == "verified"
    said = sides(carla, where)
    assert f"Subscription {subscription(portal)}" in said and "Read back by its run" in said
    assert "Not read: nobody of northwind.example has signed in here to look." in said
    assert "Service providers, Delegations" in to_look(carla, where)
    assert "a reviewer signs in for Azure" in to_look(carla, where)


@pytest.mark.parametrize("where", PAGES)
def test_by_whoever_deployed_it_with_a_sign_in_it_was_read_and_not_since(
    carla: Client, portal: Cloud, where: str
) -> None:
    row = work(confirmed(carla))
    assert go_on().ended == "verified"
    Deployment.objects.filter(pk=row.pk).update(told_at=now() - timedelta(days=3))
    said = sides(carla, where)
    assert "Last read with a sign-in of theirs 3 days ago" in said and "; not read since." in said
    [there] = delegations(portal)
    portal.store.remove(seed.NORTHWIND, "registrationAssignments", there["id"])
    nightly.verify(Onboarding.objects.get().pk)
    said = sides(carla, where)
    assert "Not as agreed" in said and "Last read with a sign-in of theirs 3 days ago" in said


def test_of_the_providers_side_the_last_look_counts(carla: Client, portal: Cloud) -> None:
    deploy(portal, "rg-security")
    assert go_on().ended == "verified"
    OwnedObject.objects.update(since=now() - timedelta(days=3))
    Run.objects.update(closed_at=now() - timedelta(days=3))
    assert "3 days ago" in sides(carla, "azure")
    nightly.verify(Onboarding.objects.get().pk)
    assert "just now" in sides(carla, "azure") and "3 days ago" not in sides(carla, "azure")


def test_who_only_signed_in_has_read_nothing(carla: Client, portal: Cloud) -> None:
    own.signed_in(carla)
    deploy(portal, "rg-security")
    assert go_on().ended == "verified" and "Not read: nobody" in sides(carla, "azure")


def test_to_sign_in_again_is_no_look_before_azure_has_answered(carla: Client, portal: Cloud) -> None:
    row = planned(carla)
    deploy(portal, "rg-security")
    assert go_on().ended == "verified"
    Deployment.objects.update(told_at=now() - timedelta(days=3))
    assert own.signed_in(carla) == row
    assert "sign-in of theirs 3 days ago" in sides(carla, "azure")
    assert work(own.signed_in(carla, "deniz")).reason == "azure_forbidden"
    assert "sign-in of theirs 3 days ago" in sides(carla, "azure")


def test_to_sign_in_once_more_is_a_look_that_deploys_nothing(carla: Client, portal: Cloud) -> None:
    work(confirmed(carla))
    assert go_on().ended == "verified"
    before = delegations(portal)
    long_ago = now() - timedelta(days=3)
    Deployment.objects.update(asked_at=long_ago, ended_at=long_ago, told_at=long_ago)
    assert "sign-in of theirs 3 days ago" in sides(carla, "azure")
    planned(carla)
    assert delegations(portal) == before and "sign-in of theirs just now" in sides(carla, "azure")
