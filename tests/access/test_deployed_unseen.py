"""Deployed, says Azure, but the provider's side does not see it yet: nobody is told to deploy it again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from access.models import Deployment
from onboarding.models import Run, Step
from onboarding.wizard import drafts
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Person
from tenants.people import Role
from tests.access import own_sign_in as own
from tests.access.own_sign_in import carla, confirmed, page, shown, work
from tests.cast import sign_in
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.delegating import delegations, go_on, subscription

__all__ = ["box", "carla", "pki", "portal"]
TASKS = "/tenants/northwind/tasks/"
YET = "not seen yet from the provider's side (can take 15 minutes)"


@pytest.fixture
def lagging(carla: Client, portal: Cloud) -> Deployment:
    """Azure has it; the managing side learns of it a quarter of an hour later."""
    portal.habits.delegated_after = 900
    row = work(confirmed(carla))
    assert row.state == "succeeded" and len(delegations(portal)) == 1
    assert go_on().ended == "open" and Step.objects.get(kind="delegation").reason == "delegation_awaited"
    return row


def places(row: Deployment) -> dict[str, str]:
    return {
        "task": TASKS,
        "run": f"/tenants/northwind/runs/{Run.objects.latest('pk').pk}/",
        "azure": own.AZURE,
        "deployment": page(row),
    }


@pytest.mark.parametrize("where", ["task", "run", "azure", "deployment"])
def test_until_azure_shows_it_the_lag_is_told_and_nothing_is_asked_for(
    carla: Client, portal: Cloud, lagging: Deployment, where: str
) -> None:
    path = places(lagging)[where]
    assert lagging.ended_at is not None
    said = shown(carla, path).replace("&#x27;", "'")
    assert f"eployed, says Azure, {lagging.ended_at:%-d %B %Y, %H:%M} UTC; {YET}" in said
    portal.clock.advance(seconds=800)
    assert go_on().ended == "open"
    assert YET in shown(carla, path).replace("&#x27;", "'")
    portal.clock.advance(seconds=100)
    assert go_on().ended == "verified"
    assert "not seen" not in shown(carla, path).replace("&#x27;", "'")


def test_meanwhile_the_task_is_not_still_to_do(carla: Client, portal: Cloud, lagging: Deployment) -> None:
    _, _, task = shown(carla, TASKS).partition(
        f"Delegate Azure: resource group rg-security in subscription {subscription(portal)}"
    )
    assert task.strip().startswith("Deployed, not seen yet") and "is not delegated to us yet" not in task
    assert "Deploy it in one of the ways" not in task
    run = shown(carla, places(lagging)["run"])
    assert "Deployed, not seen yet" in run and "Waiting for the customer" not in run
    assert "Who: Nobody" in task and "An owner" not in task
    assert "Next:" not in run and "An owner" not in run


def test_longer_than_azure_may_take_somebody_has_to_look(
    carla: Client, portal: Cloud, lagging: Deployment
) -> None:
    long_ago = now() - timedelta(minutes=16)
    Deployment.objects.filter(pk=lagging.pk).update(ended_at=long_ago)
    for where, path in places(lagging).items():
        said = shown(carla, path).replace("&#x27;", "'")
        assert YET not in said, where
        assert "still not seen from the provider's side, longer than the 15 minutes" in said, where
    _, _, task = shown(carla, TASKS).partition("Delegate Azure: resource group")
    assert "Still to do" in task.partition("Delegate Azure")[0] and "Deploy it in one of the ways" in task


def as_admin(path: str) -> str:
    """As an administrator of the provider reads it."""
    client = Client(headers=own.HERE)
    lena = Person.objects.create(tid=seed.FABRIKAM, oid=uuid.uuid4(), name="Lena")
    sign_in(client, lena, Role.ADMIN)
    return shown(client, path).replace("&#x27;", "'")


def listed(path: str) -> str:
    return as_admin(path).partition("Started" if "runs" in path else "read back")[2]


@pytest.mark.parametrize("path", ["/runs/", "/customers/"])
def test_lists_say_so_too_and_name_nobody_until_it_is_late(lagging: Deployment, path: str) -> None:
    said = listed(path)
    assert "eployed" in said and "is not delegated to us yet" not in said and "An owner" not in said
    assert (
        (YET in said) if path == "/runs/" else ("Deployed, not seen yet" in said and "Nobody: Azure" in said)
    )
    assert "Waiting for the customer" not in said
    Deployment.objects.filter(pk=lagging.pk).update(ended_at=now() - timedelta(minutes=16))
    said = listed(path)
    assert "An owner" in said if path == "/runs/" else "Waiting for the customer" in said


def test_so_does_the_wizards_table(lagging: Deployment) -> None:
    drafts.of(lagging.tenant, "person 1")

    def row() -> str:
        said = as_admin("/tenants/northwind/onboard/progress/")
        return said.partition("Azure delegation of")[2].partition("It began to wait")[0]

    assert YET in row() and "Deployed, not seen yet" in row()
    assert (
        "Waiting for the customer" not in row() and "An owner" not in row() and "not delegated" not in row()
    )
    Deployment.objects.filter(pk=lagging.pk).update(ended_at=now() - timedelta(minutes=16))
    assert "still not seen from the provider's side" in row() and "An owner" in row()
    assert "Waiting for the customer" in row()


def test_the_list_can_be_asked_for_those_alone(lagging: Deployment) -> None:
    def asked_for(state: str) -> bool:
        return "northwind.example" in listed(f"/customers/?state={state}")

    assert asked_for("unseen") and not asked_for("customer")
    Deployment.objects.filter(pk=lagging.pk).update(ended_at=now() - timedelta(minutes=16))
    assert asked_for("customer") and not asked_for("unseen")


def test_where_something_else_waits_for_the_customer_the_list_says_so(lagging: Deployment) -> None:
    step = Step.objects.get(kind="delegation")
    step.pk, step.position, step.reason, step.address = None, 1, "no_admin_consent", "group/x"
    step.save()
    assert "Waiting for the customer" in listed("/customers/")


def test_what_was_deployed_of_another_template_says_nothing_of_this_one(
    carla: Client, lagging: Deployment
) -> None:
    Deployment.objects.filter(pk=lagging.pk).update(address="0" * 64)
    said = shown(carla, TASKS)
    assert "says Azure" not in said and "Still to do" in said


def test_what_was_seen_and_differs_is_not_called_unseen(carla: Client, lagging: Deployment) -> None:
    Step.objects.filter(kind="delegation").update(reason="delegation_differs")
    for path in (TASKS, own.AZURE):
        assert "not seen" not in shown(carla, path)
