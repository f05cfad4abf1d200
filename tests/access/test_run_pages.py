"""The pages of runs: why each waits and for whom, polling that ends, and nobody else's runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from onboarding import heartbeat
from onboarding.models import Attempt, Heartbeat, Plan, Run, Step
from tenants import stopping
from tests.access import world
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return assemble()


def get(cast: Cast, who: str, address: str, headers: dict[str, str] | None = None) -> Any:
    return cast.client(who).get(address, headers=headers or {})


def path(run: Run) -> str:
    return f"/tenants/{run.tenant.slug}/runs/{run.pk}/"


@pytest.fixture
def waiting(cast: Cast) -> Run:
    """One step read back, one that the customer must do something for."""
    run = world.ran(cast.northwind, "verified", closed=False)
    facts = {"tenant": "northwind.example", "app": "setup"}
    world.step(run, 1, "customer", reason="no_admin_consent", facts=facts, waiting_since=now())
    return run


def test_the_list_says_why_a_run_waits_and_who_can_end_it(cast: Cast, waiting: Run) -> None:
    text = get(cast, "alice", "/runs/").content.decode()
    assert "Our set-up app has not been let into northwind.example." in text
    assert "A Global Administrator" in text and "1 of 2" in text


def test_a_run_says_what_is_safe_and_what_is_next(cast: Cast, waiting: Run) -> None:
    text = get(cast, "alice", path(waiting)).content.decode()
    for words in ("Nothing was changed in any tenant.", "Open the consent link", "Waiting for the customer"):
        assert words in text


def test_the_customers_reviewer_sees_the_run_too(cast: Cast, waiting: Run) -> None:
    assert get(cast, "rita", path(waiting)).status_code == 200
    assert get(cast, "rolf", path(waiting)).status_code == 404


def test_only_what_waits_for_microsoft_is_said_to_wait_for_it(cast: Cast) -> None:
    world.ran(cast.northwind, "verified", "failed", "skipped")
    assert "Microsoft is not ready yet" not in get(cast, "alice", "/runs/").content.decode()
    world.ran(cast.contoso, "verified", "microsoft", closed=False)
    assert "Microsoft is not ready yet" in get(cast, "alice", "/runs/").content.decode()


def test_an_analyst_sees_only_runs_of_their_customers(cast: Cast, waiting: Run) -> None:
    other = world.ran(cast.contoso, "failed")
    text = get(cast, "ann", "/runs/").content.decode()
    assert f"run {waiting.pk}<" in text and f"run {other.pk}<" not in text


def test_it_filters_what_is_under_way(cast: Cast, waiting: Run) -> None:
    ended = world.ran(cast.contoso, "verified")
    text = get(cast, "alice", "/runs/?show=open").content.decode()
    assert f"run {waiting.pk}<" in text and f"run {ended.pk}<" not in text


def test_it_is_polled_while_it_is_open_and_not_after(cast: Cast, waiting: Run) -> None:
    page = get(cast, "alice", path(waiting)).content.decode()
    assert 'hx-trigger="every 2s"' in page and '<noscript><meta http-equiv="refresh"' in page
    Run.objects.update(closed_at=now())
    ended = get(cast, "alice", path(waiting), HTMX)
    assert ended.status_code == 286 and "hx-trigger" not in ended.content.decode()
    assert "<html" not in ended.content.decode()


def test_a_poll_that_finds_nothing_new_changes_nothing_on_the_page(cast: Cast, waiting: Run) -> None:
    page = get(cast, "alice", path(waiting)).content.decode()
    again = page.partition('hx-get="')[2].partition('"')[0]
    assert get(cast, "alice", again, HTMX).status_code == 204
    waiting.steps.filter(position=1).update(state="written", reason="")
    assert get(cast, "alice", again, HTMX).status_code == 200


def test_its_tries_are_kept_apart(cast: Cast, waiting: Run) -> None:
    step = waiting.steps.get(position=1)
    for number, note in ((1, "429 from Microsoft"), (2, "no consent")):
        Attempt.objects.create(step=step, number=number, outcome="later", note=note)
    text = get(cast, "alice", path(waiting)).content.decode()
    assert "Not yet: 429 from Microsoft" in text and "Not yet: no consent" in text


def test_a_set_up_and_its_end_are_called_the_same_on_every_page(cast: Cast, waiting: Run) -> None:
    for address in ("/runs/", path(waiting), "/tenants/northwind/"):
        assert "Set up" in get(cast, "alice", address).content.decode(), address
        Plan.objects.update(purpose=Plan.Purpose.OFFBOARD)
        assert "End and clean up" in get(cast, "alice", address).content.decode(), address
        Plan.objects.update(purpose=Plan.Purpose.ONBOARD)


def test_a_name_that_would_turn_the_line_round_is_spelt_out(cast: Cast) -> None:
    run = world.ran(cast.northwind, closed=False)
    step = world.step(run, 0, "waiting")
    step.spec = {"displayName": "Tier\u202e1 <b>"}
    step.save()
    text = get(cast, "alice", path(run)).content.decode()
    assert "\u202e" not in text and "Tier\\u202e1 &lt;b&gt;" in text


def test_who_is_put_into_a_group_is_called_by_name(cast: Cast) -> None:
    """As the plan told it that was agreed to."""
    run = world.ran(cast.northwind, closed=False)
    rita = cast.northwind.contacts.first().person
    spec = {"group": {"ref": "group/approvers"}, "member": str(rita.oid)}
    address = f"group_membership/approvers/{rita.oid}"
    run.steps.add(
        Step(
            run=run,
            position=0,
            action="create",
            kind="group_membership",
            address=address,
            spec=spec,
            needs=[],
            target=run.tenant.tenant_id,
        ),
        bulk=False,
    )
    assert f"Add {rita.name} to the group" in get(cast, "alice", path(run)).content.decode()


ENDINGS = [(("verified",), "Done and read back"), (("written",), "Stopped before its end")]


@pytest.mark.parametrize(("states", "words"), ENDINGS)
def test_done_is_only_what_was_read_back(cast: Cast, states: tuple[str, ...], words: str) -> None:
    run = world.ran(cast.northwind, *states)
    assert words in get(cast, "alice", path(run)).content.decode()


def test_the_list_needs_no_more_queries_for_more_runs(cast: Cast, waiting: Run) -> None:
    few = queries(cast)
    for whose in world.every_standing().values():
        world.ran(whose, "verified", "failed", hours_ago=40)
    assert queries(cast) == few <= 10


def queries(cast: Cast) -> int:
    client = cast.client("alice")
    client.get("/runs/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/runs/")
    return len(seen)


def test_the_receipt_can_be_had_from_the_run_by_who_may_have_it(cast: Cast) -> None:
    run = world.ran(cast.northwind, "verified")
    here = f'href="/tenants/northwind/agreement/{run.plan.digest}/receipt/"'
    people = ("alice", "audrey", "rita", "ann")
    seen = {who: here in get(cast, who, path(run)).content.decode() for who in people}
    assert seen == {"alice": True, "audrey": True, "rita": True, "ann": False}
    run.plan.agreement.delete()
    assert here not in get(cast, "alice", path(run)).content.decode()


def test_a_reviewer_is_told_where_the_worker_that_carries_it_out_sleeps(cast: Cast, waiting: Run) -> None:
    heartbeat.beat()
    page = get(cast, "rita", path(waiting)).content.decode()
    assert "worker has not run" not in page
    Heartbeat.objects.update(at=now() - timedelta(hours=1))
    again = page.partition('hx-get="')[2].partition('"')[0]
    assert "worker has not run since" in get(cast, "rita", again, HTMX).content.decode()
    assert "worker has not run" not in get(cast, "alice", path(waiting)).content.decode()
    Run.objects.update(closed_at=now())
    assert "worker has not run" not in get(cast, "rita", path(waiting)).content.decode()


@pytest.mark.parametrize("who", ["alice", "ann", "rita"])
def test_a_run_says_that_all_writing_is_stopped_and_not_why(cast: Cast, waiting: Run, who: str) -> None:
    """The reason is the provider's own. A page that is open learns of it by its next look, and of its end."""
    quiet = get(cast, who, path(waiting)).context["stamp"]
    stopping.stop("a key may be lost", "a test")
    poll = get(cast, who, f"{path(waiting)}?seen={quiet}", HTMX)
    text = poll.content.decode()
    assert "It waits: all writing is stopped." in text and "nothing is lost" in text
    assert "a key may be lost" not in text and "exit kit" not in text
    Plan.objects.update(purpose=Plan.Purpose.OFFBOARD)
    assert "exit kit does not wait" in get(cast, who, path(waiting)).content.decode()
    stopping.lift("a test")
    poll = get(cast, who, f"{path(waiting)}?seen={poll.context['stamp']}", HTMX)
    assert poll.status_code == 200 and "all writing" not in poll.content.decode()


def test_the_list_of_runs_says_that_open_ones_wait_for_the_write_stop(cast: Cast, waiting: Run) -> None:
    world.ran(cast.contoso, "verified")
    stopping.stop("a test", "a test")
    text = get(cast, "ann", "/runs/").content.decode()
    assert text.count("<div>All writing is stopped.") == 1
    assert "<div>All writing is stopped." not in get(cast, "ann", "/runs/?show=ended").content.decode()


def test_an_ended_run_waits_for_no_write_stop(cast: Cast) -> None:
    ended = world.ran(cast.northwind, "verified")
    stopping.stop("a test", "a test")
    assert "all writing is stopped" not in get(cast, "rita", path(ended)).content.decode()
