"""Pages that cost us or Microsoft something: asked for too often, they say when to come again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.utils.timezone import now

from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
OFTEN = 30


def agreement(cast: Cast) -> str:
    return f"/tenants/northwind/agreement/{world.planned(cast.northwind).digest}/"


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("alice", lambda cast: "/tenants/new/"),
        ("rita", agreement),
        ("anonymous", lambda cast: "/consent/return/?state=made-up"),
        ("anonymous", lambda cast: "/signin/start/"),
    ],
    ids=["discovery", "agreement", "consent", "signin"],
)
def test_after_thirty_in_a_minute_the_page_says_to_wait(who: str, where: Callable[[Cast], str]) -> None:
    cast = assemble()
    client, path = cast.client(who), where(cast)
    with time_machine.travel(now(), tick=False):
        answers = [client.get(path) for _ in range(OFTEN + 1)]
    assert [each.status_code == 429 for each in answers] == [False] * OFTEN + [True]
    assert answers[-1].headers["Retry-After"] == "60"
