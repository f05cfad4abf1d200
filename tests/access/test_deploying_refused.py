"""What is not deployed with the customer's own sign-in: another's, another plan's, more than was agreed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from access.deploying import deployments, looking_ahead
from sandbox import seed
from sandbox.arm import roles, subscriptions, what_if
from sandbox.arm import seed as arm
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import LedgerEntry, Tenant, WriteStop
from tests.access import own_sign_in as own
from tests.access.own_sign_in import (
    carla,
    confirmed,
    ended,
    frozen,
    page,
    paused,
    planned,
    press,
    puts,
    reviewer,
    shown,
    tampered,
    work,
)
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.delegating import delegations, subscription
from tests.portal.conftest import oid

__all__ = ["box", "carla", "pki", "portal"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (tampered, "deploy_plan_changed"),
        (paused, "deploy_plan_changed"),
        (ended, "deploy_plan_changed"),
        (frozen, "frozen"),
    ],
)
def test_what_is_no_longer_handed_out_is_not_sent(
    change: Callable[[], None], reason: str, carla: Client, portal: Cloud
) -> None:
    row = confirmed(carla)
    change()
    row = work(row)
    assert (row.state, row.reason, row.token, puts(portal)) == ("failed", reason, "", 0)
    assert delegations(portal) == []


def test_nor_is_the_word_taken_for_it(carla: Client, portal: Cloud) -> None:
    row = planned(carla)
    tampered()
    assert (
        "no longer handed out"
        in carla.post(f"{page(row)}confirm/", {"number": row.digest}, follow=True).content.decode()
    )
    assert work(row).state == "planned" and puts(portal) == 0


def test_nothing_is_sent_while_all_writing_is_stopped(carla: Client, portal: Cloud) -> None:
    row = confirmed(carla)
    stop = WriteStop.objects.create(by="person 1", reason="x")
    assert work(row, 3).state == "confirmed" and puts(portal) == 0
    stop.delete()
    assert work(row).state == "succeeded"


def test_more_than_the_delegation_is_shown_loudly_and_refused(
    carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    honest = what_if._told

    def more(call: Any, properties: Any) -> Any:
        told = honest(call, properties)
        id = f"{call.scope}/providers/Microsoft.Authorization/roleAssignments/x"
        ignored = {"resourceId": f"{call.scope}/resourceGroups/rg-other", "changeType": "Ignore"}
        told["properties"]["changes"] += [{"resourceId": id, "changeType": "Create"}, ignored]
        return told

    monkeypatch.setattr(what_if, "_told", more)
    row = work(own.signed_in(carla))
    assert (row.state, row.reason, row.token) == ("failed", "deploy_unexpected", "")
    said = shown(carla, page(row))
    assert "Not part of this delegation" in said and "roleAssignments/x" in said
    assert "rg-other" not in said and "Deploy </button>" not in said
    press(carla, row)
    assert work(row).state == "failed" and puts(portal) == 0


@pytest.mark.parametrize(
    ("change", "is_strange"),
    [("Create", False), ("NoChange", False), ("Untold", False), ("Delete", True), ("Anything new", True)],
)
def test_what_may_become_of_the_delegation_itself_is_known_and_its_deletion_is_refused(
    change: str, is_strange: bool
) -> None:
    assert (
        looking_ahead.is_strange({"title": "That it holds in the subscription", "change": change})
        is is_strange
    )
    assert looking_ahead.is_strange({"title": "", "change": change})


def test_deployed_again_it_says_that_nothing_changes(carla: Client, portal: Cloud) -> None:
    first = work(confirmed(carla))
    row = planned(carla)
    assert row != first and shown(carla, page(row)).count("stays as it is") == 2
    press(carla, row)
    assert work(row).state == "succeeded" and len(delegations(portal)) == 1


def test_an_account_without_rights_is_told_so_in_one_sentence(carla: Client, portal: Cloud) -> None:
    row = work(own.signed_in(carla, "deniz"))
    assert (row.state, row.reason, row.token, puts(portal)) == ("failed", "azure_forbidden", "", 0)
    said = shown(carla, page(row))
    assert "The account that was to deploy the template may not do that there" in said
    assert "or the scope is invalid. " in said and "recen" not in said
    assert "Sign in again" in said
    work(own.signed_in(carla))
    assert "Sign in again" not in shown(carla, page(row))


def test_a_refusal_that_was_cut_on_its_way_is_asked_for_again(carla: Client, portal: Cloud) -> None:
    """What is refused cannot be read in half of it."""
    portal.faults.append(Fault("malformed", "GET", "/subscriptions/[^/]+$"))
    row = work(own.signed_in(carla, "deniz"))
    assert (row.state, row.reason, portal.faults[0].times) == ("failed", "azure_forbidden", 0)


def test_a_contributor_is_told_what_azure_packs_into_strings(carla: Client, portal: Cloud) -> None:
    scope = f"/subscriptions/{subscription(portal)}"
    arm.give(portal, seed.NORTHWIND, oid("deniz"), roles.CONTRIBUTOR, scope)
    row = work(own.signed_in(carla, "deniz"))
    press(carla, row)
    row = work(row)
    assert (row.state, row.reason) == ("failed", "azure_no_owner"), row.facts
    said = shown(carla, page(row))
    assert "is not an owner of" in said and "Contributor is not enough" in said and "{" not in said
    assert delegations(portal) == [] and LedgerEntry.objects.filter(verb="did not deploy").exists()
    assert work(confirmed(carla)).state == "succeeded" and len(delegations(portal)) == 1


def test_a_subscription_of_another_tenant_is_refused(portal: Cloud, tmp_path: Path) -> None:
    theirs = str(portal.store.all(seed.CONTOSO, "subscriptions")[0]["id"])
    own.begun(portal, tmp_path, theirs)
    carla = reviewer()
    row = work(own.signed_in(carla))
    assert (row.state, row.reason, puts(portal)) == ("failed", "delegation_elsewhere", 0)


def test_so_is_one_that_another_tenant_delegated_to_the_customer(
    carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    """Its people may act in it, and it is not theirs to delegate on."""
    honest = subscriptions.shown

    def elsewhere(*given: Any) -> Any:
        return {**honest(*given), "tenantId": seed.CONTOSO}

    monkeypatch.setattr(subscriptions, "shown", elsewhere)
    row = work(own.signed_in(carla))
    assert (row.state, row.reason, row.facts["id"]) == ("failed", "delegation_elsewhere", seed.CONTOSO)


def test_it_is_offered_to_reviewers_and_only_where_it_is_set_up(carla: Client, settings: Any) -> None:
    assert "5. With your own sign-in" in shown(carla, own.AZURE)
    alice = admin("Alice")
    assert "A reviewer of the customer can do this here" in shown(alice, own.AZURE)
    assert alice.post(f"{own.AZURE}sign-in/").status_code == 404
    apps = settings.MICROSOFT_APPS
    for without in (
        {k: v for k, v in apps.items() if k != "deploy"},
        {**apps, "deploy": {**apps["deploy"], "certificate_file": ""}},
    ):
        settings.MICROSOFT_APPS = without
        page = shown(carla, own.AZURE)
        assert "own sign-in" not in page and "one of the four ways" in page
        assert carla.post(f"{own.AZURE}sign-in/").status_code == 404


def test_the_page_is_the_reviewers_and_the_word_is_of_who_signed_in(carla: Client, portal: Cloud) -> None:
    row = planned(carla)
    deniz = reviewer("deniz")
    assert "Only Carla Ruiz, who began it, can go on" in shown(deniz, page(row))
    press(deniz, row)
    assert "Somebody else signed in for this deployment" in shown(deniz, page(row))
    alice = admin("Alice")
    assert press(alice, row).status_code == 404 and alice.get(page(row)).status_code == 200
    press(carla, row, "0" * 64)
    row = work(row)
    assert row.state == "planned" and puts(portal) == 0
    assert deployments.latest(row.tenant)[row.subscription] == row


def test_the_page_azure_loads_the_last_of_each_subscription_without_what_it_does_not_show(
    carla: Client, django_assert_num_queries: Any
) -> None:
    first = planned(carla)
    carla.post(f"{page(first)}give-up/")
    row, whose = planned(carla), Tenant.objects.get()
    with django_assert_num_queries(1) as asked:
        last = deployments.latest(whose)[row.subscription]
        assert (last, last.shown) == (row, row.shown)
    [query] = asked.captured_queries
    assert not re.search('"(changes|where)"', query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(query["sql"])
        assert len(cursor.fetchall()) == 1
