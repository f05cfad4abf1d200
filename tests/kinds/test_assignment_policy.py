"""A policy is replaced whole: what the customer put into it must come out of our hands again."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pytest

from onboarding.engine.plan import differing
from tests.kinds.contract import KindContract
from tests.kinds.world import FABRIKAM

TYPE = "#microsoft.graph."
QUESTION = {
    "@odata.type": f"{TYPE}accessPackageTextInputQuestion",
    "id": "q",
    "text": "Why?",
    "isRequired": True,
}
EXTENSION = {
    "@odata.type": f"{TYPE}accessPackageAssignmentRequestWorkflowExtension",
    "id": "99999999-9999-4999-8999-999999999999",
}
SETTING = {"id": "s", "stage": "assignmentRequestCreated", "customExtension": {"id": EXTENSION["id"]}}


def approvers(group: str) -> list[dict[str, str]]:
    return [{"@odata.type": f"{TYPE}groupMembers", "groupId": group}]


def stage(group: str) -> dict[str, Any]:
    flags = {"isApproverJustificationRequired": True, "isEscalationEnabled": False}
    times = {"durationBeforeAutomaticDenial": "P14D", "durationBeforeEscalation": "PT0S"}
    return {**flags, **times, "primaryApprovers": approvers(group), "escalationApprovers": []}


def soon(days: int) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).strftime("%Y-%m-%dT00:00:00Z")


def review(group: str) -> dict[str, Any]:
    recurrence = {"pattern": {"type": "absoluteMonthly", "interval": 3}, "range": {"type": "noEnd"}}
    times = {
        "startDateTime": "2027-01-01T00:00:00Z",
        "expiration": {"type": "afterDuration", "duration": "P14D"},
    }
    schedule = {**times, "recurrence": recurrence}
    return {"isEnabled": True, "schedule": schedule, "primaryReviewers": approvers(group)}


class TestAssignmentPolicy(KindContract):
    name = "assignment_policy"
    collection = "assignmentPolicies"
    change: ClassVar = {"description": "New", "expiration": {"type": "afterDuration", "duration": "P30D"}}
    foreign: ClassVar = {
        "questions": [QUESTION],
        "customExtensionStageSettings": [SETTING],
        "notificationSettings": {"isAssignmentNotificationDisabled": True},
    }

    def spec(self) -> dict[str, Any]:
        self.world.put("customExtensions", **EXTENSION, displayName="Ticket")
        self.approvers, catalog = self.world.group("Approvers"), self.world.catalog("MSSP")
        package, other = self.world.package(catalog, "Tier 1"), self.world.package(catalog, "Tier 2")
        for name, where in (("Analysts", other), ("Sales", package), ("Staff", package), ("More", package)):
            self.world.put("assignmentPolicies", displayName=name, accessPackage={"id": where})
        organization = self.world.organization("Fabrikam Security", FABRIKAM)
        target = {
            "@odata.type": f"{TYPE}connectedOrganizationMembers",
            "connectedOrganizationId": organization,
        }
        needed = {"isApprovalRequiredForAdd": True, "stages": [stage(self.approvers)]}
        return {
            "displayName": "Analysts",
            "description": "First",
            "allowedTargetScope": "specificConnectedOrganizationUsers",
            "specificAllowedTargets": [target],
            "expiration": {"type": "afterDuration", "duration": "P365D"},
            "requestorSettings": {"enableTargetsToSelfAddAccess": True},
            "requestApprovalSettings": needed,
            "reviewSettings": review(self.approvers),
            "accessPackage": {"id": package},
        }

    def made(self) -> str:
        remote_id = self.create()
        self.read(remote_id)
        return remote_id

    def approval(self, remote_id: str) -> dict[str, Any]:
        settings: dict[str, Any] = self.world.get(self.collection, remote_id)["requestApprovalSettings"]
        return settings

    def test_a_stage_nobody_planned_is_strange_and_survives_an_update(self) -> None:
        remote_id = self.made()
        second = {**stage(self.world.group("Board")), "durationBeforeAutomaticDenial": "P7D"}
        settings = self.approval(remote_id)
        stages = [*settings["stages"], second]
        self.world.change(self.collection, remote_id, requestApprovalSettings={**settings, "stages": stages})
        assert self.read(remote_id).strange == ("approval stage 2 that nobody planned",)
        self.update(remote_id, requestApprovalSettings=self.wanted["requestApprovalSettings"])
        assert self.approval(remote_id)["stages"] == stages

    @pytest.mark.parametrize(
        "role", ["fallbackPrimaryApprovers", "escalationApprovers", "fallbackEscalationApprovers"]
    )
    def test_whoever_may_approve_in_somebodys_place_is_watched_too(self, role: str) -> None:
        remote_id, stranger = self.made(), self.world.group("Strangers")
        settings = self.approval(remote_id)
        settings["stages"][0][role] = approvers(stranger)
        self.world.change(self.collection, remote_id, requestApprovalSettings=settings)
        who = f"groupMembers {stranger} in {role}"
        assert self.read(remote_id).strange == (f"approval stage 1: {who} that nobody planned",)

    def test_an_approver_nobody_planned_is_strange_and_a_difference_until_put_right(self) -> None:
        remote_id, stranger = self.made(), self.world.group("Strangers")
        settings = self.approval(remote_id)
        settings["stages"][0]["primaryApprovers"] += approvers(stranger)
        self.world.change(self.collection, remote_id, requestApprovalSettings=settings)
        found = self.read(remote_id)
        who = f"groupMembers {stranger} in primaryApprovers"
        assert found.strange == (f"approval stage 1: {who} that nobody planned",)
        assert found.values["requestApprovalSettings"] != self.wanted["requestApprovalSettings"]
        self.update(remote_id, requestApprovalSettings=self.wanted["requestApprovalSettings"])
        assert self.approval(remote_id)["stages"][0]["primaryApprovers"] == approvers(self.approvers)

    def test_access_that_is_given_without_a_request_is_strange(self) -> None:
        remote_id = self.made()
        for given, strange in ((False, ()), (True, ("access given to all who may ask, without a request",))):
            settings = {"requestAccessForAllowedTargets": given}
            self.world.change(self.collection, remote_id, automaticRequestSettings=settings)
            assert self.read(remote_id).strange == strange

    def begins(self, remote_id: str, start: str) -> None:
        settings = self.world.get(self.collection, remote_id)["reviewSettings"]
        schedule = {**settings["schedule"], "startDateTime": start}
        self.world.change(self.collection, remote_id, reviewSettings={**settings, "schedule": schedule})

    @pytest.mark.parametrize("start", ["2027-01-01T00:00:00.0000000Z", "2027-01-01T08:00:00Z", soon(90)])
    def test_a_review_that_microsoft_moved_is_no_difference(self, start: str) -> None:
        """Nobody can change the start of a review that is there: it would be planned for ever (facts 3.6)."""
        remote_id = self.made()
        self.begins(remote_id, start)
        found = self.read(remote_id)
        assert (differing(self.wanted, found.values), found.strange) == ((), ())

    def test_reviews_that_begin_later_than_one_round_from_now_are_strange(self) -> None:
        remote_id = self.made()
        self.begins(remote_id, "2099-01-01T00:00:00Z")
        assert self.read(remote_id).strange == ("reviews that begin only on 2099-01-01",)

    def test_the_start_of_a_review_is_never_changed(self) -> None:
        remote_id = self.made()
        changed = review(self.approvers)
        changed["isEnabled"] = False
        changed["schedule"]["startDateTime"] = "2028-01-01T00:00:00Z"
        self.update(remote_id, reviewSettings=changed)
        stored = self.world.get(self.collection, remote_id)["reviewSettings"]
        assert (stored["isEnabled"], stored["schedule"]["startDateTime"]) == (False, "2027-01-01T00:00:00Z")
