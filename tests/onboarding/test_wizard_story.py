"""The whole story by forms alone, by one admin. Taken up by others: test_wizard_resumed.py."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from onboarding.models import Draft, Inquiry, OwnedObject, Plan, Run
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Customer, Tenant
from tests.onboarding.clicking import (
    HERE,
    STEPS,
    admin,
    as_far_as_a_plan,
    carry_out,
    come_back,
    new,
    offer,
    on_paper,
    people,
    post,
    text,
)
from tests.onboarding.conftest import writes
from tests.onboarding.wizarding import take_out, work


@pytest.fixture
def alice(portal: Cloud) -> Client:
    return admin("Alice")


def test_the_whole_story_by_forms_alone(alice: Client, portal: Cloud) -> None:
    take_out(portal, seed.NORTHWIND, seed.READER)
    take_out(portal, seed.NORTHWIND, seed.SETUP)
    other = admin("Bea")
    assert seed.NORTHWIND in client_looked_up(alice)
    assert new(alice) == f"{HERE}offer/"
    assert offer(alice) == f"{HERE}reader/"
    work()
    page = text(alice, f"{HERE}reader/")
    assert "has not been let into" in page and "Watching" in page
    come_back(page, portal, seed.READER)
    assert "is let in" in text(alice, f"{HERE}reader/")
    post(alice, f"{HERE}readiness/")
    work()
    assert "The tenant has Microsoft Entra ID P2" in text(alice, f"{HERE}readiness/")
    assert people(alice) == f"{HERE}people/"
    work()
    assert "All of them are members" in text(alice, f"{HERE}people/")
    post(alice, f"{HERE}plan/")
    work()
    page = text(alice, f"{HERE}plan/")
    assert "19 changes" in page and Plan.objects.get().digest in page
    on_paper(alice, other)
    assert "recorded, not signed" in text(alice, f"{HERE}agreement/")
    assert alice.get(HERE)["Location"] == f"{HERE}setup/"
    post(alice, f"{HERE}setup/")
    come_back(text(alice, f"{HERE}setup/"), portal, seed.SETUP)
    assert writes(portal) == 0
    assert "It asks for a sign-in of the last ten minutes." in text(alice, f"{HERE}progress/")
    post(alice, f"{HERE}progress/start/")
    assert "Next try" in text(alice, f"{HERE}progress/") or Run.objects.get().closed_at is None
    carry_out()
    assert "Everything was read back" in text(alice, f"{HERE}progress/")
    assert f'href="{HERE}hand-over/"' in text(alice, f"{HERE}progress/")
    assert alice.get(f"{HERE}hand-over/")["Location"] == "/tenants/northwind/hand-over/"
    package = OwnedObject.objects.get(address="access_package/tier-1").remote_id
    assert f"#/access-packages/{package}" in text(alice, "/tenants/northwind/")


def client_looked_up(client: Client) -> str:
    response = client.post("/tenants/new/", {"customer": "Northwind", "place": "northwind.example"})
    assert not Tenant.objects.exists() and not Customer.objects.exists()
    return response.content.decode()


def test_the_web_process_needs_no_credential_of_reader_and_setup(alice: Client, settings: Any) -> None:
    as_far_as_a_plan(alice)
    bare = {"certificate_file": "", "client_secret": ""}
    settings.MICROSOFT_APPS = {name: {**app, **bare} for name, app in settings.MICROSOFT_APPS.items()}
    for page in (*STEPS, "call", "setup", "progress", "hand-over", "tenant"):
        text(alice, f"{HERE}{page}/")
    post(alice, f"{HERE}readiness/")
    post(alice, f"{HERE}setup/")
    offer(alice, tiers=["tier-1"])
    people(alice)
    post(alice, f"{HERE}plan/")


def test_every_form_names_its_tenant_and_one_that_names_another_is_refused(alice: Client) -> None:
    as_far_as_a_plan(alice)
    for page in (*STEPS, "setup", "progress"):
        forms = text(alice, f"{HERE}{page}/").split('<form method="post" action="/tenants/')[1:]
        assert all('name="tenant" value="northwind"' in form for form in forms), page
    before = rows()
    for page in ("offer", "reader", "readiness", "people", "plan", "setup", "progress/start"):
        assert alice.post(f"{HERE}{page}/", {"tenant": "contoso"}).status_code == 400, page
    assert rows() == before


def test_a_get_changes_nothing(alice: Client) -> None:
    as_far_as_a_plan(alice)
    before = rows()
    for page in (*STEPS, "call", "setup", "progress", "hand-over", "tenant"):
        text(alice, f"{HERE}{page}/")
    assert rows() == before


def rows() -> list[Any]:
    return [list(m.objects.order_by("pk").values()) for m in (Draft, Inquiry, Plan, Tenant, OwnedObject)]
