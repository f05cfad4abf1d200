"""No delegation to us outlives what it was for: not one that stood before, nor one of an older name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onboarding import runs
from onboarding.delegations import template
from onboarding.models import OwnedObject, Plan, Run, Step
from onboarding.words import sentences
from sandbox import seed
from sandbox.cloud import Cloud
from tests.onboarding.conftest import agreed_plan, manage
from tests.onboarding.delegating import (
    NOW,
    SENTINEL,
    azure_alone,
    delegations,
    deploy,
    deploy_whole,
    file_for,
    go_on,
    onboarded,
    places,
    sell,
    subscription,
)

__all__ = ["azure_alone"]


def planned(box: Cloud, tmp_path: Path) -> Path:
    """Nothing is carried out yet, and the customer has deployed the template all the same."""
    file = file_for(tmp_path, subscription(box))
    [change] = agreed_plan(file).changes
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


RENAMED = {**SENTINEL, "name": "{brand} watches over {customer}"}
OLD, NEW = "Fabrikam Security for Northwind", "Fabrikam Security watches over Northwind"


def names(box: Cloud) -> list[str]:
    """Of what is in force."""
    named = {
        each["id"]: each["properties"] for each in box.store.all(seed.NORTHWIND, "registrationDefinitions")
    }
    held = (each["properties"]["registrationDefinitionId"] for each in delegations(box))
    return [named[id]["registrationDefinitionName"] for id in held]


def renamed(box: Cloud, tmp_path: Path) -> dict[str, Any]:
    """The next version of the offer calls it otherwise; what the customer is told of it."""
    onboarded(box, tmp_path)
    sell(RENAMED, planes=["lighthouse"])
    return manage("onboard", file_for(tmp_path, subscription(box)), *NOW)[1]


def test_under_a_new_name_the_old_one_goes_first(azure: Cloud, tmp_path: Path) -> None:
    """Two that give one group one role cut each other: the new one is awaited when the old one is gone."""
    azure.habits.cuts_shared = True
    said = renamed(azure, tmp_path)
    assert [words.partition(" ")[0] for words in said["changes"]] == ["Delete", "Create"], said
    assert delegations(azure) == [] and Step.objects.get(state="customer").action == "create"
    deploy(azure)
    assert go_on().ended == "verified" and names(azure) == [NEW]
    assert [row.spec["properties"]["registrationDefinitionName"] for row in OwnedObject.objects.all()] == [
        NEW
    ]
    assert manage("verify", "northwind")[0] == 0
    plan = Plan.objects.latest("pk")
    whys = [sentences.kept(change, {})["why"] for change in plan.changes]
    assert "nobody gets in by it" in whys[1] and "nobody gets in by it" not in whys[0]


def test_a_new_name_that_is_never_deployed_leaves_nobody_in(azure: Cloud, tmp_path: Path) -> None:
    renamed(azure, tmp_path)
    runs.cancel(Run.objects.latest("pk"), "person 1")
    assert go_on().ended == "cancelled" and delegations(azure) == []
    assert not OwnedObject.objects.exists()


def test_a_new_name_that_is_only_looked_at_changes_nothing(azure: Cloud, tmp_path: Path) -> None:
    onboarded(azure, tmp_path)
    sell(RENAMED, planes=["lighthouse"])
    assert manage("onboard", file_for(tmp_path, subscription(azure)))[0] == 2
    assert manage("verify", "northwind")[0] == 0 and names(azure) == [OLD]
    manage("offboard", "northwind", *NOW)
    assert delegations(azure) == [] and not OwnedObject.objects.exists()
