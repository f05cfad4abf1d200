"""A walk that finds nothing proves something only if it finds what is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tests.isolation import walk
from tests.isolation.every_url import Url, urls

pytestmark = pytest.mark.urls("tests.isolation.holes")


@pytest.fixture
def url(cast: Cast) -> Callable[[str], Url]:
    def find(route: str) -> Url:
        return next(url for url in urls() if url.route == f"/holes/{route}")

    return find


@pytest.mark.parametrize(
    ("route", "step", "found"),
    [
        ("<slug:slug>/unguarded/", walk.found_without_right, "mallory GET"),
        ("<slug:slug>/unguarded/", walk.found_without_right, "anonymous GET"),
        ("everybodys/", walk.found_reading, "ann sees another tenant"),
        ("everybodys/", walk.found_reading, "bob sees another tenant"),
        ("<slug:slug>/runs/<int:run>/", walk.found_under_another, "alice GET"),
        ("<slug:slug>/runs/<int:run>/", walk.found_under_another, "rita GET"),
        ("runs/<int:run>/", walk.found_without_right, "ann GET"),
        ("runs/<int:run>/", walk.found_reading, "bob sees another tenant"),
        ("<slug:slug>/writing/", walk.found_reading, "tenants.Customer changed"),
        ("<slug:slug>/ringing/", walk.found_reading, "onboarding.read_access was rung by reading"),
        ("<slug:slug>/for-other-sites/", walk.found_reading, "is for another site's script"),
        ("<slug:slug>/twice/", walk.found_reading, "ann reads &lt;span"),
        ("<slug:slug>/twice/", walk.found_reading, "ann reads &amp;#x27;"),
        ("<slug:slug>/exempt/", walk.found_without_token, "ann POST"),
        ("<slug:slug>/late/", walk.found_without_right, "tenants.Customer changed"),
    ],
)
def test_a_hole_is_found(url: Any, cast: Cast, route: str, step: Any, found: str) -> None:
    assert [line for line in step(url(route), cast) if found in line]


@pytest.mark.django_db  # one test must say so, or pytest-django makes no database for the others
def test_a_url_without_a_door_is_found(url: Any) -> None:
    assert url("<slug:slug>/unguarded/").door is None and not url("<slug:slug>/unguarded/").is_public


def test_a_door_under_another_decorator_is_seen(url: Any) -> None:
    assert url("<slug:slug>/exempt/").door.roles


def test_a_good_page_passes(url: Any, cast: Cast) -> None:
    for step in (
        walk.found_without_right,
        walk.found_reading,
        walk.found_without_token,
        walk.found_under_another,
    ):
        assert list(step(url("<slug:slug>/good/"), cast)) == []
