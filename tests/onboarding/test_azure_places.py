"""Places of one subscription come and go one by one, beside a delegation that was made by hand before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onboarding.delegations import template
from onboarding.grants import granted
from onboarding.models import Grant, OwnedObject, Plan, Step, Survey
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.onboarding.conftest import manage
from tests.onboarding.delegating import (
    NOW,
    azure_alone,
    delegations,
    deploy,
    deploy_older,
    deploy_whole,
    file_for,
    go_on,
    onboarded,
    places,
    subscription,
)

__all__ = ["azure_alone"]

SECURITY, WORKLOADS = "rg-security", "rg-workloads"


def onboard(box: Cloud, tmp_path: Path, *groups: str) -> tuple[int, dict[str, Any]]:
    named = [f"{subscription(box)}/{group}" for group in groups]
    return manage("onboard", file_for(tmp_path, *named), *NOW)


def test_one_of_two_places_is_given_up_and_seen_to_be_gone(azure: Cloud, tmp_path: Path) -> None:
    """The right to read it came from it and went with it, while the other one still stands."""
    onboarded(azure, tmp_path, SECURITY, WORKLOADS)
    status, said = onboard(azure, tmp_path, SECURITY)
    assert (status, said.get("ended")) == (0, "verified"), said
    assert places(azure) == {SECURITY} and OwnedObject.objects.count() == 1
    assert manage("verify", "northwind")[0] == 0


def test_who_held_something_at_a_place_that_was_given_up_is_told_as_gone(
    azure: Cloud, tmp_path: Path
) -> None:
    onboarded(azure, tmp_path, SECURITY, WORKLOADS)
    granted.read(Tenant.objects.get().pk)
    onboard(azure, tmp_path, SECURITY)
    granted.read(Tenant.objects.get().pk)
    left = Grant.objects.filter(gone_seen=None, about__sort="delegation").values_list("source", flat=True)
    assert {source.rpartition("/")[2] for source in left} == {SECURITY}
    assert not any(place.startswith("delegation/") for place in Survey.objects.latest("pk").unread)


def test_an_end_is_seen_though_an_older_one_by_hand_still_stands(azure: Cloud, tmp_path: Path) -> None:
    onboarded(azure, tmp_path, SECURITY)
    deploy_older(azure, WORKLOADS)
    status, said = manage("offboard", "northwind", *NOW)
    assert (status, said.get("ended")) == (0, "verified"), said
    assert places(azure) == {WORKLOADS} and not OwnedObject.objects.exists()
    status, said = manage("verify", "northwind")
    assert (status, said["unknown"]) == (0, {}), said


def test_another_place_is_added_to_a_customer_who_is_served(azure: Cloud, tmp_path: Path) -> None:
    onboarded(azure, tmp_path, SECURITY)
    status, said = onboard(azure, tmp_path, SECURITY, WORKLOADS)
    assert (status, said["unknown"], len(said["changes"])) == (3, {}, 1), said
    assert Step.objects.latest("pk").reason == "delegation_awaited"
    deploy(azure, SECURITY, WORKLOADS)
    assert go_on().ended == "verified" and places(azure) == {SECURITY, WORKLOADS}


def test_whoever_delegated_by_hand_before_is_onboarded_like_anybody(azure: Cloud, tmp_path: Path) -> None:
    deploy_older(azure, WORKLOADS)
    onboarded(azure, tmp_path, SECURITY)
    assert places(azure) == {SECURITY, WORKLOADS}


def test_what_is_ours_and_may_not_be_read_any_more_is_unknown_and_not_gone(
    azure: Cloud, tmp_path: Path
) -> None:
    """Nobody has deleted it: our app was taken out of it."""
    onboarded(azure, tmp_path, SECURITY)
    spec = OwnedObject.objects.get().spec
    less = [a for a in spec["properties"]["authorizations"] if "Gatehouse" not in a["principalIdDisplayName"]]
    blind = {**spec["properties"], "authorizations": less}
    deploy_whole(azure, template.of(spec["definition"], blind, [SECURITY]))
    for command in (("verify", "northwind"), ("offboard", "northwind", *NOW)):
        _, said = manage(*command)
        [why] = said["unknown"].values()
        assert why.startswith("Our app is not allowed this in"), said
    assert len(delegations(azure)) == 1 and Plan.objects.count() == 1
