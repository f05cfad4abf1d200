"""A deletion whose answer was lost is believed when it was seen again and again, not by one lagging list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding import runs
from onboarding.models import OwnedObject, Step
from sandbox import seed
from sandbox.cloud import Cloud
from tests.access.test_end import held
from tests.onboarding import already
from tests.onboarding.test_attacks import offboarding, to_the_end
from tests.onboarding.test_lost_answers import ORGANISATION, lose


@pytest.fixture
def there(portal: Cloud, file: Callable[..., Path]) -> Cloud:
    already.set_up(portal, file())
    return portal


def lag(box: Cloud, reads: int) -> None:
    """Everything is as if it was new to the replica that answers: some reads do not find it."""
    held = {
        (seed.NORTHWIND, "assignments", each["id"]) for each in box.store.all(seed.NORTHWIND, "assignments")
    }
    box.reads.update(dict.fromkeys(box.reads.keys() | held, 0))
    box.habits.lag = reads


@pytest.mark.parametrize("reads", [2, 4])
def test_cancelled_what_a_replica_did_not_show_is_still_ours(there: Cloud, reads: int) -> None:
    run = offboarding()
    lose(there, run, "cut before", "DELETE", "/connectedOrganizations/")
    runs.cancel(run, "a test")
    lag(there, reads)
    to_the_end(run)
    assert there.store.all(seed.NORTHWIND, "connectedOrganizations")
    assert run.steps.get(address=ORGANISATION).state == Step.State.CANCELLED
    assert OwnedObject.objects.filter(address=ORGANISATION).exists()


def test_going_on_what_was_only_asked_for_is_asked_for_again(there: Cloud) -> None:
    """Else the package would be deleted while somebody still holds it, which Microsoft refuses."""
    held(there, "tier-1", 1)
    run = offboarding()
    step = lose(there, run, "cut before", "POST", "/assignmentRequests$")
    assert step.kind == "package_assignments"
    lag(there, 4)
    assert to_the_end(run).ended == "verified"
    assert step.attempts.filter(note__contains="whether a lost answer had deleted it").exists()
    assert not OwnedObject.objects.exists()
