"""After an hour Microsoft is asked for the roles again, and the person is asked nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine
from django.conf import settings as live
from django.test import Client
from django.utils.timezone import now

from sandbox import directory
from sandbox.cloud import Cloud
from tenants.id_token import NotLetIn
from tenants.microsoft import signin as microsoft
from tenants.microsoft import transport
from tenants.microsoft.clouds import current
from tenants.models import SignIn
from tests.portal.conftest import PEOPLE, oid
from tests.sandbox.forms import Form

HERE = "http://localhost:8000"


class Browser:
    """One browser: what the portal and Microsoft keep in it."""

    def __init__(self, window: Client, http: httpx.Client) -> None:
        self.window, self.http = window, http

    def sign_in(self, name: str) -> None:
        """By choosing a name on Microsoft's page."""
        there = self.window.get("/signin/start/")["Location"]
        self.back(self.choose(there, name))

    def choose(self, there: str, name: str) -> str:
        form = Form(self.http.get(there).text)
        given = {**form.fields, "person": f"{PEOPLE[name][0]}/{oid(name)}"}
        return self.http.post(str(httpx.URL(there).join(form.action)), data=given).headers["location"]

    def silently(self, address: str) -> str:
        """To a page of ours, and where that leads by way of Microsoft; no page of theirs is shown."""
        way = self.window.get(address)["Location"]
        assert way.startswith("/signin/renew/?next=")
        answer = self.http.get(self.window.get(way)["Location"])
        assert answer.status_code == 303 and not answer.content
        return self.back(answer.headers["location"])

    def back(self, address: str) -> str:
        return str(self.window.get(address.removeprefix(HERE))["Location"])


@pytest.fixture
def browser(desk: Cloud, window: Client) -> Iterator[Browser]:
    with httpx.Client(verify=transport.context(current().ca), trust_env=False) as http:
        yield Browser(window, http)


@pytest.fixture
def later(browser: Browser) -> Iterator[Callable[..., None]]:
    """Lena, an administrator, signed in a while ago and was here just now."""
    browser.sign_in("lena")

    def pass_by(**ago: float) -> None:
        began = now() - timedelta(**ago)
        SignIn.objects.update(roles_at=began, started_at=began, auth_time=began)

    yield pass_by


def test_the_roles_are_asked_for_and_the_person_is_not(browser: Browser, later: Callable[..., None]) -> None:
    later(minutes=61)
    before = SignIn.objects.get()
    way = urlsplit(browser.window.get(browser.window.get("/customers/?q=1")["Location"])["Location"])
    asked = parse_qs(way.query)
    assert (asked["prompt"], asked["login_hint"]) == (["none"], [before.person.email])
    assert set(asked["scope"][0].split()) == {"openid", "profile"} and "max_age" not in asked
    assert browser.silently("/customers/?q=1") == "/customers/?q=1"
    after = SignIn.objects.get()
    assert (after.pk, after.started_at, after.seen_at) == (before.pk, before.started_at, before.seen_at)
    assert after.roles == ["Portal.Admin"] and after.key_hash != before.key_hash
    assert now() - after.roles_at < timedelta(minutes=1)
    assert browser.window.get("/customers/?q=1").status_code == 200


def test_a_whole_working_day_is_signed_in_once(browser: Browser, later: Callable[..., None]) -> None:
    began = now()
    with time_machine.travel(began, tick=True) as clock:
        for minutes in range(50, 8 * 60, 50):
            clock.move_to(began + timedelta(minutes=minutes))
            answer = browser.window.get("/customers/")
            if answer.status_code == 302:
                assert browser.silently("/customers/") == "/customers/"
                assert browser.window.get("/customers/").status_code == 200
        clock.move_to(began + timedelta(minutes=8 * 60 + 1))
        assert browser.window.get("/customers/")["Location"] == "/signin/?next=%2Fcustomers%2F"


def test_a_role_that_was_taken_away_ends_it(
    browser: Browser, later: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    later(minutes=61)
    monkeypatch.setattr(directory, "app_roles", lambda *_: [])
    assert browser.silently("/customers/") == "/signin/refused/no_app_role/"
    assert not SignIn.objects.exists()


def test_who_is_no_longer_signed_in_at_microsoft_gets_the_sign_in_page(
    browser: Browser, later: Callable[..., None]
) -> None:
    later(minutes=61)
    browser.http.cookies.clear()
    assert browser.silently("/customers/?q=1") == "/signin/?next=%2Fcustomers%2F%3Fq%3D1"
    assert SignIn.objects.count() == 1 and browser.window.get("/customers/").status_code == 302


def test_another_account_does_not_slip_in(browser: Browser, later: Callable[..., None]) -> None:
    """Where Microsoft answers for somebody else all the same, nobody is signed in by it."""
    later(minutes=61)
    away = browser.window.get("/signin/renew/?next=/customers/")["Location"]
    loud = away.replace("prompt=none", "prompt=select_account")
    assert browser.back(browser.choose(loud, "amir")) == "/signin/?next=%2Fcustomers%2F"
    assert SignIn.objects.get().roles == ["Portal.Admin"]
    assert browser.window.get("/customers/").status_code == 302


def test_signed_out_everywhere_meanwhile_it_stays_out(browser: Browser, later: Callable[..., None]) -> None:
    later(minutes=61)
    away = browser.window.get("/signin/renew/?next=/customers/")["Location"]
    SignIn.objects.all().delete()
    assert browser.back(browser.http.get(away).headers["location"]) == "/signin/?next=%2Fcustomers%2F"
    assert not SignIn.objects.exists()


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_windows_that_ask_at_once_neither_sees_an_error(
    browser: Browser, later: Callable[..., None], first: int
) -> None:
    """The browser remembers the last that was asked: that one is renewed, whichever comes back first."""
    later(minutes=61)
    pages = ("/customers/", "/runs/")
    away = [browser.window.get(f"/signin/renew/?next={page}")["Location"] for page in pages]
    back = [browser.http.get(there).headers["location"] for there in away]
    led = {number: browser.back(back[number]) for number in (first, 1 - first)}
    assert led[1] == "/runs/" and led[0] == ("/signin/?next=%2F" if first == 0 else "/")
    assert browser.window.get("/customers/").status_code == 200


def test_a_window_that_asks_when_another_has_asked_already_is_let_on(
    browser: Browser, later: Callable[..., None]
) -> None:
    later(minutes=61)
    assert browser.silently("/customers/") == "/customers/"
    assert browser.window.get("/signin/renew/?next=/runs/")["Location"] == "/runs/"
    stale = browser.window.get("/signin/renew/?next=https://x.example/")["Location"]
    assert stale == "/"


def test_a_sign_in_under_way_in_another_window_is_left_alone(
    browser: Browser, later: Callable[..., None]
) -> None:
    """What a dangerous act asks for is typed in one window while roles are asked for in another."""
    later(minutes=61)
    there = browser.window.get("/signin/start/?next=/people/&fresh=1")["Location"]
    assert browser.silently("/customers/") == "/customers/"
    assert browser.back(browser.choose(there, "lena")) == "/people/"


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_where_microsoft_is_down_nobody_is_signed_out_for_it(
    browser: Browser, later: Callable[..., None], error: str
) -> None:
    later(minutes=61)
    there = browser.window.get("/signin/renew/?next=/customers/")["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    answer = f"/signin/return/?error={error}&error_description=AADSTS90033&state={state}"
    assert browser.back(answer) == "/signin/?next=%2Fcustomers%2F"
    assert SignIn.objects.count() == 1 and browser.window.get("/customers/").status_code == 302
    assert browser.silently("/customers/") == "/customers/"


def test_a_fresh_sign_in_is_never_had_silently(browser: Browser, later: Callable[..., None]) -> None:
    """What is dangerous asks for a proof of the last ten minutes, and silence proves nothing anew."""
    browser.http.cookies.clear()
    browser.sign_in("lena")
    with time_machine.travel(now() + timedelta(minutes=55), tick=True):
        browser.window.get("/customers/")
    with time_machine.travel(now() + timedelta(minutes=61), tick=True):
        assert browser.silently("/people/") == "/people/"
        answer = browser.window.post("/people/give/", {})
        assert (answer.status_code, "Nothing was done" in answer.content.decode()) == (403, True)


def test_nobody_is_renewed_who_has_nothing_to_renew(browser: Browser) -> None:
    assert (
        browser.window.get("/signin/renew/?next=/customers/")["Location"] == "/signin/?next=%2Fcustomers%2F"
    )
    assert browser.window.get("/signin/renew/?next=https://x.example/")["Location"] == "/signin/?next=%2F"
    assert live.SESSION_COOKIE_NAME not in browser.window.cookies


@pytest.mark.parametrize("error", microsoft.ASKS)
def test_whatever_microsoft_has_to_ask_is_asked_in_person(error: str) -> None:
    refused: Any = microsoft.refused({"error": error, "error_description": "AADSTS50079: more is needed"})
    assert isinstance(refused, NotLetIn) and (refused.reason, refused.code) == ("asks", "AADSTS50079")
