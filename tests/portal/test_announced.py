"""Every page whose button asks for a sign-in of the last ten minutes says so before it is pressed."""

from __future__ import annotations

import re

import pytest
from django.urls import resolve

from tests.browser import places
from tests.browser.pages import PAGES
from tests.cast import Cast, assemble

FORM = re.compile(r'<form method="post" action="([^"?]+)')


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def asks_fresh(address: str) -> bool:
    door = getattr(resolve(address).func, "door", None)
    return door is not None and door.fresh


def test_whoever_has_to_sign_in_anew_is_told_beforehand(cast: Cast) -> None:
    at, silent, asked = places.made(cast), [], set()
    for name, (who, path) in PAGES.items():
        page = cast.client(who).get(path.format(**at), follow=True).content.decode()
        fresh = [address for address in FORM.findall(page) if asks_fresh(address)]
        asked |= {resolve(address).url_name for address in fresh}
        if fresh and "a sign-in of the last ten minutes" not in " ".join(page.split()):
            silent.append((name, fresh))
    assert silent == []
    assert {"people-give", "people-take", "offer-edit"} <= asked
