"""Whether policies as Azure lists them let a delegation through: one row a case, and no guess anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from tenants.checks import Check, unreadable
from tenants.delegation_policies import ALLOWED, AUDIT, LIST, REPORT, judged
from tenants.microsoft.errors import Rejected

OURS = "fab00000-0000-4000-8000-000000000001"
OTHER = "dddddddd-dddd-4ddd-8ddd-dddddddddddd"
SUBSCRIPTION = "66666666-6666-4666-8666-666666666666"
SCOPE = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{SCOPE}/resourceGroups/rg-security"
ABOVE = "/providers/Microsoft.Management/managementGroups/northwind"
THEIRS = f"{SCOPE}/providers/Microsoft.Authorization/policyDefinitions/own"
BENCHMARK = "/providers/Microsoft.Authorization/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8"


def listing(*tenants: str, policy: str = ALLOWED, **own: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"displayName": "Who may manage us", "scope": SCOPE, "policyDefinitionId": policy}
    return {
        "name": "x",
        "properties": {**whole, "parameters": {"listOfAllowedTenants": {"value": list(tenants)}}, **own},
    }


def asked(*assignments: dict[str, Any]) -> dict[str, Check]:
    return {check.name: check for check in judged(assignments, SUBSCRIPTION, OURS)}


CASES: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "none": ([], "pass", "No list of tenants stands in the way"),
    "Microsoft's own set": ([listing(policy=BENCHMARK)], "pass", "No list of tenants stands in the way"),
    "lists us": ([listing(OTHER, OURS.upper())], "pass", "is in the list: Who may manage us"),
    "lists us from above": ([listing(OURS, scope=ABOVE)], "pass", "is in the list"),
    "forbids us": ([listing(OTHER)], "warn", "so a plan with one would be denied"),
    "forbids everybody": ([listing()], "warn", f"{OURS} is not in the list of Who may manage us"),
    "one of two forbids us": ([listing(OURS), listing(OTHER, scope=ABOVE)], "warn", "would be denied"),
    "forbids us in other letters": ([listing(OTHER, policy=ALLOWED.upper())], "warn", "would be denied"),
    "not enforced": ([listing(OTHER, enforcementMode="DoNotEnforce")], "warn", "not enforced today"),
    "not for us": ([listing(OTHER, notScopes=[SCOPE.upper()])], "pass", "No list of tenants"),
    "on a group": ([listing(OTHER, scope=GROUP)], "pass", "No list of tenants"),
    "overridden": ([listing(OTHER, overrides=[{"kind": "policyEffect"}])], "unknown", "we cannot judge"),
    "for some": ([listing(OTHER, resourceSelectors=[{"name": "x"}])], "unknown", "we cannot judge"),
    "perhaps not for us": ([listing(OTHER, notScopes=[ABOVE])], "unknown", "we cannot judge"),
    "without a list": ([listing(parameters={})], "unknown", "we cannot judge"),
    "their own policy": ([listing(policy=THEIRS)], "unknown", "policies of the customer's own making"),
    "their own from above": ([listing(policy=f"{ABOVE}{THEIRS}")], "unknown", "Nobody looked into"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_case_has_its_state_and_its_words(case: str) -> None:
    assignments, state, words = CASES[case]
    check = asked(*assignments)[LIST]
    assert (check.state, words in check.found) == (state, True), check


def test_a_list_without_us_says_who_must_do_what() -> None:
    check = asked(listing(OTHER))[LIST]
    assert OURS in check.remedy and "listOfAllowedTenants" in check.remedy and "owner" in check.who


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"effect": {"value": "Audit"}}, "is reported: Who may manage us"),
        ({}, "is reported: Who may manage us"),
        ({"effect": {"value": "Disabled"}}, "is not reported"),
    ],
)
def test_the_report_is_there_only_where_it_reports(parameters: dict[str, Any], words: str) -> None:
    check = asked(listing(policy=AUDIT, parameters=parameters))[REPORT]
    assert check.state == "pass" and words in check.found


def test_what_cannot_be_read_is_unknown_and_never_absent() -> None:
    found = judged(unreadable(Rejected(403, "AuthorizationFailed", "no")), SUBSCRIPTION, OURS)
    assert [(check.name, check.state) for check in found] == [(LIST, "unknown"), (REPORT, "unknown")]
