"""What Microsoft is told about who comes, and that nobody learns from it who is a customer."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from onboarding.models import Plan
from sandbox.cloud import Cloud
from tenants.models import Contact, Person, Tenant
from tests.cast import reviewer
from tests.onboarding.clicking import admin, as_far_as_a_plan


@pytest.fixture(autouse=True)
def planned(portal: Cloud) -> None:
    as_far_as_a_plan(admin("Alice"))


def page() -> str:
    return f"/tenants/northwind/agreement/{Plan.objects.latest('pk').digest}/"


def hint(onward: str) -> list[str]:
    """What a sign-in that leads there says; of somebody who is not signed in."""
    here = urlsplit(settings.PORTAL_URL).netloc
    answer = Client().get("/signin/start/", {"next": onward}, HTTP_HOST=here, follow=False)
    assert "/authorize?" in answer["Location"]
    return parse_qs(urlsplit(answer["Location"]).query).get("domain_hint", [])


def test_whoever_opens_the_link_to_a_plan_is_asked_for_the_domain_of_its_reviewers() -> None:
    assert hint(page()) == hint(f"{page()}?x=1") == ["northwind.example"]


@pytest.mark.parametrize(
    "onward",
    [
        "/",
        "/tenants/northwind/",
        f"/tenants/northwind/agreement/{'0' * 64}/",
        "/no/such/page/",
        "//x.example/",
    ],
)
def test_no_other_address_tells_a_domain(onward: str) -> None:
    assert hint(onward) == []


def test_a_plan_of_another_tenant_tells_none() -> None:
    assert hint(page().replace("northwind", "contoso")) == []


def test_reviewers_of_several_domains_are_not_led_to_one_of_them() -> None:
    tenant = Tenant.objects.get(slug="northwind")
    other = Person.objects.create(tid=tenant.tenant_id, oid=tenant.tenant_id, email="dora@other.example")
    Contact.objects.create(tenant=tenant, person=other, role=Contact.Role.REVIEWER)
    assert hint(page()) == []


def test_the_sign_in_that_agrees_says_who_agrees() -> None:
    carla = reviewer()
    said = carla.post(page(), {"tenant": "northwind"}).content.decode()
    assert "login_hint=carla%40northwind.example" in said
