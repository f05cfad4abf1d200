"""Every URL × method × visitor × tenant: who has no right learns nothing and changes nothing.

The pages are read off the URLconf and what each asks for off its door, so a new page is in the walk at once.
"""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.isolation import walk, world
from tests.isolation.every_url import FREE, PUBLIC, Url, urls

EVERY = urls()
GUARDED = [url for url in EVERY if not url.is_public]


def named(url: Url) -> str:
    return url.route


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_every_url_has_a_door_or_is_public_by_name() -> None:
    assert [url.route for url in EVERY if url.door is None and not url.is_public] == []
    assert [url.route for url in EVERY if url.door and url.is_public] == []
    assert {url.route for url in EVERY} >= PUBLIC


def test_every_argument_of_a_url_has_values_to_walk_with() -> None:
    known = {*world.ARGUMENTS, *FREE}
    assert [url.route for url in EVERY if not known >= set(url.arguments)] == []


@pytest.mark.parametrize("url", GUARDED, ids=named)
def test_who_has_no_right_finds_nothing_and_changes_nothing(url: Url, cast: Cast) -> None:
    assert list(walk.found_without_right(url, cast)) == []


@pytest.mark.parametrize("url", EVERY, ids=named)
def test_reading_shows_no_other_tenant_and_changes_nothing(url: Url, cast: Cast) -> None:
    assert list(walk.found_reading(url, cast)) == []


@pytest.mark.parametrize("url", EVERY, ids=named)
def test_writing_without_the_token_of_the_form_is_refused(url: Url, cast: Cast) -> None:
    assert list(walk.found_without_token(url, cast)) == []


@pytest.mark.parametrize("url", GUARDED, ids=named)
def test_ones_object_under_anothers_address_is_not_there(url: Url, cast: Cast) -> None:
    assert list(walk.found_under_another(url, cast)) == []
