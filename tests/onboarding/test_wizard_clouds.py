"""GCC, GCC High and DoD told apart before anything is saved, as far as the discovery page does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from onboarding.wizard import drafts
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft import clouds
from tenants.microsoft.errors import Refused
from tenants.models import Tenant
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, pki, portal

__all__ = ["box", "pki", "portal"]
pytestmark = pytest.mark.django_db
Says = Callable[[str, str], str]


@pytest.fixture
def says(portal: Cloud, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Says:
    """What the page for a new tenant says in this cloud, of a tenant whose discovery page names this part."""
    alice = admin("Alice")

    def look(cloud: str, part: str) -> str:
        for name in ("usgov", "usgov-dod") if "gov" in cloud else (cloud,):
            monkeypatch.setitem(clouds.CLOUDS, name, replace(clouds.CLOUDS[name], login=portal.origin))
        settings.CLOUD = cloud
        row = portal.store.get("", "tenants", seed.NORTHWIND)
        portal.store.put("", "tenants", {**(row or {}), "regionSubScope": part or None})
        asked = {"customer": "Northwind", "place": "northwind.example"}
        return re.sub(r"\s+", " ", alice.post("/tenants/new/", asked).content.decode())

    return look


@pytest.mark.parametrize(
    ("cloud", "part", "words"),
    [
        ("public", "GCC", "GCC, the Government Community Cloud, as its discovery page says."),
        ("public", "", "It does not say GCC. That proves nothing: ask the customer where it matters."),
        ("usgov", "DODCON", "GCC High, as its discovery page says (“DODCON”)."),
        ("usgov", "", "It does not say whether it is GCC High or DoD: ask the customer."),
        ("usgov-dod", "DOD", "DoD, the Department of Defense, as its discovery page says (“DOD”)."),
        ("public", "NEW", "Its discovery page also says “NEW”, and we do not know what that means."),
    ],
)
def test_the_page_says_which_part_it_is_and_how_sure_that_is(
    says: Says, cloud: str, part: str, words: str
) -> None:
    page = says(cloud, part)
    assert words in page and "Yes, begin with this tenant" in page
    assert ("Microsoft documents nowhere what stands there" in page) == bool(part)


@pytest.mark.parametrize(
    ("cloud", "part", "called", "setting"),
    [("usgov", "DOD", "DoD", "usgov-dod"), ("usgov-dod", "DODCON", "GCC High", "usgov")],
)
def test_a_tenant_of_the_other_government_cloud_is_refused_with_who_can_help(
    says: Says, cloud: str, part: str, called: str, setting: str
) -> None:
    page = says(cloud, part)
    assert f"northwind.example is a tenant of {called}, as its discovery page says" in page
    assert f"CLOUD={setting}" in page and "Whoever runs this portal" in page
    assert "Yes, begin with this tenant" not in page
    with pytest.raises(Refused) as refused:
        drafts.begin("northwind.example", seed.NORTHWIND, "Northwind", "northwind", "person 1")
    assert refused.value.reason == "other_part" and not Tenant.objects.exists()
