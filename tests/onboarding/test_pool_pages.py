"""Pools on pages: whom a group opens is said by name to us before it is kept, and to customers without."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onboarding import plans
from onboarding.models import Draft, Onboarding, Plan
from onboarding.wizard import drafts, inquiries
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.onboarding.clicking import HERE, admin, check_readiness, name_people, new, offer, plan, text
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import (
    NOW,
    go_on,
    sell,
    subscription,
)
from tests.onboarding.pooling import (
    GROUP,
    POOL,
    SHARED,
    group,
    in_pool,
    kept,
    named,
    redeploy,
)
from tests.onboarding.wizarding import work


def test_pages_say_that_the_groups_of_a_pool_open_others_without_naming_them(
    portal: Cloud, tmp_path: Path
) -> None:
    id = group(portal)
    sell(SHARED, planes=["lighthouse"])
    manage("onboard", in_pool(tmp_path, portal, POOL), *NOW)
    kept(named("Contoso", 1), POOL, id=id).save()
    redeploy(portal)
    assert go_on().ended == "verified"
    northwind, alice = Tenant.objects.get(slug="northwind"), admin("Alice")
    asked = inquiries.ask(northwind, "grants", {"tenant": str(northwind.tenant_id)}, "person 1")
    inquiries.look_into(asked.pk)
    for page in ("azure", "who", "hand-over"):
        said = text(alice, f"/tenants/northwind/{page}/")
        assert "pool “EU banks” are shared with other customers" in said and "Contoso" not in said
    # Who changes it in the wizard begins with what the file said, and sees who is opened.
    assert drafts.of(northwind, "person 1").pool == POOL
    assert "opens 2 customers at once: Contoso and Northwind." in text(alice, f"{HERE}offer/")
    assert f"<dt>Pool of customers</dt><dd>{POOL}</dd>" in text(alice, f"{HERE}change/")


FORM = {"offer": "managed-defender", "approval": "customer", "tiers": ["tier-1", "tier-2"]}


@pytest.fixture
def alice(portal: Cloud) -> Client:
    client = admin("Alice")
    new(client)
    sell(SHARED)
    return client


def typed(box: Cloud, pool: str, name: str = "") -> dict[str, str]:
    beside = {"pool-managed-defender": pool, "new-pool-managed-defender": name}
    return {"azure-managed-defender": subscription(box), **beside}


def test_in_the_wizard_a_pool_is_named_and_says_whom_it_opens(alice: Client, portal: Cloud) -> None:
    group(portal)
    page = text(alice, f"{HERE}offer/")
    assert "Which customers share its groups" in page and "A new pool" in page and POOL not in page
    offer(alice, **typed(portal, "+", POOL))
    assert Draft.objects.get().pool == POOL
    page = text(alice, f"{HERE}offer/")
    assert re.search(rf'value="{POOL}" checked', page) and "nobody else is in this pool yet" in page
    work()
    kept(named("Contoso", 1), POOL, id=group_id(portal)).save()
    whom = "opens 2 customers at once: Contoso and Northwind."
    assert whom in text(alice, f"{HERE}offer/")
    check_readiness(alice)
    name_people(alice)
    plan(alice)
    said = text(alice, f"{HERE}plan/")
    assert whom in said and "Groups named after the pool “EU banks” are shared" in said
    answers = Onboarding.objects.get(tenant__slug="northwind")
    assert answers.azure["pool"] == POOL and answers.azure["principals"] == {GROUP: group_id(portal)}
    # What the customer agrees to says that others are opened, and never which.
    agreed = Plan.objects.get()
    assert "Contoso" not in json.dumps([agreed.frame, agreed.changes])
    offer(alice, **typed(portal, ""))
    assert Draft.objects.get().pool == "" and plans.answers(answers).azure["pool"] == POOL


def group_id(box: Cloud) -> str:
    return next(str(g["id"]) for g in box.store.all(seed.FABRIKAM, "groups") if g["displayName"] == GROUP)


@pytest.mark.parametrize(
    ("pool", "name", "why"),
    [
        ("+", "", "Type a name for the new pool"),
        ("+", "eu BANKS", "is here already"),
        ("+", "<b>all</b>", "without braces"),
        ("{customer}", "", "without braces"),
        ("+", "Everybody", "never all of them"),
        ("+", "The Contoso pool", "names the customer Contoso"),
    ],
)
def test_a_mistake_in_the_pools_name_is_told_at_its_field(
    alice: Client, portal: Cloud, pool: str, name: str, why: str
) -> None:
    kept(named("Contoso", 1), POOL).save()
    version = Draft.objects.get().version
    answer = alice.post(f"{HERE}offer/", {"version": version, **FORM, **typed(portal, pool, name)})
    page = str(answer.content.decode())
    assert answer.status_code == 200 and 'id="pool-managed-defender-error">' in page and why in page
    assert "<b>" not in page and Draft.objects.get().pool == ""


def test_the_pages_read_who_is_in_a_pool_once(alice: Client, portal: Cloud) -> None:
    kept(named("Contoso", 1), POOL).save()
    version = Draft.objects.get().version
    with CaptureQueriesContext(connection) as asked:
        answer = alice.post(f"{HERE}offer/", {"version": version, **FORM, **typed(portal, "+", "eu BANKS")})
    assert answer.status_code == 200 and "is here already" in answer.content.decode()
    assert sum('"kept_at" IS NULL' in each["sql"] for each in asked.captured_queries) == 1
