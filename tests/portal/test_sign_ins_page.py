"""One's own browsers and nobody else's: since when, last used, ended one by one or all at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tenants.models import SignIn
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
PAGE = "/signed-in/"


@pytest.fixture
def cast() -> Cast:
    return assemble()


def rows(page: str) -> int:
    return page.count('<th scope="row"')


def test_it_lists_every_browser_that_is_still_signed_in_and_which_one_this_is(cast: Cast) -> None:
    here = cast.client("rita")
    cast.client("rita")
    cast.client("alice")
    over = cast.client("rita")
    SignIn.objects.filter(pk=SignIn.objects.latest("pk").pk).update(seen_at=now() - timedelta(minutes=61))
    page = here.get(PAGE).content.decode()
    assert rows(page) == 2 and page.count("This one") == 1
    assert over.get(PAGE).status_code == 302
    assert f'href="{PAGE}"' in here.get("/help/").content.decode()


def test_one_is_ended_and_the_others_stay(cast: Cast) -> None:
    here, there = cast.client("rita"), cast.client("rita")
    other = SignIn.objects.latest("pk")
    assert here.post(f"{PAGE}{other.pk}/end/")["Location"] == PAGE
    assert there.get(PAGE).status_code == 302 and here.get(PAGE).status_code == 200
    assert here.post(f"{PAGE}{other.pk}/end/").status_code == 404


def test_this_browsers_own_is_a_sign_out(cast: Cast) -> None:
    here = cast.client("rita")
    answer = here.post(f"{PAGE}{SignIn.objects.get().pk}/end/")
    assert "This browser is signed out" in answer.content.decode() and not SignIn.objects.exists()


def test_nobody_ends_anothers_and_an_admin_neither(cast: Cast) -> None:
    cast.client("rita")
    hers = SignIn.objects.get()
    for who in ("alice", "rolf", "anonymous"):
        cast.client(who).post(f"{PAGE}{hers.pk}/end/")
        assert SignIn.objects.filter(pk=hers.pk).exists(), who
