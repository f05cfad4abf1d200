"""A deployment that nobody could see, and one that goes on by the sign-in of another or is let go of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from access import deploying, deployments, tasks
from access.models import Deployment
from onboarding import agreements
from onboarding.engine.digest import digest
from onboarding.models import Plan, Run
from sandbox.arm import deployments as azures
from sandbox.arm.errors import ArmError
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import LedgerEntry
from tests.access import own_sign_in as own
from tests.access.own_sign_in import PUT, confirmed, page, planned, press, puts, reviewer, shown, work
from tests.access.test_deploying import carla, dies, is_done, sign_in_ends
from tests.access.test_deploying_refused import frozen, paused, tampered
from tests.onboarding.conftest import box, pki, portal
from tests.portal.conftest import chosen

__all__ = ["box", "carla", "pki", "portal"]


def sent(row: Deployment, portal: Cloud) -> Deployment:
    """And Azure works on it for long."""
    portal.habits.slow_arm = 9
    for _ in range(2):
        deploying.look(row.pk)
        Deployment.objects.update(not_before=now())
    row.refresh_from_db()
    assert (row.state, puts(portal)) == ("sent", 1)
    return row


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


def lagging(monkeypatch: Any, looks: int) -> None:
    """A replica does not show it for that many looks."""
    honest, left = azures.find, iter(range(looks))

    def find(call: Any) -> Any:
        if next(left, None) is not None:
            raise ArmError(404, "DeploymentNotFound", "not yet")
        return honest(call)

    monkeypatch.setattr(azures, "find", find)


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


def test_to_sign_in_deploys_nothing_that_another_has_said(
    carla: Client, portal: Cloud, monkeypatch: Any
) -> None:
    """It was said, and never arrived. Signing in alone deploys nothing, as the page before Microsoft says."""
    row = confirmed(carla)
    dies(monkeypatch, "before", row)
    sign_in_ends(row, portal)
    assert work(row).is_locked_out
    deniz = reviewer("deniz")
    assert work(own.signed_in(deniz)) == row
    row.refresh_from_db()
    assert (row.state, row.confirmed_by, row.sent_at, puts(portal)) == ("planned", "", None, 0)
    press(deniz, row)
    is_done(work(row), portal)


def replaced() -> None:
    """Another plan for the same subscription was agreed to and begun."""
    plan = Plan.objects.get()
    plan.pk, plan.made_at = None, now()
    [change] = [each for each in plan.changes if each["kind"] == "delegation"]
    change["spec"]["properties"]["description"] = "Sentinel, from now on by day and night."
    plan.digest = digest(agreements.document(plan, plan.changes))
    plan.save()
    Run.objects.create(tenant=plan.tenant, plan=plan, started_by="person 1", closed_at=now())


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
