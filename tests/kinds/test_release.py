"""A policy set up by hand, taken over and given back is as it was: what was absent is absent again."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.engine.plan import Action
from onboarding.engine.putting_back import was_put_back
from onboarding.kinds import KINDS
from onboarding.running.carry import Intent, carry_out
from tests.kinds.test_assignment_policy import EXTENSION, QUESTION, SETTING, TYPE, review, stage
from tests.kinds.world import FABRIKAM, World, patiently

KIND = KINDS["assignment_policy"]
BARE: dict[str, Any] = {"isApprovalRequiredForAdd": False, "stages": []}


class Policy:
    """One of the customer's, and what we want of it."""

    def __init__(self, world: World, **set_up: Any) -> None:
        self.world = world
        self.group, package = world.group("Approvers"), world.package(world.catalog("MSSP"), "Tier 1")
        whole = {"displayName": "Analysts", "allowedTargetScope": "allMemberUsers", "description": "Old"}
        self.id = world.put("assignmentPolicies", **whole, accessPackage={"id": package}, **set_up)
        target = {"@odata.type": f"{TYPE}connectedOrganizationMembers"}
        partner = world.organization("Fabrikam Security", FABRIKAM)
        asked = {"isApprovalRequiredForAdd": True, "isRequestorJustificationRequired": True}
        self.spec = {
            "displayName": "Analysts",
            "description": "New",
            "allowedTargetScope": "specificConnectedOrganizationUsers",
            "specificAllowedTargets": [{**target, "connectedOrganizationId": partner}],
            "requestApprovalSettings": {**asked, "stages": [stage(self.group)]},
            "reviewSettings": review(self.group),
            "accessPackage": {"id": package},
        }

    def take_over(self) -> None:
        seen = self.seen()
        self.fields = tuple(name for name in self.spec if name != "accessPackage")
        self.before = {name: seen.get(name) for name in self.fields}
        self.carry(Action.ADOPT)

    def give_back(self) -> None:
        self.carry(Action.RELEASE)

    def carry(self, action: Action) -> None:
        facts = {"unclear": False, "looks": 0, "pause": 0.0, "marker": "", "kind": KIND.name}
        intent = Intent(
            action, spec=self.spec, remote_id=self.id, fields=self.fields, before=self.before, **facts
        )  # type: ignore[arg-type]
        patiently(lambda: carry_out(self.world.graph, intent))

    def seen(self) -> dict[str, Any]:
        found = patiently(lambda: KIND.read(self.world.graph, self.id, self.spec))
        assert found is not None
        return dict(found.values)

    def stored(self) -> dict[str, Any]:
        noise = {"createdDateTime", "modifiedDateTime"}
        held = self.world.get("assignmentPolicies", self.id)
        return {name: value for name, value in held.items() if name not in noise and value not in (None, [])}

    def is_back(self) -> bool:
        return was_put_back(self.seen(), {name: self.spec[name] for name in self.fields}, self.before)


def boss(world: World) -> dict[str, Any]:
    return {"@odata.type": f"{TYPE}singleUser", "userId": world.user("Boss"), "description": "The boss"}


@pytest.mark.parametrize(
    "set_up",
    [
        {},
        {"requestApprovalSettings": BARE},
        {"requestApprovalSettings": {"stages": []}, "reviewSettings": {"isEnabled": False}},
        {"requestorSettings": {"enableTargetsToSelfAddAccess": True}},
    ],
)
def test_without_approval_before_it_has_none_afterwards(world: World, set_up: dict[str, Any]) -> None:
    policy = Policy(world, **set_up)
    before = policy.stored()
    policy.take_over()
    assert policy.stored()["requestApprovalSettings"]["stages"], "nothing was taken over"
    assert not policy.is_back()
    policy.give_back()
    assert policy.stored() == before
    assert policy.is_back()


def test_the_approver_we_replaced_comes_back_by_name(world: World) -> None:
    theirs = {**stage(world.group("Board")), "primaryApprovers": [boss(world)]}
    policy = Policy(world, requestApprovalSettings={**BARE, "stages": [theirs]})
    before = policy.stored()
    policy.take_over()
    policy.give_back()
    assert policy.stored() == before


def test_questions_and_extensions_of_the_customers_survive_us(world: World) -> None:
    world.put("customExtensions", **EXTENSION, displayName="Ticket")
    links = {"questions": [QUESTION], "customExtensionStageSettings": [SETTING]}
    policy = Policy(world, **links)
    policy.take_over()
    assert {name: policy.stored()[name] for name in links} == links
    policy.give_back()
    assert {name: policy.stored()[name] for name in links} == links


def test_a_stage_the_customer_added_since_survives(world: World) -> None:
    policy = Policy(world, requestApprovalSettings=BARE)
    policy.take_over()
    settings, theirs = policy.stored()["requestApprovalSettings"], stage(world.group("Board"))
    changed = {**settings, "stages": [*settings["stages"], theirs]}
    world.change("assignmentPolicies", policy.id, requestApprovalSettings=changed)
    policy.give_back()
    assert policy.stored()["requestApprovalSettings"] == {**BARE, "stages": [theirs]}
    assert policy.is_back()
