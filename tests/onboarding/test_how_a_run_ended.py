"""A run is verified where every step is, and there is one. Anything else is told for what it is."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from onboarding.models import Run, Step
from tests.access import world
from tests.cast import assemble

pytestmark = pytest.mark.django_db
NOT_VERIFIED = sorted(state for state in Step.State if state != Step.State.VERIFIED)


def run(*states: str, closed: bool = True) -> Run:
    return world.ran(assemble().northwind, *states, closed=closed)


def test_it_is_verified_where_every_step_is() -> None:
    assert run("verified", "verified").ended == "verified"


def test_without_a_step_nothing_was_verified() -> None:
    assert run().ended == "failed"


@pytest.mark.parametrize("state", NOT_VERIFIED)
@pytest.mark.parametrize("beside", [(), ("verified",), ("verified", "verified")])
def test_one_step_that_is_not_verified_is_enough(state: str, beside: tuple[str, ...]) -> None:
    assert run(*beside, state).ended == "failed"


@pytest.mark.parametrize(
    ("states", "ended"),
    [
        (("verified", "cancelled"), "cancelled"),
        (("cancelled",), "cancelled"),
        (("verified", "failed", "cancelled"), "failed"),
        (("verified", "verified"), "verified"),
    ],
)
def test_who_cancelled_it_hides_no_failure_and_takes_nothing_back(
    states: tuple[str, ...], ended: str
) -> None:
    found = run(*states)
    found.cancelled_at = now()
    assert found.ended == ended


@pytest.mark.parametrize("state", sorted(Step.State))
def test_while_it_is_open_it_has_not_ended(state: str) -> None:
    assert run(state, closed=False).ended == "open"
