"""No delegation to us outlives what it was for: not one that stood before, and not one under an older name."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding import runs
from onboarding.delegations import template
from onboarding.models import OwnedObject, Plan
from sandbox.cloud import Cloud
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import (
    NOW,
    delegations,
    deploy_whole,
    file_for,
    go_on,
    places,
    sell,
    subscription,
)


@pytest.fixture
def azure(portal: Cloud) -> Cloud:
    """Azure alone is sold, so that a run is nothing but delegations."""
    sell(planes=["lighthouse"])
    return portal


def planned(box: Cloud, tmp_path: Path) -> Path:
    """Nothing is carried out yet, and the customer has deployed the template all the same."""
    file = file_for(tmp_path, subscription(box))
    assert manage("onboard", file)[0] == 2
    [change] = Plan.objects.get().changes
    deploy_whole(box, template.of(change["spec"]["definition"], change["spec"]["properties"]))
    return file


def test_one_that_stood_before_and_was_taken_over_is_ended_too(azure: Cloud, tmp_path: Path) -> None:
    file = planned(azure, tmp_path)
    [there] = delegations(azure)
    status, said = manage("onboard", file, *NOW)
    assert (status, len(said["questions"])) == (3, 1), said
    address = said["questions"][0].partition(":")[0]
    said = manage("adopt", "northwind", "--tick", f"{address}={there['id']}")[1]
    assert "deleted when the provider's access ends" in said["changes"][0], said
    status, said = manage("onboard", file, *NOW)
    assert (status, said.get("ended"), OwnedObject.objects.get().origin) == (0, "verified", "adopted"), said
    status, said = manage("offboard", "northwind", *NOW)
    assert (status, said.get("ended")) == (0, "verified"), said
    assert said["changes"][0].startswith("Delete ") and places(azure) == set()
    assert not OwnedObject.objects.exists() and manage("verify", "northwind")[0] == 0


def test_one_that_was_deployed_before_the_run_began_is_the_one_that_was_agreed_to(
    azure: Cloud, tmp_path: Path
) -> None:
    planned(azure, tmp_path)
    runs.start(Plan.objects.get(), "person 1")
    assert go_on().ended == "verified"
    manage("offboard", "northwind", *NOW)
    assert delegations(azure) == [] and not OwnedObject.objects.exists()
