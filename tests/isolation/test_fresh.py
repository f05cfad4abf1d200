"""Dangerous acts ask for a sign-in of the last ten minutes: with an older one nothing is done, at no door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tenants.models import SignIn
from tests.cast import Cast
from tests.isolation import walk, world
from tests.isolation.every_url import Url, urls

HERE = "/tenants/<slug:slug>"
DANGEROUS = {
    "/people/give/",
    "/people/take/<int:membership>/",
    "/offers/<slug:offer>/edit/",
    f"{HERE}/azure/sign-in/",
    f"{HERE}/azure/deployments/<int:deployment>/confirm/",
    f"{HERE}/end/start/",
    f"{HERE}/pause/start/",
    f"{HERE}/review/sign/",
    f"{HERE}/reviews/<int:review>/end/",
    f"{HERE}/onboard/progress/start/",
    f"{HERE}/onboard/progress/resume/",
    f"{HERE}/onboard/agreement/paper/",
    f"{HERE}/onboard/agreement/paper/confirm/",
}
FRESH = [url for url in urls() if url.door and url.door.fresh]


@pytest.mark.django_db
def test_the_doors_that_ask_for_it_are_these_and_no_other() -> None:
    assert {url.route for url in FRESH} == DANGEROUS


@pytest.mark.parametrize("url", FRESH, ids=lambda url: url.route)
def test_with_an_older_sign_in_nothing_is_done(url: Url, cast: Cast) -> None:
    who = next(who for who in walk.SEES if walk.may(url, who, "northwind"))
    client, path = cast.client(who), url.filled(world.values(cast.northwind))
    SignIn.objects.update(auth_time=now() - timedelta(minutes=11))
    before = world.snapshot()
    with walk.bells() as rung:
        answer = client.post(path)
    assert answer.status_code == 403 and "Nothing was done" in answer.content.decode(), path
    assert (list(walk.changes(before, "by it")), rung) == ([], [])
