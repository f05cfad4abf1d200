"""Where a reviewer starts: the plans that wait for them, and their own tenants."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from access.to_do.azure_tasks import CHANGED
from access.to_do.customer_tasks import LATE
from access.to_do.task import MAY, OPEN, SAID, SEEN, UNKNOWN, Task
from onboarding.behind import UNSEEN
from onboarding.models import Agreement, ConsentRequest, Plan, Run
from tenants.models import Provider
from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def start(cast: Cast, who: str = "rita") -> str:
    return str(cast.client(who).get("/").content.decode())


def leads_to(plan: Plan) -> str:
    return f'href="/tenants/{plan.tenant.slug}/agreement/{plan.digest}/"'


def test_a_plan_that_waits_for_an_agreement_is_one_click_away(cast: Cast) -> None:
    plan = world.planned(cast.northwind)
    page = start(cast)
    assert leads_to(plan) in page and 'href="/tenants/northwind/"' in page
    assert leads_to(plan) not in start(cast, "rolf")


def test_a_reviewer_reads_whose_portal_it_is(cast: Cast) -> None:
    assert "Here a security provider is let into" in start(cast), "its name is not known yet"
    Provider.objects.create(name="Fabrikam Security", brand="Fabrikam")
    page = start(cast)
    assert "<h1>Your organisation and Fabrikam Security, its security provider</h1>" in page
    assert "A plan that Fabrikam Security makes appears here" in page


def test_how_many_tasks_are_open_is_said_before_the_click(cast: Cast) -> None:
    assert ">tasks for you</a>" in start(cast)
    world.planned(cast.northwind)
    assert ">tasks for you (1 still to do)</a>" in start(cast)
    assert ">tasks for you</a>" in start(cast, "rolf"), "another customer's count"


def test_a_link_for_an_app_that_is_registered_no_more_keeps_nobody_out(cast: Cast, settings: Any) -> None:
    ConsentRequest.objects.create(tenant=cast.northwind, app="trust", expires_at=now() + timedelta(days=1))
    settings.MICROSOFT_APPS = {**settings.MICROSOFT_APPS, "trust": {"client_id": ""}}
    assert ">tasks for you</a>" in start(cast)
    assert cast.client("rita").get("/tenants/northwind/tasks/").status_code == 200


def test_only_what_somebody_has_to_do_is_counted() -> None:
    def task(state: tuple[str, str]) -> Task:
        return Task("", "", "", (), "", "", state)

    assert all(task(state).is_due for state in (OPEN, LATE, CHANGED))
    assert not any(task(state).is_due for state in (MAY, UNKNOWN, UNSEEN, SEEN, SAID))


def test_nothing_waiting_is_said(cast: Cast) -> None:
    assert "nothing is set up or changed before one of you has agreed" in start(cast)


def test_what_cannot_be_agreed_to_any_more_does_not_wait(cast: Cast) -> None:
    agreed = world.planned(cast.northwind, agreed=True)
    assert leads_to(agreed) not in start(cast)
    over = world.planned(cast.northwind)
    Plan.objects.filter(pk=over.pk).update(expires_at=now() - timedelta(minutes=1))
    assert leads_to(over) not in start(cast)


def test_of_two_plans_only_the_newer_waits_and_a_look_at_the_end_asks_nobody(cast: Cast) -> None:
    older, newer = world.planned(cast.northwind), world.planned(cast.northwind)
    end = world.planned(cast.northwind, purpose="offboard")
    page = start(cast)
    assert leads_to(older) not in page and leads_to(newer) in page and leads_to(end) not in page


def test_every_page_has_the_way_out_of_all_browsers(cast: Cast) -> None:
    here, there = cast.client("rita"), cast.client("rita")
    assert 'action="/signout/everywhere/"' in here.get("/help/").content.decode()
    assert "2 browsers" in here.post("/signout/everywhere/").content.decode()
    assert there.get("/").status_code == 302


def test_from_the_start_it_can_be_paused_and_ended_while_something_is_there(cast: Cast) -> None:
    pause = 'href="/tenants/northwind/pause/"'
    assert pause not in start(cast)
    world.owned(cast.northwind, "group/tier-1")
    page = start(cast)
    assert pause in page and 'href="/tenants/northwind/end/"' in page
    assert pause in cast.client("rita").get("/tenants/northwind/").content.decode()


def test_a_pause_says_since_when_by_whom_what_waits_and_how_to_go_on(cast: Cast) -> None:
    world.STORIES["paused"](cast.northwind)
    world.owned(cast.northwind, "group/tier-1")
    Agreement.objects.filter(plan__purpose="pause").update(
        form="ended", by="rita@northwind.example", asked_by="person 4", decided_by="person 4"
    )
    since = f"Access was paused on {Run.objects.latest('pk').closed_at:%-d %B %Y, %H:%M} UTC"
    for address in ("/", "/tenants/northwind/"):
        page = re.sub(r"\s+", " ", cast.client("rita").get(address).content.decode())
        assert f"{since} by rita@northwind.example, a reviewer of the customer." in page
        assert "Nothing was deleted" in page and "<strong>To go on:</strong>" in page
        assert 'href="/tenants/northwind/pause/"' in page and 'href="/tenants/northwind/end/"' in page
    assert "agree to a fresh plan when it is to go on" not in page


def test_an_end_is_told_from_where_the_tasks_are(cast: Cast) -> None:
    world.STORIES["apps"](cast.northwind)
    page = start(cast)
    assert "Access was ended on" in page and "/receipt/" in page and ">pause" not in page
