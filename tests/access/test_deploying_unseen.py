"""A deployment that nobody could see, and one that goes on by the sign-in of another or is let go of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from access import tasks
from access.deploying import deploying, deployments
from access.models import Deployment
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
    ended,
    frozen,
    is_done,
    lagging,
    made,
    page,
    paused,
    planned,
    press,
    puts,
    replaced,
    reviewer,
    sent,
    shown,
    sign_in_ends,
    tampered,
    work,
)
from tests.onboarding.conftest import box, pki, portal
from tests.portal.conftest import chosen

__all__ = ["box", "carla", "pki", "portal"]


def test_who_may_not_look_any_more_is_not_told_that_it_was_not_deployed(carla: Client, portal: Cloud) -> None:
    """Rights on demand end while Azure works."""
    row = sent(confirmed(carla), portal)
    portal.faults.append(Fault("403", "GET", PUT))
    row = work(row)
    assert (row.state, row.reason, row.token) == ("failed", "deploy_unknown", "")
    said = shown(carla, page(row))
    assert "nobody saw how it went" in said and "not deployed" not in said
    assert "nobody saw how it went" in shown(carla, own.AZURE)
    assert LedgerEntry.objects.latest("number").verb == "could not see how a deployment went"


def test_nor_is_whoever_waited_for_a_worker_that_was_cut_off_each_time(carla: Client, portal: Cloud) -> None:
    row = sent(confirmed(carla), portal)
    Deployment.objects.update(claims=deploying.MOST_CLAIMS + 1)
    assert work(row).reason == "deploy_unknown"


@pytest.mark.parametrize("change", [tampered, paused, frozen])
def test_what_was_sent_and_may_not_be_sent_again_is_not_called_undone_while_azure_lags(
    change: Callable[[], None], carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    row = sent(confirmed(carla), portal)
    change()
    lagging(monkeypatch, 1000)
    row = work(row)
    assert (row.state, row.reason, row.token, puts(portal)) == ("failed", "deploy_unknown", "", 1)
    assert "not deployed" not in shown(carla, page(row))
    assert LedgerEntry.objects.latest("number").verb == "could not see how a deployment went"


def test_it_is_followed_once_azure_shows_it(carla: Client, portal: Cloud, monkeypatch: Any) -> None:
    row = sent(confirmed(carla), portal)
    frozen()
    lagging(monkeypatch, 2)
    assert work(row).state == "succeeded" and puts(portal) == 1


def test_half_of_not_found_is_no_word_of_azures(carla: Client, portal: Cloud, monkeypatch: Any) -> None:
    """Azure says 404 of a subscription that it does not find, too."""
    row = sent(confirmed(carla), portal)
    portal.faults.append(Fault("malformed", "GET", PUT, times=2))
    lagging(monkeypatch, 2)
    row = work(row)
    assert (row.state, portal.faults[0].times, puts(portal)) == ("succeeded", 0, 1)


def test_an_answer_that_names_no_state_is_no_word_of_success(
    carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    row, honest = sent(confirmed(carla), portal), azures.shown

    def bare(deployment: Any) -> Any:
        return {**honest(deployment), "properties": {}}

    with monkeypatch.context() as patch:
        patch.setattr(azures, "shown", bare)
        row = work(row, 3)
    assert (row.state, row.is_open) == ("sent", True)
    assert work(row).state == "succeeded" and puts(portal) == 1


@pytest.mark.parametrize("no", ["403", "404"])
def test_a_no_to_what_is_sent_again_is_no_word_about_what_was_sent_before(
    no: str, carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    """The first answer was lost, and Azure does not show yet what it took on."""
    row = confirmed(carla)
    portal.faults.append(Fault("cut after", "PUT", PUT))
    lagging(monkeypatch, 1000)
    refuses(monkeypatch, portal, no)
    row = work(row)
    assert (row.state, row.reason, row.token) == ("failed", "deploy_unknown", "")
    assert made(portal) == [row.name] and puts(portal) > 2
    said = shown(carla, page(row))
    assert "not deployed" not in said and "would not take it when it was sent again" in said
    assert LedgerEntry.objects.latest("number").verb == "could not see how a deployment went"


def refuses(monkeypatch: Any, portal: Cloud, no: str) -> None:
    """Whatever is written after the first."""
    honest = azures.properties_of
    code = {"403": "AuthorizationFailed", "404": "DeploymentNotFound"}[no]

    def properties_of(call: Any) -> Any:
        if puts(portal) > 1:
            raise ArmError(int(no), code, "no")
        return honest(call)

    monkeypatch.setattr(azures, "properties_of", properties_of)


def test_a_no_to_the_first_write_is_azures_last_word(carla: Client, portal: Cloud) -> None:
    row = confirmed(carla)
    portal.faults.append(Fault("429", "PUT", PUT))  # which promises that nothing was done
    portal.faults.append(Fault("403", "PUT", PUT))
    row = work(row)
    assert (row.state, row.reason, puts(portal), made(portal)) == ("failed", "azure_said", 2, [])
    assert "not deployed" in shown(carla, page(row))


def test_nor_is_it_called_unsent_when_another_signs_in_while_azure_lags(
    carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    row = sent(confirmed(carla), portal)
    sign_in_ends(row, portal)
    assert work(row).is_locked_out
    lagging(monkeypatch, 3)
    assert work(own.signed_in(reviewer("deniz"))) == row
    row.refresh_from_db()
    is_done(row, portal)
    assert puts(portal) == 1


def test_to_sign_in_deploys_nothing_that_another_has_said(
    carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    """It was said, and whether it arrived nobody sees. Signing in alone deploys nothing, as the page says."""
    row = confirmed(carla)
    dies(monkeypatch, "before", row)
    sign_in_ends(row, portal)
    assert work(row).is_locked_out
    deniz = reviewer("deniz")
    assert work(own.signed_in(deniz)) == row
    row.refresh_from_db()
    assert (row.state, row.reason, row.token, puts(portal)) == ("failed", "deploy_unknown", "", 0)
    said = shown(deniz, page(row))
    assert "not deployed" not in said and "Sign in again" in said
    fresh = planned(deniz)
    assert fresh != row and puts(portal) == 0
    press(deniz, fresh)
    is_done(work(fresh), portal)


def test_what_gives_way_to_another_plan_stands_in_the_record(carla: Client) -> None:
    row = planned(carla)
    replaced()
    fresh = own.signed_in(carla)
    row.refresh_from_db()
    assert fresh != row and (row.state, row.reason, row.token) == ("given-up", "deploy_plan_changed", "")
    entry = LedgerEntry.objects.get(verb="let go of a deployment")
    assert (entry.actor, entry.facts["deployment"]) == (fresh.asked_by, row.name)
    assert entry.facts["reason"] == "deploy_plan_changed"


@pytest.mark.parametrize("wipe", [True, False])
def test_what_was_sent_under_an_older_plan_gives_way_once_its_sign_in_is_over(
    wipe: bool, carla: Client, portal: Cloud
) -> None:
    row = sent(confirmed(carla), portal)
    replaced()
    answer = carla.get(chosen(own.link(carla), "ada"), follow=True)
    assert "has not ended yet" in answer.content.decode() and Deployment.objects.get() == row
    sign_in_ends(row, portal)
    if wipe:
        Deployment.objects.update(token_until=now() + timedelta(hours=1), token="")
    fresh = own.signed_in(carla)
    row.refresh_from_db()
    assert fresh != row and (row.state, row.reason, row.token) == ("failed", "deploy_unknown", "")
    assert "not deployed" not in shown(carla, page(row))
    entry = LedgerEntry.objects.get(verb="could not see how a deployment went")
    assert (entry.actor, entry.facts["deployment"]) == (fresh.asked_by, row.name)
    assert work(fresh).state == "planned"


@pytest.mark.parametrize("change", [replaced, paused, ended])
@pytest.mark.parametrize("is_sent", [True, False])
def test_who_cannot_sign_in_again_is_not_told_to(
    change: Callable[[], None], is_sent: bool, carla: Client, portal: Cloud
) -> None:
    """Its plan has ended, so no button leads to a sign-in; what can be done is said."""
    row = sent(confirmed(carla), portal) if is_sent else planned(carla)
    change()
    Deployment.objects.update(token="", token_until=now())
    said = shown(carla, page(row))
    assert "ign in again" not in said and "it goes on where it was" not in said
    assert "is no longer handed out: its plan ended, was paused or gave way to another" in said
    assert ("Look in the Azure portal under Service providers, Delegations" in said) is is_sent
    assert ("Nothing was sent to Azure" in said and "Give it up" in said) is not is_sent
    Deployment.objects.update(asked_at=now() - timedelta(days=2))
    tasks.sweep()
    assert ("Look in the Azure portal" in shown(carla, page(row))) is is_sent


def test_what_is_let_go_of_stands_in_the_record(carla: Client, portal: Cloud) -> None:
    row = sent(confirmed(carla), portal)
    Deployment.objects.update(token_until=now(), asked_at=now() - timedelta(days=2))
    tasks.sweep()
    row.refresh_from_db()
    assert (row.state, row.reason, row.token) == ("failed", "deploy_unknown", "")
    assert LedgerEntry.objects.latest("number").verb == "could not see how a deployment went"


def test_who_signs_in_again_as_the_sweep_comes_is_not_let_go_of(carla: Client) -> None:
    row = planned(carla)
    Deployment.objects.update(token="", asked_at=now() - timedelta(days=2))
    row.refresh_from_db()
    assert own.signed_in(carla) == row
    deployments.let_go_of(row)  # as the sweep saw it
    row.refresh_from_db()
    assert row.is_open and row.token
