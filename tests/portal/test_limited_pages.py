"""Pages that cost us or Microsoft something: asked for too often, they say when to come again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now

from portal.journeys import spend
from portal.renewing import JOURNEY
from tests.access import world
from tests.cast import Cast, assemble

OFTEN = 30
ROOT = Path(__file__).resolve().parents[2]
LIMITED = re.compile(r"^@limited\(.*\)\n(?:@.*\n)*def (\w+)", re.MULTILINE)


def agreement(cast: Cast) -> str:
    return f"/tenants/northwind/agreement/{world.planned(cast.northwind).digest}/"


def at(path: str) -> Callable[[Cast], str]:
    return lambda cast: path


DOORS: dict[str, tuple[str, str, Callable[[Cast], str]]] = {
    "onboarding.views.new.page": ("alice", "GET", at("/tenants/new/")),
    "onboarding.views.returned.page": ("anonymous", "GET", at("/consent/return/?state=made-up")),
    "portal.agreement_page.page": ("rita", "GET", agreement),
    "portal.agreement_page.decline": ("rita", "POST", lambda cast: f"{agreement(cast)}decline/"),
    "portal.azure_signin.begin": ("rita", "POST", at("/tenants/northwind/azure/sign-in/")),
    "portal.azure_signin.returned": ("rita", "GET", at("/azure/return/")),
    "portal.renewing.start": ("anonymous", "GET", at("/signin/renew/?next=/customers/")),
    "portal.renewing.renewed": ("anonymous", "GET", at("/signin/return/?state=renewed")),
    "portal.signin.start": ("anonymous", "GET", at("/signin/start/")),
    "portal.signin.returned": ("anonymous", "GET", at("/signin/return/")),
}
"""Each view with a limit: who asks for it, how and where."""


def test_every_page_with_a_limit_is_asked_too_often() -> None:
    rooms = [
        path for room in ("portal", "access", "onboarding", "tenants") for path in (ROOT / room).rglob("*.py")
    ]
    found = {
        f"{'.'.join(path.relative_to(ROOT).with_suffix('').parts)}.{view}"
        for path in rooms
        for view in LIMITED.findall(path.read_text("utf-8"))
    }
    assert found == {*DOORS}


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_after_thirty_in_a_minute_the_page_says_to_wait(door: str) -> None:
    spend("renewed")
    cast = assemble()
    who, method, where = DOORS[door]
    client, path = cast.client(who), where(cast)
    with time_machine.travel(now(), tick=False):
        answers = [renewing(client).generic(method, path) for _ in range(OFTEN + 1)]
    assert [each.status_code == 429 for each in answers] == [False] * OFTEN + [True]
    assert answers[-1].headers["Retry-After"] == "60"


def renewing(client: Client) -> Client:
    """As if its browser were on the way back from a renewal, once more."""
    answer = HttpResponse()
    JOURNEY.remember(answer, {"flow": {"state": "renewed"}, "next": "/", "max_age": None})
    client.cookies.update(answer.cookies)
    return client
