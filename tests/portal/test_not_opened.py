"""The help for a door that does not open: four pictures, each with what to do and who can help."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.not_opened import PICTURES
from tests.access import world
from tests.cast import assemble

pytestmark = pytest.mark.django_db
PAGE = "/help/it-did-not-open/"


def test_it_is_there_for_somebody_who_cannot_even_sign_in() -> None:
    shown = Client().get(PAGE).content.decode()
    for words in (
        "MFA again and again",
        "no permission",
        "username may be incorrect",
        "your own organisation",
    ):
        assert words in shown


@pytest.mark.parametrize("picture", PICTURES, ids=lambda each: each.slug)
def test_each_picture_says_what_to_do_who_can_help_and_how_sure_it_is(picture: object) -> None:
    said = [getattr(picture, name) for name in ("means", "who", "known")] + list(picture.acts)
    assert len(said) >= 5 and all(words.endswith(".") for words in said)


@pytest.mark.parametrize("page", ["/help/", "/tenants/northwind/", "/tenants/northwind/hand-over/"])
def test_it_is_one_click_from_where_doors_are(page: str) -> None:
    cast = assemble()
    world.owned(cast.northwind, "access_package/tier-1")
    assert f'href="{PAGE}"' in cast.client("ann").get(page).content.decode()
