"""Deploying with the customer's own sign-in: shown before, said once, made once, green when read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from access import tasks
from access.deploying import deploying, hold
from access.models import Deployment
from onboarding.models import Step
from sandbox.arm import deployments as azures
from sandbox.arm.errors import ArmError
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import LedgerEntry
from tests.access import own_sign_in as own
from tests.access.own_sign_in import (
    PUT,
    carla,
    confirmed,
    dies,
    is_done,
    made,
    page,
    planned,
    press,
    puts,
    reviewer,
    shown,
    sign_in_ends,
    work,
)
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.delegating import delegations
from tests.portal.conftest import oid

__all__ = ["box", "carla", "pki", "portal"]


def test_it_is_shown_then_deployed_then_read_back(carla: Client, portal: Cloud) -> None:
    row = planned(carla)
    said = shown(carla, page(row))
    assert "What would change, says Azure" in said and said.count("is made") == 2
    assert "That it holds in the resource group rg-security" in said
    assert puts(portal) == 0 and delegations(portal) == []
    press(carla, row)
    assert work(row).state == "succeeded"
    assert Step.objects.get(kind="delegation").state == "customer"
    assert "That is not the proof" in shown(carla, page(row))
    is_done(row, portal)
    assert puts(portal) == 1
    assert "verified" in shown(carla, page(row)) and "deployed, says Azure" in shown(carla, own.AZURE)


def test_who_did_what_stands_in_the_record_without_anything_secret(carla: Client) -> None:
    row = work(confirmed(carla))
    entries = LedgerEntry.objects.filter(subject=f"subscription {row.subscription}")
    assert [each.verb for each in entries] == ["signed in to deploy", "said deploy", "deployed"]
    assert entries[0].facts["account"] == oid("ada") and entries[0].actor == row.asked_by
    assert {each.facts["template"] for each in entries} == {row.address}


def test_it_names_the_account_that_signed_in_beside_whoever_began_it(carla: Client) -> None:
    row = planned(carla)
    said = shown(carla, page(row))
    assert (
        "Carla Ruiz began it" in said
        and "signed in to Azure for it: Ada Admin (ada@northwind.example)" in said
    )
    Deployment.objects.filter(pk=row.pk).update(account_name="")
    assert f"signed in to Azure for it: the account with the object id {oid('ada')}" in shown(
        carla, page(row)
    )


SORTS = ("cut before", "cut after", "late", "429", "503", "500", "500 after", "malformed")


@pytest.mark.parametrize("sort", SORTS)
def test_whatever_becomes_of_the_answer_to_the_write_there_is_one(
    sort: Any, carla: Client, portal: Cloud
) -> None:
    row = confirmed(carla)
    portal.faults.append(Fault(sort, "PUT", PUT))
    assert work(row).state == "succeeded" and made(portal) == [row.name] and len(delegations(portal)) == 1
    assert puts(portal) == (1 if sort in ("500 after", "malformed", "cut after") else 2)


@pytest.mark.parametrize(
    ("path", "sort"),
    [
        (r"^/subscriptions/[^/]+$", "429"),
        ("/validate", "cut after"),
        ("/whatIf", "malformed"),
        ("/operationresults/", "malformed"),
    ],
)
def test_a_question_without_an_answer_is_asked_again(
    path: str, sort: Any, carla: Client, portal: Cloud
) -> None:
    portal.faults.append(Fault(sort, "", path))
    planned(carla)


def test_what_takes_azure_long_is_waited_for_at_the_address_it_names(carla: Client, portal: Cloud) -> None:
    portal.habits.slow_arm = 3
    row = planned(carla)
    press(carla, row)
    assert work(row).state == "succeeded" and puts(portal) == 1
    for question in ("/validate", "/whatIf"):
        assert sum(call.path.endswith(question) for call in portal.calls) == 1


def test_what_azure_does_not_show_yet_is_sent_again_and_is_the_same(
    carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    """A replica lags: the second write is told that the first is under way."""
    row, honest = confirmed(carla), azures.find
    portal.habits.slow_arm = 9

    def lagging(call: Any) -> Any:
        if puts(portal) == 1:
            raise ArmError(404, "DeploymentNotFound", "not yet")
        return honest(call)

    monkeypatch.setattr(azures, "find", lagging)
    assert work(row, 60).state == "succeeded" and (puts(portal), made(portal)) == (2, [row.name])


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_the_write_it_goes_on_and_makes_one(
    moment: str, carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    row = confirmed(carla)
    dies(monkeypatch, moment, row)
    is_done(work(row), portal)
    assert puts(portal) == 1


def test_pressed_twice_or_worked_at_by_two_it_is_deployed_once(carla: Client, portal: Cloud) -> None:
    row = planned(carla)
    other = reviewer()
    assert [press(each, row).status_code for each in (carla, other, carla)] == [302] * 3
    assert Deployment.objects.claim(row.pk, "another worker") and deploying.look(row.pk) is None
    Deployment.objects.update(owner="", lease_until=None)
    row = work(row)
    press(carla, row)
    assert work(row).state == "succeeded" and puts(portal) == 1
    assert LedgerEntry.objects.filter(verb="said deploy").count() == 1


def test_whoever_lost_it_to_another_worker_saves_nothing_more(carla: Client) -> None:
    """As one that stood still until its lease was over."""
    row = own.signed_in(carla)
    mine = hold.taken(row.pk)
    assert mine is not None and hold.taken(row.pk) is None
    Deployment.objects.update(lease_until=now() - timedelta(seconds=1))
    theirs = hold.taken(row.pk)
    assert theirs is not None
    with pytest.raises(hold.Lost):
        mine.end("failed", "azure_said", {"why": "late"})
    theirs.save(state="valid")
    row.refresh_from_db()
    assert (row.state, row.reason, row.is_open) == ("valid", "", True)
    assert not LedgerEntry.objects.filter(verb="did not deploy").exists()


def test_signed_in_in_two_windows_there_is_one_deployment(carla: Client) -> None:
    first = own.signed_in(carla)
    assert own.signed_in(reviewer()) == first and Deployment.objects.count() == 1


def azure_says_it_is_over(row: Deployment, portal: Cloud) -> None:
    portal.clock.advance(hours=2)


def the_key_is_another(row: Deployment, portal: Cloud) -> None:
    Deployment.objects.filter(pk=row.pk).update(token=row.token[:-9] + "AAAAAAAA=")


@pytest.mark.parametrize("end", [sign_in_ends, azure_says_it_is_over, the_key_is_another])
def test_a_sign_in_that_ends_is_said_and_another_goes_on(
    end: Callable[[Deployment, Cloud], None], carla: Client, portal: Cloud
) -> None:
    row = confirmed(carla)
    end(row, portal)
    row = work(row)
    assert (row.state, row.token, row.is_open) == ("asked", "", True) and puts(portal) == 0
    said = shown(carla, page(row))
    assert "The sign-in for Azure is over" in said and "Sign in again" in said
    portal.clock.shift = timedelta()
    assert work(own.signed_in(carla)) == row
    row.refresh_from_db()
    assert (row.state, row.reason, row.confirmed_by) == ("planned", "", "")
    press(carla, row)
    assert work(row).state == "succeeded" and made(portal) == [row.name]


def test_who_signs_in_again_still_reads_what_azure_said_before_and_cannot_deploy_it(
    carla: Client, portal: Cloud
) -> None:
    row = planned(carla)
    before, number = row.changes, row.digest
    assert own.signed_in(carla) == row
    row.refresh_from_db()
    assert (row.state, row.digest, row.changes) == ("asked", "", before) and before
    said = shown(carla, page(row))
    assert "What Azure said would change, before the last sign-in" in said and "is made" in said
    press(carla, row, number)
    row.refresh_from_db()
    assert row.state == "asked"
    row = work(row)
    assert row.state == "planned" and "What would change, says Azure" in shown(carla, page(row))


def test_whoever_may_not_look_takes_nothing_from_what_was_told_before(carla: Client, portal: Cloud) -> None:
    row = planned(carla)
    assert work(own.signed_in(carla, "deniz")).reason == "azure_forbidden"
    assert "What Azure said would change, before the last sign-in" in shown(carla, page(row))


def test_it_ends_after_the_write_and_is_looked_after_by_the_next_sign_in(
    carla: Client, portal: Cloud
) -> None:
    row = confirmed(carla)
    portal.habits.slow_arm = 9
    for _ in range(3):
        Deployment.objects.update(not_before=now())
        deploying.look(row.pk)
    sign_in_ends(row, portal)
    row = work(row)
    assert (row.state, row.is_locked_out, row.may_be_given_up) == ("sent", True, False)
    assert "goes on there" in shown(carla, page(row))
    carla.post(f"{page(row)}give-up/")
    assert work(own.signed_in(carla)) == row
    row.refresh_from_db()
    is_done(row, portal)
    assert puts(portal) == 1


def test_the_sweep_wipes_what_is_over_and_lets_go_of_what_nobody_came_back_to(carla: Client) -> None:
    row = planned(carla)
    assert row.token
    tasks.sweep()
    row.refresh_from_db()
    assert row.token
    Deployment.objects.update(token_until=now())
    tasks.sweep()
    row.refresh_from_db()
    assert (row.token, row.is_open) == ("", True)
    assert "The sign-in for Azure is over" in shown(carla, page(row))
    Deployment.objects.update(asked_at=now() - timedelta(days=2))
    tasks.sweep()
    row.refresh_from_db()
    assert row.state == "given-up"
    said = shown(carla, page(row))
    assert "nobody signed in again within a day" in said and "it goes on where it was" not in said


def test_given_up_it_sends_nothing_and_the_sign_in_is_wiped(carla: Client, portal: Cloud) -> None:
    row = planned(carla)
    carla.post(f"{page(row)}give-up/")
    press(carla, row)
    row = work(row)
    assert (row.state, row.token, puts(portal)) == ("given-up", "", 0)
    assert planned(carla) != row
