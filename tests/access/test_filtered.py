"""The list of customers as a link leads to it: what it leaves out is said, beside the way to all of them."""

from __future__ import annotations

import re

import pytest

from access import who_is_next
from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
LIST = "/customers/"
PART = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return assemble()


def count(cast: Cast, query: str, **headers: str) -> str:
    """What is said above the list, in one line; with the address of each link."""
    said = cast.client("alice").get(f"{LIST}{query}", headers=headers).content.decode()
    found = re.search(r'id="count"[^>]*>(.*?)</p>|:#count">(.*?)</div>', said, re.DOTALL)
    assert found
    return " ".join(re.sub(r'<a href="([^"]*)">', r"[\1] ", found[1] or found[2]).replace("</a>", "").split())


def test_all_of_them_are_no_filter(cast: Cast) -> None:
    assert count(cast, "") == count(cast, "?q=+&state=") == count(cast, "?page=1") == "2 found"


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_what_is_filtered_by_is_said_with_the_way_out(cast: Cast, headers: dict[str, str]) -> None:
    said = count(cast, "?q=north&state=offer-stays", **headers)
    assert said == (
        "0 found (only with “north” in name, domain or tenant id and only in the state “Ended, but an offer "
        "stays in Azure”) [/customers/] Show all customers"
    )


@pytest.mark.parametrize("choice", who_is_next.CHOICES, ids=lambda choice: choice[0])
def test_each_state_is_called_by_its_words(cast: Cast, choice: tuple[str, str]) -> None:
    assert f"only in the state “{choice[1]}”)" in count(cast, f"?state={choice[0]}")


def test_a_state_that_there_is_none_of_is_not_passed_over(cast: Cast) -> None:
    """An old link, or one that was cut: the whole list must not be taken for what it asks for."""
    assert count(cast, "?state=offer-stay") == (
        "2 found (the address asks for a state that is not known here, “offer-stay”: every state is shown) "
        "[/customers/] Show all customers"
    )


def test_what_a_link_says_is_shortened_and_turns_no_line_round(cast: Cast) -> None:
    said = count(cast, f"?q=%E2%80%AEevil{'x' * 900}&state=%3Cb%3E%E2%80%AE")
    assert "\u202e" not in said and "\\u202e" in said and "&lt;b&gt;" in said and len(said) < 500


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_the_file_is_of_what_is_shown_and_named_so(cast: Cast, headers: dict[str, str]) -> None:
    """Also after typing, where only a part of the page comes anew."""
    world.many(70)
    comes = ' hx-swap-oob="true"' if headers else ""
    for query, words, name, rows in (("?page=2", "Download all", "customers", 72), *FOUND):
        said = cast.client("alice").get(f"{LIST}{query}", headers=headers).content.decode()
        link = re.search(rf'id="download"{comes} href="([^"]*)">([^<]*)<', said)
        assert link and link[2] == f"{words} as CSV"
        file = cast.client("alice").get(link[1].replace("&amp;", "&"))
        assert file["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        assert file.content.decode().count("\n") == 1 + rows


FOUND = (
    ("?q=north", "Download what is found", "customers-found", 1),
    ("?q=north&state=paused", "Download what is found", "customers-found", 0),
    ("?state=nonsense", "Download all", "customers", 72),
)
