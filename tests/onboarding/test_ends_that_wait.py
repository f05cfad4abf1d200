"""Azure is still at work on a deployment: what it makes would stand after the end, so no end begins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils.timezone import now

from access.azure import hand_outs
from access.deploying import deployments
from access.models import Deployment
from onboarding import runs
from onboarding.ending import ending
from onboarding.models import Agreement, Run
from sandbox.cloud import Cloud
from tenants.microsoft.errors import Refused
from tenants.models import Person, Tenant
from tests.access import deploying
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import NOW, file_for, go_on, sell, subscription
from tests.onboarding.test_deployed_late import END, looked, stopped
from tests.onboarding.test_runs import at_once


def test_while_azure_still_works_on_it_no_end_begins(portal: Cloud, tmp_path: Path) -> None:
    """What it makes would stand after the end. Once nobody may look any more, it is not waited for."""
    sell()
    assert manage("onboard", file_for(tmp_path, subscription(portal)), *NOW)[0] == 3
    [handed] = hand_outs.of(Tenant.objects.get())
    runs.cancel(Run.objects.latest("pk"), "person 1")
    assert go_on().ended == "cancelled"
    alice = admin("Alice")
    row = deploying.row(handed, Person.objects.latest("pk"), "sent", token="sealed")
    looked(alice)
    number = Tenant.objects.get().plans.latest("pk").digest
    begin = {"number": number, "domain": "northwind.example", "tenant": "northwind"}
    answer = alice.post(f"{END}start/", begin)
    assert answer.status_code == 400 and "is still under way in Azure" in answer.content.decode()
    assert not Run.objects.filter(plan__purpose="offboard").exists()
    Deployment.objects.filter(pk=row.pk).update(token="")
    assert alice.post(f"{END}start/", begin).status_code == 302


def test_nor_by_the_command_which_says_who_waits_for_what(portal: Cloud, tmp_path: Path) -> None:
    sell()
    stopped(portal, tmp_path)
    [handed] = hand_outs.of_plan(Run.objects.get().plan)
    admin("Alice")
    row = deploying.row(handed, Person.objects.latest("pk"), "sent", token="sealed", account_name="Ada Admin")
    status, said = manage("offboard", "northwind", *NOW)
    assert (status, said["refused"]) == (3, "deploy_before_the_end"), said
    assert (
        row.name in said["what"] and "Ada Admin" in said["what"] and subscription(portal)[15:] in said["what"]
    )
    assert not Run.objects.filter(plan__purpose="offboard").exists()
    assert not Agreement.objects.filter(form="withdrawal").exists()
    assert manage("offboard", "northwind")[0] == 2
    Deployment.objects.filter(pk=row.pk).update(token="")
    assert manage("offboard", "northwind", *NOW)[1]["ended"] == "verified"


@pytest.mark.django_db(transaction=True)
def test_nobody_says_deploy_while_an_end_begins(
    portal: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In between it would have been seen by neither."""
    sell()
    stopped(portal, tmp_path)
    alice = admin("Alice")
    manage("onboard", file_for(tmp_path, subscription(portal)), *NOW)
    tenant, person = Tenant.objects.get(), Person.objects.latest("pk")
    [handed] = hand_outs.of(tenant)
    Run.objects.update(closed_at=now())
    row = deploying.row(handed, person, "planned", token="sealed", digest="0" * 64)
    looked(alice)
    tried = list[str]()

    def meanwhile(_: Tenant) -> None:
        tried.extend(at_once(lambda: waits_for(lambda: deployments.confirm(row, person, "0" * 64)), 1))

    monkeypatch.setattr(runs, "BEFORE_AN_END", [*runs.BEFORE_AN_END, meanwhile])
    ending.start(tenant, tenant.plans.latest("pk").digest, tenant.domain, person.actor)
    [waited] = tried
    assert waited.endswith("FOR NO KEY UPDATE") if connection.vendor == "postgresql" else waited != "nothing"
    with pytest.raises(Refused, match="deploy_plan_changed"):
        deployments.confirm(row, person, "0" * 64)


def waits_for(work: Callable[[], None]) -> str:
    """The statement in whose way another's lock stands; asked for no longer than a moment."""
    patience = {"postgresql": "SET lock_timeout = 300", "sqlite": "PRAGMA busy_timeout = 300"}
    last = "BEGIN"

    def listening(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal last
        last = sql
        return execute(sql, *rest)

    with connection.cursor() as cursor:
        cursor.execute(patience[connection.vendor])
    try:
        with connection.execute_wrapper(listening):
            work()
    except OperationalError:
        return last
    return "nothing"
