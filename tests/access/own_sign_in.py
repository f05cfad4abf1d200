"""Carla reviews for Northwind, Ada owns its subscription; one browser, and a worker that works here."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils.timezone import now

from access.azure import hand_outs
from access.deploying import deploying
from access.models import Deployment
from onboarding.agreeing import agreements
from onboarding.engine.digest import digest
from onboarding.models import Plan, Run, Step
from sandbox import seed
from sandbox.arm import deployments as azures
from sandbox.arm.errors import ArmError
from sandbox.cloud import Cloud
from tenants.microsoft import keys
from tenants.microsoft.deploying import Deploying
from tenants.models import Person, Tenant
from tests.cast import sign_in
from tests.onboarding.already import put_back
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import delegations, file_for, sell, subscription
from tests.onboarding.test_lighthouse import go_on
from tests.portal.conftest import chosen, oid

AZURE = "/tenants/northwind/azure/"
HERE = {"Host": "localhost:8000"}
PUT = r"/providers/Microsoft\.Resources/deployments/gatehouse-[\w-]+$"


def begun(box: Cloud, tmp_path: Path, *places: str) -> None:
    """Northwind's plan is agreed to and begun; the delegation waits for the customer."""

    def carry_out() -> None:
        sell()
        file = file_for(tmp_path, *(places or [f"{subscription(box)}/rg-security"]))
        assert manage("onboard", file, "--apply", "--inline")[0] == 3

    put_back(box, f"azure waits: {places}", carry_out)
    keys.forget()
    assert {step.state for step in Step.objects.filter(kind="delegation")} == {"customer"}


def reviewer(name: str = "carla") -> Client:
    client = Client(headers=HERE)
    sign_in(client, Person.objects.get(oid=oid(name)))
    return client


def link(client: Client, **other: str) -> str:
    """Where the last page before Microsoft leads."""
    [found] = hand_outs.of(Tenant.objects.get(slug="northwind"))
    asked = {"subscription": found.subscription, "address": found.address, **other}
    answer = client.post(f"{AZURE}sign-in/", asked)
    assert answer.status_code == 200, answer.headers
    return answer.content.decode().partition('btn-primary" href="')[2].partition('"')[0].replace("&amp;", "&")


def signed_in(client: Client, who: str = "ada") -> Deployment:
    answer = client.get(chosen(link(client), who))
    row = Deployment.objects.latest("pk")
    assert answer["Location"] == page(row), answer["Location"]
    return row


def page(row: Deployment) -> str:
    return f"{AZURE}deployments/{row.pk}/"


def shown(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def work(row: Deployment, turns: int = 30) -> Deployment:
    """The worker, again and again while it wants to be called again."""
    for _ in range(turns):
        if deploying.look(row.pk) is None:
            break
        Deployment.objects.filter(pk=row.pk).update(not_before=now())
    row.refresh_from_db()
    return row


def press(client: Client, row: Deployment, number: str = "") -> Any:
    return client.post(f"{page(row)}confirm/", {"number": number or row.digest})


def planned(client: Client) -> Deployment:
    row = work(signed_in(client))
    assert row.state == "planned", (row.state, row.reason, row.facts)
    return row


def confirmed(client: Client) -> Deployment:
    row = planned(client)
    assert press(client, row).status_code == 302
    row.refresh_from_db()
    assert row.state == "confirmed"
    return row


def puts(box: Cloud) -> int:
    return sum(
        call.method == "PUT" and re.search(PUT, urlsplit(call.path).path) is not None for call in box.calls
    )


def made(box: Cloud) -> list[str]:
    """Names of the deployments that Azure knows at the subscription."""
    all = box.store.all(seed.NORTHWIND, "deployments")
    return [each["name"] for each in all if each["name"].startswith("gatehouse-")]


@pytest.fixture
def carla(portal: Cloud, tmp_path: Path) -> Client:
    begun(portal, tmp_path)
    return reviewer()


def is_done(row: Deployment, box: Cloud) -> None:
    """By whatever way: one deployment, one delegation, and nothing left that opens anything."""
    assert (row.state, row.reason) == ("succeeded", ""), (row.state, row.reason, row.facts)
    assert row.token == row.where == "" and made(box) == [row.name]
    assert go_on().ended == "verified" and len(delegations(box)) == 1


class Died(BaseException):
    """The process, at this instant."""


def dies(monkeypatch: Any, moment: str, row: Deployment) -> None:
    """As the write is about to leave, or when it has arrived; then the lease runs out."""
    write = Deploying.deploy

    async def fatal(azure: Deploying, *given: Any) -> None:
        if moment == "after":
            await write(azure, *given)
        raise Died

    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(Deploying, "deploy", fatal)
        deploying.look(row.pk)
    assert deploying.look(row.pk) is None  # held still
    Deployment.objects.filter(pk=row.pk).update(lease_until=now() - timedelta(seconds=1))


def sign_in_ends(row: Deployment, portal: Cloud) -> None:
    Deployment.objects.filter(pk=row.pk).update(token_until=now(), not_before=now())


def sent(row: Deployment, portal: Cloud) -> Deployment:
    """And Azure works on it for long."""
    portal.habits.slow_arm = 9
    for _ in range(2):
        deploying.look(row.pk)
        Deployment.objects.update(not_before=now())
    row.refresh_from_db()
    assert (row.state, puts(portal)) == ("sent", 1)
    return row


def lagging(monkeypatch: Any, looks: int) -> None:
    """A replica does not show it for that many looks."""
    honest, left = azures.find, iter(range(looks))

    def find(call: Any) -> Any:
        if next(left, None) is not None:
            raise ArmError(404, "DeploymentNotFound", "not yet")
        return honest(call)

    monkeypatch.setattr(azures, "find", find)


def tampered() -> None:
    plan = Plan.objects.get()
    [change] = [each for each in plan.changes if each["kind"] == "delegation"]
    change["spec"]["properties"]["authorizations"][0]["principalId"] = seed.FABRIKAM
    plan.save()


def closed(purpose: str) -> None:
    whose = Tenant.objects.get()
    plan = Plan.objects.create(
        tenant=whose, purpose=purpose, frame={}, changes=[], digest="0" * 64, expires_at=now()
    )
    Run.objects.create(tenant=whose, plan=plan, started_by="person 1", closed_at=now())


def paused() -> None:
    closed(Plan.Purpose.PAUSE)


def ended() -> None:
    closed(Plan.Purpose.OFFBOARD)


def frozen() -> None:
    whose = Tenant.objects.get()
    whose.freezes.create(begins=now(), ends=now() + timedelta(hours=1), why="x", by_customer=True)


def replaced() -> None:
    """Another plan for the same subscription was agreed to and begun."""
    plan = Plan.objects.get()
    plan.pk, plan.made_at = None, now()
    [change] = [each for each in plan.changes if each["kind"] == "delegation"]
    change["spec"]["properties"]["description"] = "Sentinel, from now on by day and night."
    plan.digest = digest(agreements.document(plan, plan.changes))
    plan.save()
    Run.objects.create(tenant=plan.tenant, plan=plan, started_by="person 1", closed_at=now())
