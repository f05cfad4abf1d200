"""What the offer sells is what the policies hold: each number, name and scope, and who approves."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import onboarding.offers
from onboarding.engine.resource import Resource
from onboarding.planes import access_packages, review_days
from onboarding.planes.access_packages import APPROVAL_WORDS
from onboarding.planes.base import Answers, Tier
from onboarding.wizard.forms import APPROVAL

OFFER = tomllib.loads((Path(onboarding.offers.__path__[0]) / "managed-defender.toml").read_text())
NORTHWIND, FABRIKAM = "a0000000-0000-4000-8000-00000000000a", "fab00000-0000-4000-8000-000000000001"
SHORT_ENOUGH = 512
"""We found no limit documented for a package's description, and stay short."""
CARLA, DENIZ = "c0000000-0000-4000-8000-00000000000c", "d0000000-0000-4000-8000-00000000000d"
APPROVER_GROUP = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": {"ref": "group/approvers"}}
FROM_FABRIKAM = {
    "@odata.type": "#microsoft.graph.connectedOrganizationMembers",
    "connectedOrganizationId": {"ref": "connected_organization/provider"},
}
TIERS = ("assignment_policy/tier-1/analysts", "assignment_policy/tier-2/analysts")
MEMBERS, LEAD = "assignment_policy/approvers/members", "assignment_policy/approvers/lead"


def answers(**more: Any) -> Answers:
    given = Answers(
        tenant_id=NORTHWIND,
        provider_tenant_id=FABRIKAM,
        provider="Fabrikam",
        brand="Fabrikam Security",
        approval="customer",
        names=OFFER["names"],
        policy=OFFER["policy"],
        tiers=tuple(Tier(**each) for each in OFFER["tiers"]),
        approvers=(CARLA, DENIZ),
        starts=dt.date(2026, 12, 1),
    )
    return replace(given, **more)


def planned(**more: Any) -> dict[str, Resource]:
    return {each.address: each for each in access_packages.resources(answers(**more))}


def policies(**more: Any) -> dict[str, dict[str, Any]]:
    return {a: dict(each.spec) for a, each in planned(**more).items() if each.kind == "assignment_policy"}


def said_of_packages(**more: Any) -> dict[str, str]:
    found = planned(**more).values()
    return {each.address: each.spec["description"] for each in found if each.kind == "access_package"}


def test_who_asks_or_approves_reads_in_my_access_what_the_tier_can_do() -> None:
    said = said_of_packages(descriptions=OFFER["descriptions"])
    for tier in OFFER["tiers"]:
        name = f"Fabrikam Security {tier['label']} Analyst"
        assert (
            said[f"access_package/{tier['slug']}"]
            == f"{tier['can']} It gives membership of the group {name}."
        )
    assert (
        said["access_package/approvers"]
        == "Membership of the group Fabrikam Security MSSP Analyst Approvers."
    )
    assert max(map(len, said.values())) < SHORT_ENOUGH


def test_a_package_of_an_older_version_is_described_as_it_was_agreed_to() -> None:
    usual = "Membership of the group Fabrikam Security Tier 1 Analyst."
    assert said_of_packages()["access_package/tier-1"] == usual
    own = said_of_packages(descriptions={"package": "Ask for {name}."})
    assert own["access_package/tier-1"] == "Ask for Fabrikam Security Tier 1 Analyst."


def test_braces_in_what_a_tier_can_do_are_no_gaps() -> None:
    odd = Tier("tier-1", "Tier 1", "Can read {brand} and {0}.")
    said = said_of_packages(descriptions=OFFER["descriptions"], tiers=(odd,))["access_package/tier-1"]
    assert said.startswith("Can read {brand} and {0}. It gives")


def test_only_people_of_the_provider_ask_for_a_tier_and_an_approver_answers() -> None:
    found = policies()
    for address in TIERS:
        policy = found[address]
        assert policy["allowedTargetScope"] == "specificConnectedOrganizationUsers"
        assert policy["specificAllowedTargets"] == [FROM_FABRIKAM]
        approval = policy["requestApprovalSettings"]
        assert (approval["isApprovalRequiredForAdd"], approval["isApprovalRequiredForUpdate"]) == (True, True)
        assert approval["isRequestorJustificationRequired"] is True
        (stage,) = approval["stages"]
        assert stage["primaryApprovers"] == [APPROVER_GROUP] and stage["isApproverJustificationRequired"]


def test_nobody_asks_for_somebody_else_or_chooses_how_long() -> None:
    for policy in policies(approval="both").values():
        on = {name for name, is_on in policy["requestorSettings"].items() if is_on}
        assert on == {f"enableTargetsToSelf{what}Access" for what in ("Add", "Update", "Remove")}


@pytest.mark.parametrize(
    ("approval", "who"), [("customer", {MEMBERS}), ("lead", {LEAD}), ("both", {MEMBERS, LEAD})]
)
def test_who_may_become_an_approver_follows_the_choice(approval: str, who: set[str]) -> None:
    found = policies(approval=approval)
    assert found.keys() - set(TIERS) == who
    scopes = {MEMBERS: ("allMemberUsers", []), LEAD: ("specificConnectedOrganizationUsers", [FROM_FABRIKAM])}
    for address in who:
        policy = found[address]
        assert (policy["allowedTargetScope"], policy["specificAllowedTargets"]) == scopes[address]
        assert policy["requestApprovalSettings"]["stages"][0]["primaryApprovers"] == [APPROVER_GROUP]


@pytest.mark.parametrize(
    ("approvers", "escalation", "after"),
    [
        ((CARLA,), [], "PT0S"),
        ((CARLA, DENIZ), [{"@odata.type": "#microsoft.graph.singleUser", "userId": DENIZ}], "P3D"),
    ],
)
def test_it_is_escalated_only_where_there_is_a_second_approver(
    approvers: tuple[str, ...], escalation: list[dict[str, str]], after: str
) -> None:
    (stage,) = policies(approvers=approvers)[TIERS[0]]["requestApprovalSettings"]["stages"]
    assert stage["isEscalationEnabled"] is bool(escalation)
    assert (stage["escalationApprovers"], stage["durationBeforeEscalation"]) == (escalation, after)


def test_where_both_may_approve_there_is_one_stage_and_the_words_do_not_promise_two() -> None:
    for policy in policies(approval="both").values():
        (stage,) = policy["requestApprovalSettings"]["stages"]
        assert stage["primaryApprovers"] == [APPROVER_GROUP]
    assert "one yes is enough" in APPROVAL_WORDS["both"] and " or " in APPROVAL["both"]


def at(policy: dict[str, Any], *path: Any) -> Any:
    for key in path:
        policy = policy[key]
    return policy


STAGE = ("requestApprovalSettings", "stages", 0)
SCHEDULE = ("reviewSettings", "schedule")
LAST = OFFER["policy"] | {review_days.SPREAD: 1}
"""All first reviews on the last day there is for them, so that each number shows by itself."""
FIELDS: list[tuple[str, Any, tuple[Any, ...], Any, Any]] = [
    ("expires_after_days", 90, ("expiration", "duration"), "P365D", "P90D"),
    ("denied_after_days", 7, (*STAGE, "durationBeforeAutomaticDenial"), "P14D", "P7D"),
    ("escalated_after_days", 2, (*STAGE, "durationBeforeEscalation"), "P3D", "P2D"),
    ("review_every_months", 3, (*SCHEDULE, "recurrence", "pattern", "interval"), 12, 3),
    ("review_open_days", 21, (*SCHEDULE, "expiration", "duration"), "P14D", "P21D"),
    (
        "on_review_silence",
        "removeAccess",
        ("reviewSettings", "expirationBehavior"),
        "keepAccess",
        "removeAccess",
    ),
    (
        "first_review_after_days",
        30,
        (*SCHEDULE, "startDateTime"),
        "2027-11-01T00:00:00Z",
        "2026-12-31T00:00:00Z",
    ),
]


@pytest.mark.parametrize(("field", "other", "path", "usual", "changed"), FIELDS, ids=[f[0] for f in FIELDS])
def test_each_number_of_the_offer_is_in_every_policy_and_nowhere_fixed(
    field: str, other: Any, path: tuple[Any, ...], usual: Any, changed: Any
) -> None:
    assert OFFER["policy"].keys() == {*(each[0] for each in FIELDS), review_days.SPREAD}
    assert {at(policy, *path) for policy in policies(approval="both", policy=LAST).values()} == {usual}
    altered = policies(approval="both", policy=LAST | {field: other})
    assert {at(policy, *path) for policy in altered.values()} == {changed}


def test_the_approvers_review_and_nobody_reviews_themselves() -> None:
    for policy in policies(approval="both").values():
        review = policy["reviewSettings"]
        assert review["isEnabled"] is True and review["isSelfReview"] is False
        assert review["primaryReviewers"] == [APPROVER_GROUP] and review["isReviewerJustificationRequired"]


NAMES = [
    ("connected_organization", "connected_organization/provider"),
    ("catalog", "catalog/mssp"),
    ("tier_group", "group/tier-1"),
    ("tier_package", "access_package/tier-1"),
    ("tier_policy", "assignment_policy/tier-1/analysts"),
    ("approvers_group", "group/approvers"),
    ("approvers_package", "access_package/approvers"),
    ("approvers_policy", MEMBERS),
    ("approvers_lead_policy", LEAD),
]


@pytest.mark.parametrize(("field", "address"), NAMES)
def test_each_name_of_the_offer_is_a_template(field: str, address: str) -> None:
    assert OFFER["names"].keys() == {name for name, _ in NAMES}
    names = OFFER["names"] | {field: "{brand} | {provider} | other"}
    found = planned(approval="both", names=names)[address]
    assert found.spec["displayName"] == "Fabrikam Security | Fabrikam | other"


def test_a_tier_that_is_not_sold_has_nothing() -> None:
    found = planned(tiers=(Tier(**OFFER["tiers"][0]),))
    assert not [address for address in found if "tier-2" in address]
    assert {a for a in found if "tier-1" in a} == {
        "group/tier-1",
        "catalog_resource/tier-1",
        "access_package/tier-1",
        "package_resource_role/tier-1",
        "assignment_policy/tier-1/analysts",
    }


def test_all_of_it_is_in_the_customers_tenant_and_the_provider_is_known_by_its_tenant() -> None:
    found = planned(approval="both")
    assert {each.tenant_id for each in found.values()} == {NORTHWIND}
    (source,) = found["connected_organization/provider"].spec["identitySources"]
    assert source["tenantId"] == FABRIKAM


def test_the_named_approvers_are_members_of_their_group_and_nobody_else() -> None:
    found = [each.spec for each in planned().values() if each.kind == "group_membership"]
    assert [(each["group"], each["member"]) for each in found] == [
        ({"ref": "group/approvers"}, CARLA),
        ({"ref": "group/approvers"}, DENIZ),
    ]
