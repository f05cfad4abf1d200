"""What somebody meets who is not signed in, not for long enough, or no longer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
import time_machine
from django.conf import settings as live
from django.test import Client
from django.utils.timezone import now
from django_htmx.http import HTMX_STOP_POLLING

from onboarding.models import Inquiry
from tenants.models import Contact, SignIn
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.doors")]
TEMPLATES = live.BASE_DIR / "templates"
ANEW = '<meta http-equiv="refresh" content="5'
"""Another that leads to Microsoft at once is no page that waits."""
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/help/?a=1"}
DANGEROUS = "/tenants/northwind/run/"


@pytest.fixture
def cast() -> Cast:
    return assemble()


def aged(minutes: float) -> None:
    SignIn.objects.update(auth_time=now() - timedelta(minutes=minutes))


def test_a_page_leads_to_the_sign_in_and_back(cast: Cast) -> None:
    answer = Client().get("/anybody/?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/signin/?next=%2Fanybody%2F%3Fpage%3D2")
    page = Client().get(answer["Location"]).content.decode()
    assert "/signin/start/?next=%2Fanybody%2F%3Fpage%3D2" in page


@pytest.mark.parametrize("slug", ["northwind", "nobody"])
def test_whether_a_tenant_exists_is_not_told(cast: Cast, slug: str) -> None:
    answer = Client().get(f"/tenants/{slug}/run/")
    assert answer["Location"] == f"/signin/?next=%2Ftenants%2F{slug}%2Frun%2F"
    assert cast.client("mallory").get(f"/tenants/{slug}/run/").status_code == 404


def test_a_fragment_takes_the_whole_window_to_the_sign_in(cast: Cast) -> None:
    answer = Client().get("/anybody/", headers=HTMX)
    assert answer["HX-Redirect"] == "/signin/?next=%2Fhelp%2F%3Fa%3D1" and not answer.content


def test_an_act_is_not_done_and_that_is_said(cast: Cast) -> None:
    answer = Client().post(DANGEROUS, headers={"Referer": "http://testserver/help/"})
    page = answer.content.decode()
    assert (answer.status_code, "Nothing was done" in page) == (403, True)
    assert "/signin/?next=%2Fhelp%2F" in page


@pytest.mark.parametrize(
    "referer", ["http://evil.example/x", "", "//evil.example/", "http://testserver//evil.example/"]
)
def test_it_leads_back_to_no_other_site(cast: Cast, referer: str) -> None:
    page = Client().post("/anybody/", headers={"Referer": referer}).content.decode()
    assert "/signin/?next=%2F&quot;" in page or '/signin/?next=%2F"' in page


def test_a_dangerous_page_wants_a_fresh_sign_in(cast: Cast) -> None:
    alice = cast.client("alice")
    aged(9)
    assert alice.post(DANGEROUS).content == b"done to northwind"
    aged(11)
    assert alice.get(DANGEROUS)["Location"] == "/signin/?next=%2Ftenants%2Fnorthwind%2Frun%2F&fresh=1"
    refused = alice.post(DANGEROUS)
    assert (refused.status_code, "last ten minutes" in refused.content.decode()) == (403, True)
    assert "fresh=1" in alice.get("/signin/?next=/&fresh=1").content.decode()
    assert alice.get("/anybody/").content == b"in"


def test_a_page_of_somebody_signed_in_is_stored_nowhere(cast: Cast) -> None:
    answer = cast.client("alice").get("/anybody/")
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_a_page_left_open_keeps_nobody_signed_in(cast: Cast) -> None:
    with time_machine.travel("2026-11-21T09:00:00+00:00", tick=False) as clock:
        alice = cast.client("alice")
        for _ in range(5):
            clock.shift(timedelta(minutes=11))
            assert alice.get("/anybody/", headers=HTMX).content == b"in"
        clock.shift(timedelta(minutes=11))
        assert "HX-Redirect" in alice.get("/anybody/", headers=HTMX)


def test_nor_does_a_page_that_loads_itself_anew_without_script(cast: Cast) -> None:
    question = {"tenant": cast.northwind, "what": "verify", "asked_by": "person 1"}
    Inquiry.objects.create(**question)
    with time_machine.travel("2026-11-21T09:00:00+00:00", tick=False) as clock:
        alice, address = cast.client("alice"), "/tenants/northwind/"
        for _ in range(5):
            page = alice.get(address).content.decode()
            found = re.search(r'<meta http-equiv="refresh" content="5(?:; url=([^"]*))?">', page)
            assert found
            address = urljoin(address, found[1] or "")
            clock.shift(timedelta(minutes=14))
        assert alice.get(address).status_code == 302


def test_every_page_that_loads_itself_anew_says_that_it_did() -> None:
    """In its address: else nobody could tell it from somebody's visit."""
    pages = [path for path in TEMPLATES.rglob("*.html") if ANEW in path.read_text("utf-8")]
    assert pages and not [path.name for path in pages if "again=1" not in path.read_text("utf-8")]


def test_no_page_is_loaded_anew_under_who_has_script() -> None:
    """It asks again for what waits, and what is being typed stays."""
    texts = [path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")]
    loads = [text.count(ANEW) for text in texts]
    assert sum(loads) and loads == [text.count(f"<noscript>{ANEW}") for text in texts]


def test_a_page_asked_for_does(cast: Cast) -> None:
    with time_machine.travel("2026-11-21T09:00:00+00:00", tick=False) as clock:
        rita = cast.client("rita")
        for _ in range(5):
            clock.shift(timedelta(minutes=50))
            assert rita.get("/anybody/").content == b"in"


def test_a_role_of_the_providers_is_asked_for_anew_each_hour_but_what_was_typed_may_be_sent(
    cast: Cast,
) -> None:
    with time_machine.travel("2026-11-21T09:00:00+00:00", tick=False) as clock:
        ann, rita = cast.client("ann"), cast.client("rita")
        for minutes in (50, 15):
            for each in (ann, rita):
                assert each.get("/tenants/northwind/").status_code == 200
            clock.shift(timedelta(minutes=minutes))
        assert ann.get("/tenants/northwind/")["Location"] == "/signin/renew/?next=%2Ftenants%2Fnorthwind%2F"
        assert ann.get("/anybody/", headers=HTMX)["HX-Redirect"].startswith("/signin/renew/?next=")
        waits = ann.get("/anybody/?seen=1", headers=HTMX)
        assert (waits.status_code, "HX-Redirect" in waits) == (HTMX_STOP_POLLING, False)
        assert "no longer follows what happens" in waits.content.decode()
        assert ann.post("/tenants/northwind/favourite/")["Location"].startswith("/my-customers/")
        assert rita.get("/tenants/northwind/").status_code == 200


def test_signing_out_is_a_post_with_its_token_and_ends_this_browser(cast: Cast) -> None:
    here = cast.client("alice", enforce_csrf_checks=True)
    there = cast.client("alice")
    assert here.get("/signout/").status_code == 405
    assert here.post("/signout/").status_code == 403
    token = here.get("/help/").cookies[live.CSRF_COOKIE_NAME].value
    assert "You are signed out" in here.post("/signout/", {"csrfmiddlewaretoken": token}).content.decode()
    assert here.get("/anybody/").status_code == 302
    assert there.get("/anybody/").content == b"in"


def test_signing_out_everywhere_ends_all_of_them_and_nobody_elses(cast: Cast) -> None:
    here, there, audrey = cast.client("alice"), cast.client("alice"), cast.client("audrey")
    assert "in 2 browsers" in here.post("/signout/everywhere/").content.decode()
    assert here.get("/anybody/").status_code == there.get("/anybody/").status_code == 302
    assert audrey.get("/anybody/").content == b"in"


@pytest.mark.parametrize("secure", [True, False])
def test_cookies_are_for_this_host_alone_and_for_no_script(cast: Cast, settings: Any, secure: bool) -> None:
    from django.http import HttpResponse

    from portal import signin

    settings.SECURE = secure
    response = HttpResponse()
    signin.seat(response, "key")
    signin.JOURNEY.remember(response, {})
    for name in (settings.SESSION_COOKIE_NAME, settings.SIGNIN_COOKIE_NAME):
        cookie = response.cookies[name]
        assert (cookie["httponly"], bool(cookie["secure"]), cookie["samesite"]) == (True, secure, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_health_asks_no_database_who_it_is(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        cast_free = Client()
        cast_free.cookies[live.SESSION_COOKIE_NAME] = "x"
        cast_free.get("/health/live")


def test_who_lost_every_right_can_still_sign_out(cast: Cast) -> None:
    rita, there = cast.client("rita"), cast.client("rita")
    Contact.objects.all().delete()
    assert rita.get("/anybody/").status_code == 404
    assert "You are signed out" in rita.post("/signout/").content.decode()
    assert "You are signed out" in there.post("/signout/everywhere/").content.decode()
    assert not SignIn.objects.exists()
