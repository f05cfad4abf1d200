"""The whole portal against a sandbox, for tests that go to Microsoft and back."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from django.test import Client

from sandbox import seed
from sandbox.cloud import Cloud
from tenants.microsoft import keys, transport
from tenants.microsoft.clouds import current
from tests.onboarding.conftest import box, pki, portal  # noqa: F401  fixtures
from tests.sandbox.forms import Form

PEOPLE = {
    "lena": (seed.FABRIKAM, "fab1", 1),
    "amir": (seed.FABRIKAM, "fab1", 2),
    "dana": (seed.FABRIKAM, "fab1", 5),
    "emil": (seed.FABRIKAM, "fab1", 6),
    "ada": (seed.NORTHWIND, "42", 1),
    "carla": (seed.NORTHWIND, "42", 2),
    "deniz": (seed.NORTHWIND, "42", 3),
    "contoso": (seed.CONTOSO, "c1", 2),
}


def oid(name: str) -> str:
    return seed._id(*PEOPLE[name][1:])


@pytest.fixture
def desk(portal: Cloud, settings: object) -> Cloud:  # noqa: F811
    """The portal at the address the test client asks for; no key is remembered from another test."""
    settings.PORTAL_URL = "http://localhost:8000"  # type: ignore[attr-defined]
    keys.forget()
    return portal


@pytest.fixture
def window() -> Client:
    return Client(headers={"Host": "localhost:8000"})


@pytest.fixture
def go(desk: Cloud, window: Client) -> Callable[..., str]:
    """A person goes to Microsoft and chooses themselves; gives the address they are sent back to."""

    def walk(name: str, client: Client | None = None, **query: str) -> str:
        there = (client or window).get("/signin/start/", query)
        assert there.status_code == 302, there.content
        return chosen(there["Location"], name)

    return walk


def chosen(there: str, name: str) -> str:
    """What Microsoft's page does when this person is chosen on it ("nobody": cancel)."""
    with httpx.Client(verify=transport.context(current().ca), trust_env=False) as http:
        form = Form(http.get(there).text)
        tid = PEOPLE[name][0] if name in PEOPLE else ""
        person = f"{tid}/{oid(name)}" if tid else "nobody"
        action = str(httpx.URL(there).join(form.action))
        back = http.post(action, data={**form.fields, "person": person})
    assert back.status_code == 303, back.text
    return back.headers["location"].removeprefix("http://localhost:8000")
