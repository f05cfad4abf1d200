"""The page of one tenant: green only by a read-back, doors by who looks, and reading back on request."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils.timezone import now

from onboarding import heartbeat
from onboarding.models import Inquiry, OwnedObject
from tenants.models import Tenant
from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
PAGE = "/tenants/northwind/"
PACKAGE = "0e0e0e0e-0000-4000-8000-000000000001"


@pytest.fixture
def cast() -> Cast:
    made = assemble()
    Tenant.objects.update(initial_domain="northwind.onmicrosoft.example")
    return made


def text(cast: Cast, who: str = "alice") -> str:
    answer = cast.client(who).get(PAGE)
    assert answer.status_code == 200
    return str(answer.content.decode())


def owned(tenant: Tenant, address: str = "access_package/tier-1", **more: Any) -> OwnedObject:
    """Made five hours ago, as world.ran's step of that address was written."""
    fixed = {"target": tenant.tenant_id, "kind": address.partition("/")[0], "needs": [], "remote_id": PACKAGE}
    values = {"origin": "created", "spec": {"displayName": "Fabrikam Tier 1"}, **more}
    since = now() - dt.timedelta(hours=5)
    return OwnedObject.objects.create(tenant=tenant, address=address, since=since, **fixed, **values)


def state_of(page: str) -> str:
    """The state shown for the only object."""
    table = page.partition('class="visually-hidden">Objects')[2].partition("</table>")[0]
    return table.partition("status-dot")[2].partition("</span>")[2].partition("</span>")[0]


def test_an_object_nobody_read_back_is_not_green(cast: Cast) -> None:
    owned(cast.northwind)
    assert state_of(text(cast)) == "Not read back yet"


@pytest.mark.parametrize(
    ("step", "shown"), [("verified", "Read back by its run"), ("written", "Not read back yet")]
)
def test_a_run_that_read_it_back_is_believed(cast: Cast, step: str, shown: str) -> None:
    run = world.ran(cast.northwind)
    world.step(run, 2, step)
    owned(cast.northwind)
    assert state_of(text(cast)) == shown


def test_an_older_reading_says_nothing_about_what_a_run_wrote_since(cast: Cast) -> None:
    owned(cast.northwind)
    world.read(cast.northwind, True, hours_ago=4.8)
    world.step(world.ran(cast.northwind), 2, "written")
    assert state_of(text(cast)) == "Not read back yet"


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ({"unknown": {"access_package/tier-1": "no answer"}}, "Could not be read"),
        ({"strange": {"access_package/tier-1": ["policy x that nobody planned"]}}, "Not as agreed"),
        ({"changes": [{"address": "access_package/tier-1", "words": "Create it."}]}, "Not as agreed"),
        ({"changes": [{"address": "group/tier-2", "words": "Create it."}]}, "As agreed"),
        ({"questions": [{"address": "access_package/tier-1", "words": "Look at it."}]}, "Not as agreed"),
        ({"unknown": {"tenant": "the reader app has not been let in"}}, "Could not be read"),
    ],
)
def test_what_a_reading_found_is_said_of_each_object(cast: Cast, found: dict[str, Any], shown: str) -> None:
    owned(cast.northwind)
    world.read(cast.northwind, False, **{"unknown": {}, **found})
    page = text(cast)
    assert state_of(page) == shown and "What the last read-back found" in page


def test_an_unreadable_object_is_never_called_missing_or_changed(cast: Cast) -> None:
    owned(cast.northwind)
    world.ran(cast.northwind, "verified")
    world.read(cast.northwind, False, unknown={"access_package/tier-1": "no answer"})
    page = text(cast)
    assert "Could not be read" in page and "Changed since we checked" not in page


def test_staff_get_the_analysts_doors_and_the_customer_its_own(cast: Cast) -> None:
    world.offered(cast.northwind)
    assert "security.microsoft.com" in text(cast, "ann") and "Approvals" not in text(cast, "ann")
    assert "Approvals" in text(cast, "rita") and "Advanced hunting" not in text(cast, "rita")


def test_the_customers_people_find_where_requests_are_answered_once_there_is_something_to_ask_for(
    cast: Cast,
) -> None:
    world.offered(cast.northwind)
    assert "Answer requests" not in text(cast, "rita")
    owned(cast.northwind)
    answers = 'myaccess.microsoft.com/@northwind.onmicrosoft.example#/" rel="noreferrer">Answer requests</a>'
    assert answers in text(cast, "rita")
    assert "Answer requests" not in text(cast, "alice") + text(cast, "ann")


def test_nobody_is_shown_a_door_of_a_way_in_that_was_not_sold(cast: Cast) -> None:
    assert "security.microsoft.com" not in text(cast)
    world.offered(cast.northwind)
    for who in ("alice", "rita"):
        page = text(cast, who)
        assert "Microsoft_Azure_PIMCommon" not in page and "Microsoft_Azure_CustomerHub" not in page
    assert "Needs a role in Purview, which the customer gives there." in text(cast)


def test_the_request_link_is_whole_and_can_be_copied(cast: Cast) -> None:
    owned(cast.northwind)
    link = f"https://myaccess.microsoft.com/@northwind.onmicrosoft.example#/access-packages/{PACKAGE}"
    assert f'href="{link}"' in text(cast) and f'data-copy="{link}"' in text(cast)


def test_a_package_id_that_is_none_makes_no_link(cast: Cast) -> None:
    OwnedObject.objects.filter(pk=owned(cast.northwind).pk).update(remote_id='x"><script>')
    page = text(cast)
    assert "The link is not known yet" in page and "<script>" not in page.replace("<script src", "")


def test_an_admin_asks_to_read_it_back_and_the_worker_is_asked_once(cast: Cast) -> None:
    client = cast.client("alice")
    heartbeat.beat()
    for _ in range(2):
        assert client.post(f"{PAGE}read-back/").status_code == 302
    asked = Inquiry.objects.get(what="verify")
    assert (asked.tenant, asked.asked_by) == (cast.northwind, f"person {cast.people['alice'].pk}")
    assert "Being read now" in text(cast)


@pytest.mark.parametrize("who", ["audrey", "ann", "rita"])
def test_others_cannot_ask_and_are_shown_no_button(cast: Cast, who: str) -> None:
    assert "Read it back now" not in text(cast, who)
    assert cast.client(who).post(f"{PAGE}read-back/").status_code == 404
    assert not Inquiry.objects.exists()


def test_why_it_could_not_be_read_back_is_said_in_full(cast: Cast) -> None:
    Inquiry.objects.create(
        tenant=cast.northwind,
        what="verify",
        asked_by="person 1",
        answered_at=now(),
        reason="no_admin_consent",
        facts={"app": "reader", "tenant": "northwind.example"},
    )
    assert "Our reader app has not been let into northwind.example." in text(cast)


def test_the_band_names_the_tenant(cast: Cast) -> None:
    band = text(cast).partition('aria-label="The tenant of this page"')[2].partition("</div>\n</div>")[0]
    assert "northwind.example" in band and str(uuid.UUID(str(cast.northwind.tenant_id))) in band


def test_bad_news_is_not_painted_over_by_a_run_under_way(cast: Cast) -> None:
    run = world.ran(cast.northwind, closed=False)
    world.step(run, 2, "verified")
    owned(cast.northwind)
    world.read(cast.northwind, False, strange={"access_package/tier-1": ["policy x that nobody planned"]})
    assert state_of(text(cast)) == "Not as agreed"
