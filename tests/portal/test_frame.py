"""What is around every page: warnings that must not be missed, headers, and pages for errors."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template.loader import get_template
from django.test import Client
from django.utils.html import escape
from django.utils.timezone import now

from onboarding import heartbeat, kinds, planes, tasks
from onboarding.models import Heartbeat
from portal import app_permissions, azure_signin, glossary
from portal.registrations import HELD_BY
from sandbox.cloud import Cloud
from tenants import consent, stopping
from tenants.microsoft import apps, clouds
from tenants.microsoft import signin as microsoft
from tenants.models import Tenant
from tests.cast import NORTHWIND, Cast, assemble
from tests.tree.test_imports import ROOMS, ROOT


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def read(cast: Cast, name: str) -> str:
    return cast.client(name).get("/help/").content.decode()


def page(path: str = "/help/", **options: Any) -> str:
    return Client().get(path, **options).content.decode()


@pytest.mark.django_db
def test_it_says_that_it_is_not_microsoft(settings: Any) -> None:
    assert "not Microsoft" not in page()
    settings.CLOUD = "custom"
    settings.CLOUD_LOGIN_URL = settings.CLOUD_GRAPH_URL = settings.CLOUD_ARM_URL = "https://cloud.example"
    assert "This is not Microsoft." in page() and "https://cloud.example" in page()


@pytest.mark.django_db
def test_only_staff_is_told_that_the_queue_is_asleep(cast: Cast) -> None:
    """It says how the provider's machine is doing, which is nothing for customers."""
    told = {name: "The worker is not running" in read(cast, name) for name in ("alice", "ann", "rita")}
    assert told == {"alice": True, "ann": True, "rita": False}
    assert "The worker is not running" not in page()
    tasks.sweep()
    assert "The worker is not running" not in read(cast, "alice")


def test_administrators_and_auditors_read_on_every_page_that_writing_is_stopped_and_why(cast: Cast) -> None:
    """The reason is the provider's own: others are told in plain words where a run of theirs waits."""
    stopping.stop("a key <may> be lost", "command line, lena")
    told = {name: "All writing is stopped" in read(cast, name) for name in ("alice", "audrey", "ann", "rita")}
    assert told == {"alice": True, "audrey": True, "ann": False, "rita": False}
    assert "a key &lt;may&gt; be lost" in read(cast, "alice") and "command line, lena" in read(cast, "alice")
    assert "All writing is stopped" not in page()
    stopping.lift("command line, lena")
    assert "All writing is stopped" not in read(cast, "alice")


@pytest.mark.django_db
def test_nothing_inline_and_nothing_foreign_is_allowed() -> None:
    policy = Client().get("/help/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


@pytest.mark.django_db
def test_the_queue_is_asleep_until_a_worker_sweeps() -> None:
    assert heartbeat.asleep() == heartbeat.Asleep(None)
    tasks.sweep()
    assert heartbeat.asleep() is None


@pytest.mark.django_db
def test_the_queue_is_asleep_when_sweeps_stop_coming(settings: Any) -> None:
    settings.SWEEP_SECONDS = 30.0
    tasks.sweep()
    seen = now() - dt.timedelta(seconds=121)
    Heartbeat.objects.update(at=seen)
    assert heartbeat.asleep() == heartbeat.Asleep(seen)
    Heartbeat.objects.update(at=now() - dt.timedelta(seconds=100))
    assert heartbeat.asleep() is None


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_a_page_for_an_error_needs_nothing_and_says_all_four_things(name: str) -> None:
    """No context and no database: what failed may be either."""
    text = get_template(f"{name}.html").render()
    for part in ("What is safe", "What to do next", "Who can do it"):
        said = text.partition(f"<dt>{part}</dt><dd>")[2].partition("</dd>")[0]
        assert len(said) > 5


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_so_in_our_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/help/")
    assert (answer.status_code, "not matched" in answer.content.decode()) == (403, False)
    assert "could not be matched to your session" in answer.content.decode()


NAMED = re.compile(r'"([A-Z][A-Za-z]+(?:\.[A-Za-z]+)*\.Read[A-Za-z]*(?:\.[A-Za-z]+)?)"')
"""As Microsoft writes an application permission."""


def named_in_our_code() -> set[str]:
    """Without the exit kit: what a customer runs by itself asks with Microsoft's own app, not with ours."""
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "exit_parts" not in file.parts)
    return {name for file in files for name in NAMED.findall(file.read_text("utf-8"))}


def asked_of_people() -> dict[str, set[str]]:
    """By app, the scopes that a person who is sent to Microsoft to sign in is asked for there."""
    northwind = Tenant(tenant_id=NORTHWIND)
    ways: dict[str, dict[str, Any]] = {"signin": {}, "deploy": {"wanted": azure_signin.wanted(northwind)}}
    there = {
        app: microsoft.begin(clouds.current(), apps.app(app), "https://portal.example/", **way)[0]
        for app, way in ways.items()
    }
    scopes = {app: parse_qs(urlsplit(address).query)["scope"][0].split() for app, address in there.items()}
    return {app: {scope.rpartition("/")[2] for scope in scopes[app]} for app in scopes}


def test_help_explains_each_permission_that_any_of_our_apps_asks_for(desk: Cloud) -> None:
    """In words, under its app: what we do with it, and what it could reach besides."""
    asked = {**{app: consent.most(app) for app in HELD_BY}, **asked_of_people()}
    writes = {name for kind in kinds.ALL for name in kind.permissions}
    writes |= {name for plane in planes.PLANES.values() for name in plane.PERMISSIONS}
    assert asked["deploy"] >= {"user_impersonation"} and writes
    explained = {title: {name for name, _ in listed} for title, _, listed in app_permissions.explained()}
    shown = {app: explained[title] for app, title, _ in app_permissions.APPS}
    assert shown == asked
    text, everything = page(), set().union(*shown.values())
    assert writes | named_in_our_code() <= everything
    for name in everything:
        row = text.partition(f"<code>{name}</code>")[2].partition("</tr>")[0]
        assert escape(consent.PERMISSIONS[name].use) in row and escape(consent.PERMISSIONS[name].reach) in row


def test_every_word_is_explained_once() -> None:
    slugs = [word.slug for word in glossary.WORDS]
    assert len(set(slugs)) == len(slugs)
    assert all(word.meaning.endswith(".") for word in glossary.WORDS)


@pytest.mark.django_db
def test_help_lists_the_words_from_a_to_z() -> None:
    listed = re.findall(r'<dt id="[^"]+">([^<]+)</dt>', page())
    assert len(listed) == len(glossary.WORDS) and listed == sorted(listed, key=str.casefold)
