"""Carla reviews for Northwind, Ada owns its subscription; one browser, and a worker that works here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.utils.timezone import now

from access import deploying, hand_outs
from access.models import Deployment
from onboarding.models import Step
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft import keys
from tenants.models import Person, Tenant
from tests.cast import sign_in
from tests.onboarding.already import put_back
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import file_for, sell, subscription
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
