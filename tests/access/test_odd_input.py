"""Whatever is typed into any field of any page is answered with a page, never with an error of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from onboarding.models import Draft
from tests.browser import places
from tests.browser.pages import PAGES
from tests.cast import Cast, assemble

ODD = ("a\0b", "a\u202eb", "x" * 5000, "999999999999999999999", "'\"<b>{{}}%s")
TYPED = ("text", "search", "email", "number", "datetime-local", "date", "")


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    known = {"client_id": "a0000000-0000-4000-8000-000000000009"}
    settings.MICROSOFT_APPS = {purpose: {**app, **known} for purpose, app in settings.MICROSOFT_APPS.items()}
    return assemble()


class Forms(HTMLParser):
    """Each form of a page: where it goes, how, what it holds, and which of its fields people type into."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str], set[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), given.get("method", "get"), {}, set()))
        elif self.found and tag in ("input", "textarea", "select") and given.get("name"):
            self.found[-1][2][given["name"]] = given.get("value", "")
            if tag == "textarea" or (tag == "input" and given.get("type", "") in TYPED):
                self.found[-1][3].add(given["name"])


def typed_into(html: str) -> Iterator[tuple[str, str, dict[str, str], set[str]]]:
    return (form for form in Forms(html).found if form[3])


def test_no_field_of_any_page_breaks_on_odd_input(cast: Cast) -> None:
    at = places.made(cast)
    broken, asked = set[str](), set[str]()
    for who, path in PAGES.values():
        client = cast.client(who, raise_request_exception=False)
        page = client.get(path.format(**at), follow=True)
        broken |= {path} if page.status_code >= 500 else set()
        here = page.redirect_chain[-1][0] if page.redirect_chain else path.format(**at)
        for action, method, held, fields in typed_into(page.content.decode()):
            for odd in ODD:
                said = held | dict.fromkeys(fields, odd)
                answer = getattr(client, method.lower())(action or here, said)
                asked.add(action)
                if answer.status_code >= 500:
                    broken.add(f"{method} {re.sub(r'[0-9a-f-]{32,}', '…', action)} {odd[:9]!r}")
    assert len(asked) > 8 and broken == set()


FAR = ("9999-12-31", "0001-01-01", "9999-12-31 23:59:59-05:00", "0001-01-01 00:00:00+05:00")


@pytest.mark.parametrize("day", FAR)
def test_a_day_too_far_away_is_a_mistake_at_its_field(day: str, cast: Cast) -> None:
    rita, alice, here = cast.client("rita"), cast.client("alice"), "/tenants/northwind"
    Draft.objects.create(tenant=cast.northwind, begun_by="person 1", changed_by="person 1")
    freeze = {"begins": "2026-01-01 00:00", "ends": "2027-01-01 00:00", "why": "year end"}
    answers = [rita.get(f"{here}/evidence/pack.zip", {name: day}) for name in ("first", "last")]
    answers += [rita.post(f"{here}/freezes/add/", freeze | {name: day}) for name in ("begins", "ends")]
    answers.append(alice.post(f"{here}/onboard/plan/schedule/", {"version": 1, "not_before": day}))
    assert ["Type a day" in answer.content.decode() for answer in answers] == [True] * 5
