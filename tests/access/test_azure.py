"""What a customer deploys: one template in four ways, fetched by Azure's form and by nobody else's page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import now, timedelta

from access.azure import hand_outs
from onboarding.delegations.words import OWNER
from onboarding.models import Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.access import world
from tests.access.deploying import planned
from tests.access.own_sign_in import begun
from tests.cast import Cast, assemble
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, manage, pki, portal
from tests.onboarding.delegating import azure, delegations, deploy, go_on, subscription

__all__ = ["box", "pki", "portal"]
PAGE = "/tenants/northwind/azure/"
HERE = {"Host": "localhost:8000"}


@pytest.fixture
def waiting(portal: Cloud, tmp_path: Path) -> Client:
    """Northwind's plan is agreed to and begun; the delegation waits for the customer."""
    begun(portal, tmp_path)
    return admin("Alice")


def shown(client: Client) -> str:
    answer = client.get(PAGE, headers=HERE)
    assert answer.status_code == 200
    return answer.content.decode()


def link_on(page: str) -> str:
    """What the button hands to Azure's form."""
    [address] = re.findall(r'href="https://portal\.azure\.com/#create/Microsoft\.Template/uri/([^"]+)"', page)
    return unquote(address)


def fetched(link: str) -> Any:
    return Client().get(
        link.partition("localhost:8000")[2], headers={**HERE, "Origin": "https://portal.azure.com"}
    )


def test_azures_form_fetches_the_agreed_template_and_it_deploys(waiting: Client, portal: Cloud) -> None:
    answer = fetched(link_on(shown(waiting)))
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "https://portal.azure.com"
    path = f"/subscriptions/{subscription(portal)}/providers/Microsoft.Resources/deployments/by-button"
    whole = {"mode": "Incremental", "template": answer.json()}
    azure(portal, "PUT", path, {"location": "westeurope", "properties": whole})
    assert go_on().ended == "verified" and len(delegations(portal)) == 1
    assert "verified" in shown(waiting)


def test_a_browser_may_keep_it_and_no_other_site_may_read_it(waiting: Client) -> None:
    """By its address it is what it is for ever, so that it is asked for once."""
    [found] = hand_outs.of(Tenant.objects.get())
    path = found.link.partition("localhost:8000")[2]
    assert "immutable" in fetched(found.link)["Cache-Control"].split(", ")
    for origin in ("https://evil.example", "https://portal.azure.com.evil.example", "null"):
        allowed = Client().get(path, headers={**HERE, "Origin": origin})["Access-Control-Allow-Origin"]
        assert allowed == "https://portal.azure.com"


def test_no_other_page_is_for_another_sites_script(waiting: Client) -> None:
    [found] = hand_outs.of(Tenant.objects.get())
    away = {**HERE, "Origin": "https://portal.azure.com"}
    others = (PAGE, f"{PAGE}{found.address}.json", f"{PAGE}guards/", "/tenants/northwind/", "/health/live")
    refused = f"/templates/{found.address}/made-up.json"
    for path in (*others, refused):
        answer = waiting.get(path, headers=away)
        assert answer.status_code == (404 if path == refused else 200), path
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")], path


def test_the_file_is_the_same_template(waiting: Client) -> None:
    [found] = hand_outs.of(Tenant.objects.get())
    answer = waiting.get(f"{PAGE}{found.address}.json", headers=HERE)
    assert answer.json() == found.template and found.file in answer["Content-Disposition"]
    assert "Access-Control-Allow-Origin" not in answer
    assert waiting.get(f"{PAGE}{'0' * 64}.json", headers=HERE).status_code == 404


def tasks_of(client: Client) -> str:
    page = client.get("/tenants/northwind/tasks/", headers=HERE).content.decode()
    return re.sub(r"\s+", " ", page)


def test_it_is_one_task_of_the_customer_until_it_is_seen(waiting: Client, portal: Cloud) -> None:
    title = f"Delegate Azure: resource group rg-security in subscription {subscription(portal)}"
    [found] = hand_outs.of(Tenant.objects.get())
    page = tasks_of(waiting)
    assert page.count(title + "</h3>") == 1 and page.count("is not delegated to us yet") == 1
    assert escape(OWNER) in page and f'href="{PAGE}"' in page
    assert all(f'data-copy="{escape(line)}"' in page for line in found.azure_cli.values())
    run = waiting.get(f"/tenants/northwind/runs/{found.plan.run.pk}/", headers=HERE).content.decode()
    assert f'href="{PAGE}"' in run
    deploy(portal, "rg-security")
    assert go_on().ended == "verified"
    assert re.search(title + r"</h3> <p><span class=\"[^\"]*\">.*?</span>Seen done</span>", tasks_of(waiting))
    [there] = delegations(portal)
    portal.store.remove(seed.NORTHWIND, "registrationAssignments", there["id"])
    with time_machine.travel(now() + timedelta(minutes=1)):
        manage("verify", "northwind")
        assert "Not as agreed any more" in tasks_of(waiting)


def test_a_link_ends_and_cannot_be_made_up_or_turned_to_another_template(waiting: Client) -> None:
    [found] = hand_outs.of(Tenant.objects.get())
    link, other = found.link, "0" * 64
    signed = link.rpartition("/")[2]
    assert fetched(link.replace(found.address, other)).status_code == 404
    for forged in (signed.replace(":", "x", 1), f"{found.plan.digest}.{found.subscription}:1:1.json"):
        assert fetched(link.replace(signed, forged)).status_code == 404
    with time_machine.travel(now() + hand_outs.GOOD_FOR + timedelta(minutes=1)):
        assert fetched(link).status_code == 404
    assert fetched(link).status_code == 200


def test_a_link_is_signed_with_a_key_for_nothing_else(waiting: Client, settings: Any) -> None:
    [found] = hand_outs.of(Tenant.objects.get())
    link, meant = found.link, f"{found.plan.digest}.{found.subscription}"
    others = (settings.SECRET_KEY, "gatehouse.template"), (settings.TEMPLATE_KEY, "gatehouse.guards")
    for key, salt in others:
        forged = signing.TimestampSigner(key=key, salt=salt).sign(meant)
        path = reverse("template", args=[found.address, forged])
        assert Client().get(path, headers=HERE).status_code == 404
    settings.SECRET_KEY = "another"
    assert fetched(link).status_code == 200
    settings.TEMPLATE_KEY = "another"
    assert fetched(link).status_code == 404


def test_a_plan_that_was_changed_afterwards_is_not_handed_out(waiting: Client) -> None:
    [found] = hand_outs.of(Tenant.objects.get())
    link, plan = found.link, Plan.objects.get()
    [change] = [each for each in plan.changes if each["kind"] == "delegation"]
    change["spec"]["properties"]["authorizations"][0]["principalId"] = seed.FABRIKAM
    plan.save()
    assert fetched(link).status_code == 404 and hand_outs.of(Tenant.objects.get()) == []


def test_after_the_end_nothing_is_handed_out_any_more(waiting: Client, portal: Cloud) -> None:
    [found] = hand_outs.of(Tenant.objects.get())
    deploy(portal, "rg-security")
    assert go_on().ended == "verified" and fetched(found.link).status_code == 200
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    assert fetched(found.link).status_code == 404
    assert waiting.get(f"{PAGE}{found.address}.json", headers=HERE).status_code == 404
    assert "nothing to deploy" in shown(waiting)


@pytest.mark.django_db
def test_after_an_end_before_anything_was_deployed_nothing_is_handed_out_either() -> None:
    """The end had no delegation to take away, and what was agreed to before opens nothing after it."""
    cast: Cast = assemble()
    planned(cast.northwind)
    [found] = hand_outs.of(cast.northwind)
    assert fetched(found.link).status_code == 200
    world.ran(cast.northwind, "verified", purpose="offboard", hours_ago=0)
    assert hand_outs.of(cast.northwind) == [] and fetched(found.link).status_code == 404
    assert "nothing to deploy" in cast.client("rita").get(PAGE).content.decode()


def test_each_way_says_what_happens_and_its_lines_are_whole(waiting: Client) -> None:
    page = shown(waiting)
    assert page.count("What happens if you press this") == 2 and page.count("What happens:") == 2
    [found] = hand_outs.of(Tenant.objects.get())
    words = shlex.split(found.azure_cli["Deploy"])
    assert words[:4] == ["az", "deployment", "sub", "create"]
    assert words[words.index("--subscription") + 1] == found.subscription
    assert words[words.index("--template-file") + 1] == found.file
    assert found.powershell["Deploy"].startswith("New-AzSubscriptionDeployment ")


def test_it_says_who_holds_what_by_names(waiting: Client) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown(waiting)))
    assert "Sentinel Responder, Northwind Microsoft Sentinel Responder Always on" in page
    assert "On demand (PIM, Privileged Identity Management), at most 8 hours each time" in page
    assert "Only these resource groups: rg-security" in page


@pytest.mark.django_db
def test_without_azure_in_the_plan_there_is_nothing_to_deploy() -> None:
    cast: Cast = assemble()
    world.ran(cast.northwind, "verified")
    said = cast.client("rita").get(PAGE).content.decode()
    assert "nothing to deploy" in said
    assert cast.client("ann").get(PAGE).status_code == 404


@pytest.mark.django_db
def test_a_plan_with_azure_in_it_that_nobody_has_begun_is_not_said_to_hold_none() -> None:
    cast: Cast = assemble()
    plan = planned(cast.northwind)
    Run.objects.all().delete()
    rita = cast.client("rita")
    said = rita.get(PAGE).content.decode()
    assert "Nothing of Azure is in the plan" not in said and "nobody has agreed to it yet" in said
    world.agree(plan)
    said = rita.get(PAGE).content.decode()
    assert "is agreed to, but nobody has begun it yet" in said and "Nothing of Azure" not in said
    with time_machine.travel(now() + timedelta(minutes=1)):
        world.ran(cast.northwind, "verified", purpose="offboard", hours_ago=0)
    assert "Nothing of Azure is in the plan" in rita.get(PAGE).content.decode()
