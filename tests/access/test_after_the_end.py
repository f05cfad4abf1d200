"""After an end our apps still stand in the customer's tenant: that is a task, until each was seen gone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from access.reviewing import review_dates
from access.standing import Standing, with_standing
from onboarding import app_stands, nightly
from onboarding.models import Inquiry, Onboarding, Reading
from onboarding.wizard import consent_returns, inquiries
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tenants.models import Tenant
from tests.access import world
from tests.access.desk import HERE, get, sold
from tests.access.grants import granted, reviewed
from tests.cast import Cast
from tests.onboarding import already
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, file, manage, pki, portal
from tests.onboarding.wizarding import let_in, take_out, work

__all__ = ["box", "file", "pki", "portal"]
PAGE, TASKS = "/tenants/northwind/", "/tenants/northwind/tasks/"


@pytest.fixture
def cast(db: None) -> Cast:
    cast = sold()
    world.STORIES["apps"](cast.northwind)
    return cast


def standing() -> Standing:
    return Standing(with_standing(Tenant.objects.filter(slug="northwind")).get().standing)


def states(page: str) -> dict[str, str]:
    return dict(
        re.findall(r'<h3 class="mt-0"[^>]*>(.*?)</h3> <p><span class="[^"]*">.*?</span>([^<]+)</span>', page)
    )


def test_the_customers_page_says_that_our_apps_stand_and_who_removes_them(cast: Cast) -> None:
    for who in ("alice", "rita", "ann"):
        page = get(cast, who, PAGE)
        assert "Who must act next</dt><dd>Nobody" not in page
        assert "An administrator of the customer: delete our apps in their tenant" in page
        assert "<strong>our apps are still let in</strong>" in page
        assert "Our own token showed it" in page and "nobody has looked since" not in page
        assert who == "rita" or ">Defender</a>" not in page


def test_to_remove_them_is_a_task_with_who_where_and_which(cast: Cast) -> None:
    page = get(cast, "rita", TASKS)
    wanted = {"Remove the reader app": "Still to do", "Remove the set-up app": "Seen done"}
    assert states(page) == wanted
    assert "A Cloud Application Administrator" in page and "StartboardApplicationsMenuBlade" in page
    assert "without the set-up app nothing ends" not in page


def test_it_has_ended_only_once_each_was_looked_for_since_and_not_found(cast: Cast) -> None:
    assert standing() is Standing.APPS
    app_stands.gone(cast.northwind, "reader")
    assert standing() is Standing.ENDED and "our apps were seen gone" in get(cast, "rita", PAGE)
    assert set(states(get(cast, "rita", TASKS)).values()) == {"Seen done"}
    cast.northwind.app_stands.update(looked_at=now() - dt.timedelta(days=9))
    assert standing() is Standing.APPS
    assert set(states(get(cast, "rita", TASKS)).values()) == {"Still to do"}


def test_the_review_is_not_due_any_more(cast: Cast) -> None:
    granted(cast.northwind, "app", tier="")
    Onboarding.objects.update(starts=now().date() - dt.timedelta(days=900))
    assert review_dates.due(cast.northwind) is None
    assert "Review who can do what in northwind" not in get(cast, "rita", "/")
    cast.northwind.runs.filter(plan__purpose="offboard").delete()
    assert review_dates.due(cast.northwind) is not None


def test_an_analyst_reads_what_happened_and_not_that_somebody_knows(cast: Cast) -> None:
    page = get(cast, "ann", HERE)
    assert re.search(r"Access was ended on \d+ \w+ \d{4}, \d\d:\d\d UTC by the provider, as carla@", page)
    assert "knows why" not in page
    cast.northwind.runs.all().delete()
    page = get(cast, "ann", HERE)
    assert "Access was ended" not in page and "No access package stands there for this tier yet" in page


def test_a_provider_who_ended_it_is_named_where_the_team_looks(cast: Cast) -> None:
    alice = cast.people["alice"].actor
    ends = world.Agreement.objects.filter(plan__purpose="offboard")
    ends.update(form="withdrawal", by="the provider", asked_by=alice, decided_by=alice)
    assert "by the provider (Alice)" in get(cast, "ann", PAGE)


def test_an_app_that_a_review_ends_is_one_task_and_not_two(cast: Cast, settings: Any) -> None:
    named = {"setup": {"client_id": "r1"}, "reader": {"client_id": "r2"}}
    settings.MICROSOFT_APPS = {**settings.MICROSOFT_APPS, **named}
    cast.northwind.runs.filter(plan__purpose="offboard").delete()
    cast.northwind.plans.filter(purpose="offboard").update(expires_at=now())
    granted(cast.northwind, "app", "The set-up app", key="app/setup/r1", through="Admin consent", tier="")
    assert list(states(get(cast, "rita", TASKS))) == ["Remove the set-up app"]
    reviewed(cast.northwind, cast.people["rita"])
    assert list(states(get(cast, "rita", TASKS))) == ["End: The set-up app, through Admin consent"]
    world.ran(cast.northwind, "verified", hours_ago=1, purpose="offboard")
    assert list(states(get(cast, "rita", TASKS))) == ["Remove the reader app", "Remove the set-up app"]


@pytest.fixture
def ended(portal: Cloud, file: Callable[..., Path]) -> Tenant:
    already.set_up(portal, file())
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    return Tenant.objects.get()


def asked(tenant: Tenant) -> Inquiry:
    made = inquiries.ask(tenant, Inquiry.What.VERIFY, {"tenant": str(tenant.tenant_id)}, "person 1")
    work()
    made.refresh_from_db()
    return made


def test_read_back_after_the_customer_deleted_them_it_is_over(portal: Cloud, ended: Tenant) -> None:
    assert asked(ended).is_good and standing() is Standing.APPS
    for app in (seed.READER, seed.SETUP):
        take_out(portal, seed.NORTHWIND, app)
    before = Reading.objects.count()
    found = asked(ended)
    assert found.is_good and Reading.objects.count() == before
    assert standing() is Standing.ENDED
    assert "Access has ended." in admin("Alice").get(PAGE).content.decode()


def test_each_night_they_are_looked_for_until_they_are_gone(portal: Cloud, ended: Tenant) -> None:
    kept = Onboarding.objects.get().pk
    assert (nightly.held(), nightly.left()) == ([], [kept])
    assert nightly.verify(kept) is None and standing() is Standing.APPS
    for app in (seed.READER, seed.SETUP):
        take_out(portal, seed.NORTHWIND, app)
    portal.faults.append(Fault("503", "POST", "/token$", times=20))
    nightly.verify(kept)
    assert standing() is Standing.APPS
    portal.faults.clear()
    nightly.verify(kept)
    assert standing() is Standing.ENDED and nightly.left() == []


def test_set_up_and_ended_again_an_old_look_says_nothing(
    portal: Cloud, ended: Tenant, file: Callable[..., Path]
) -> None:
    for app in (seed.READER, seed.SETUP):
        take_out(portal, seed.NORTHWIND, app)
    nightly.verify(Onboarding.objects.get().pk)
    assert standing() is Standing.ENDED
    for app in (seed.READER, seed.SETUP):
        let_in(portal, seed.NORTHWIND, app)
    assert manage("onboard", file(), "--apply", "--inline")[0] == 0
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    assert standing() is Standing.APPS and nightly.left() != []


def test_once_it_is_set_up_again_nothing_says_that_it_has_ended(cast: Cast) -> None:
    world.ran(cast.northwind, "verified", hours_ago=1)
    assert "Access was ended" not in get(cast, "ann", HERE) + get(cast, "rita", PAGE) + get(cast, "rita", "/")


def test_begun_anew_nobody_is_asked_to_remove_what_is_needed_again(cast: Cast, settings: Any) -> None:
    ids = {name: {"client_id": name} for name in ("reader", "setup")}
    settings.MICROSOFT_APPS = {**settings.MICROSOFT_APPS, **ids}
    consent_returns.ask(cast.northwind, "reader", "person 1")
    assert states(get(cast, "rita", TASKS)) == {
        "Let the reader app in": "Still to do", "Remove the set-up app": "Seen done",
    }  # fmt: skip
    cast.northwind.consent_requests.all().delete()
    plan = world.planned(cast.northwind, hours_ago=1)
    assert "Remove the reader app" not in states(get(cast, "rita", TASKS))
    world.decline(plan)
    assert states(get(cast, "rita", TASKS))["Remove the reader app"] == "Still to do"
