"""Pages that wait for the worker: they ask again by themselves, and say so where it sleeps."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.utils.timezone import now

from onboarding import tasks
from onboarding.models import Heartbeat, Inquiry
from tests.access import world
from tests.browser import places
from tests.browser.pages import WAITING
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
POLL = {"HX-Request": "true"}
ASLEEP = "What was asked for is kept; the provider's worker has not run since 1 June 2026, 08:00 UTC. Nothing"


@pytest.fixture
def cast() -> Cast:
    cast = assemble()
    world.much_of(cast.northwind)
    tasks.sweep()
    return cast


def text(client: Client, path: str) -> str:
    return re.sub(r"\s+", " ", client.get(path).content.decode())


def polled(page: str) -> str:
    found = re.search(r'hx-get="([^"]+seen=[^"]*)"', page)
    assert found
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("name", WAITING)
def test_it_asks_again_by_itself_hears_nothing_while_nothing_is_new_and_stops(cast: Cast, name: str) -> None:
    who, path, what = WAITING[name]
    client = cast.client(who)
    assert not re.search('hx-get="[^"]+seen=', text(client, path))
    places.waits(cast, what)
    page = text(client, path)
    assert re.search(r'<noscript><meta http-equiv="refresh" content="5; url=[^"]+again=1"></noscript>', page)
    assert client.get(polled(page), headers=POLL).status_code == 204
    Inquiry.objects.filter(what=what).update(answered_at=now(), reason="no_admin_consent")
    answer = client.get(polled(page), headers=POLL)
    assert answer.status_code == 286 and 'id="live"' in answer.content.decode()
    assert 'hx-trigger="every' not in answer.content.decode()


@pytest.mark.parametrize("name", WAITING)
def test_it_says_where_the_worker_sleeps_and_that_nothing_is_lost(cast: Cast, name: str) -> None:
    """Also to reviewers, who are told nowhere else."""
    who, path, what = WAITING[name]
    places.waits(cast, what)
    awake = text(cast.client(who), path)
    assert "this page looks again by itself" in awake and "has not run" not in awake
    Heartbeat.objects.update(at=dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC))
    page = text(cast.client(who), path)
    assert ASLEEP in page and "The provider can help." in page and "looks again by itself" not in page
    assert ("The worker is not running" in page) == (who != "rita")
    answer = cast.client(who).get(polled(awake), headers=POLL)
    assert answer.status_code == 200 and "has not run since" in answer.content.decode()


def test_a_list_is_watched_as_it_was_searched(cast: Cast) -> None:
    places.waits(cast, "access")
    asked = polled(text(cast.client("ann"), "/my-customers/?q=north&again=1"))
    assert asked.startswith("/my-customers/?q=north&seen=")
    Inquiry.objects.update(answered_at=now())
    answer = cast.client("ann").get(asked, headers=POLL).content.decode()
    assert "favourite/?q=north" in answer and "seen=" not in answer


def test_a_refusal_in_the_wizard_leads_back_to_a_page_that_is_there(cast: Cast) -> None:
    """Without script it loads itself anew: not at the form's own address, which only takes forms."""
    alice, form = cast.client("alice"), "/tenants/northwind/onboard/progress/start/"
    refused = alice.post(form, {"tenant": "northwind"}).content.decode()
    found = re.search(r'<meta http-equiv="refresh" content="5; url=([^"]*)">', refused)
    assert found and alice.get(urljoin(form, found[1])).status_code == 200
