"""The receipt of an end: what was read back is said with when, and what was not is never called gone."""

from __future__ import annotations

import re

import pytest

from onboarding.models import Run, Step
from tests.access import world
from tests.access.ended import ended
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def lines(cast: Cast, run: Run, who: str = "rita") -> list[str]:
    """The table's rows, as they read."""
    answer = cast.client(who).get(f"/tenants/northwind/runs/{run.pk}/receipt/")
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", answer.content.decode())
    return [re.sub(r"<[^>]+>", "", row) for row in re.findall(r"<tr>(.*?)</tr>", page)[1:]]


def test_what_was_not_read_back_is_not_called_gone(cast: Cast) -> None:
    gone, back, unread, skipped = lines(cast, ended(cast.northwind))
    assert "Read back: gone" in gone and "of the record" in gone
    assert "Read back: given back" in back and "but for what somebody has changed since" in back
    assert "Not read back" in unread and "The last try: Could not be read." in unread and "UTC" not in unread
    assert "Not begun" in skipped and "UTC" not in skipped


def test_it_warns_and_names_who_decided_and_both_ends_of_the_record(cast: Cast) -> None:
    run = ended(cast.northwind)
    page = cast.client("rita").get(f"/tenants/northwind/runs/{run.pk}/receipt/").content.decode()
    assert "2 of 4 were not read back" in page and "rita@northwind.example" in page
    closing = cast.northwind.customer.ledger.get(subject=f"run {run.pk}")
    assert f"{closing.number}: <code" in page and closing.hash in page


def test_a_delegation_that_took_our_right_to_look_is_told_as_that(cast: Cast) -> None:
    run = world.ran(cast.northwind, "verified", purpose="offboard")
    at = {"scope": f"/subscriptions/{world.SUBSCRIPTION}"}
    Step.objects.filter(run=run).update(action="delete", kind="delegation", spec=at)
    [line] = lines(cast, run)
    assert "Shown to us no more" in line and "Our right to look ended with it." in line


def test_a_pause_is_told_as_closed(cast: Cast) -> None:
    run = world.ran(cast.northwind, "verified", purpose="pause")
    Step.objects.filter(run=run).update(action="update", fields=["requestorSettings"])
    assert "Read back: closed" in lines(cast, run)[0]


def test_only_what_took_away_and_is_over_has_one(cast: Cast) -> None:
    set_up = world.ran(cast.northwind, "verified")
    open_one = world.ran(cast.northwind, "verified", closed=False, purpose="offboard")
    for run in (set_up, open_one):
        assert cast.client("rita").get(f"/tenants/northwind/runs/{run.pk}/receipt/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("audrey", 200), ("ann", 404), ("rolf", 404)])
def test_it_is_for_reviewers_admins_and_auditors(cast: Cast, who: str, status: int) -> None:
    run = ended(cast.northwind)
    assert cast.client(who).get(f"/tenants/northwind/runs/{run.pk}/receipt/").status_code == status
