"""One sentence from each of Azure's refusals, however deep it is packed (facts A3 and A7)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from onboarding.delegations import errors
from onboarding.words.reasons import WORDS, words

SAID = [
    (
        "azure_wrong_scope",
        "InvalidRegistrationDefinitionUri",
        "The registration definition request scope '/x' should be '/subscriptions/<subscriptionId>'.",
    ),
    (
        "azure_no_owner",
        "ClassicAdministratorListFailed",
        "Failed to list classic administrators of subscription 'x': 'The subscription ID was not found.'",
    ),
    (
        "azure_role_refused",
        "InvalidRegistrationDefinitionCreateRequest",
        "The role definition '92aaf0da' with data actions not allowed for registration definition 'x'.",
    ),
    ("azure_definition_refused", "InvalidRegistrationDefinitionCreateRequest", "The request is invalid."),
    (
        "azure_definition_refused",
        "InvalidRegistrationDefinitionCreateRequest",
        "The role has more than one just in time policy in 'x'.",
    ),
    (
        "azure_managing_tenant",
        "InvalidRegistrationDefinitionCreateRequest",
        "The registration definition 'x' not allowed to use the 'y' as ManagedByTenantId.",
    ),
    ("azure_bad_principal", "BadRequest", "The PrincipalId 'x' must be a valid Guid."),
    (
        "azure_already_there",
        "BadRequest",
        "Another registration assignment present at this scope '/x' for registration definition "
        "'y'. Multiple registration assignments are not allowed.",
    ),
    ("azure_still_assigned", "InvalidRegistrationDefinitionDeleteRequest", "It is in use."),
    ("azure_no_pim", "BadRequest", "Governance API error: The tenant has not onboarded to PIM."),
    (
        "azure_old_version",
        "BadRequest",
        "eligibleAuthorizations is allowed with api-version greater and equal to '2020-02-01-preview'",
    ),
    ("azure_bad_template", "InvalidTemplate", "The resource cannot reference itself."),
    ("azure_not_registered", "MissingSubscriptionRegistration", "The subscription is not registered."),
    (
        "azure_not_registered",
        "Conflict",
        "The subscription 'x' is not registered to use namespace 'Microsoft.ManagedServices'. "
        "See https://aka.ms/rps-not-found for how to register subscriptions.",
    ),
    ("azure_policy", "RequestDisallowedByPolicy", "Resource 'x' was disallowed by policy."),
    ("azure_forbidden", "AuthorizationFailed", "The client does not have authorization."),
    (
        "azure_forbidden",
        "LinkedAuthorizationFailed",
        "The client has permission to perform action 'x' on scope 'y', but the linked "
        "subscription was not found.",
    ),
    ("azure_running", "DeploymentActive", "The deployment is still active."),
    (
        "azure_busy",
        "TooManyRequests",
        "The request for subscription 'x' could not be processed due to an excessive volume of "
        "traffic. Please try again later.",
    ),
    ("azure_no_group", "ResourceGroupNotFound", "Resource group 'rg-gone' could not be found."),
    ("azure_no_subscription", "SubscriptionNotFound", "The subscription 'x' could not be found."),
    ("azure_disabled", "ReadOnlyDisabledSubscription", "The subscription 'x' is disabled."),
    ("azure_bad_value", "InvalidParameter", "The value of parameter location is not valid."),
    ("azure_said", "SomethingNew", "Nobody has seen this yet."),
]
"""A reason, and a row of the facts' catalogue (A3, A7) that it is given for: code and words."""
OUTSIDE = ("DeploymentFailed", "InvalidTemplateDeployment")


def packed(code: str, message: str, depth: int, outside: str = OUTSIDE[0]) -> dict[str, Any]:
    """As a deployment reports it: each round puts the whole into a string."""
    error: dict[str, Any] = {"code": code, "message": message}
    for _ in range(depth):
        detail = {"code": "BadRequest", "message": json.dumps({"error": error}, indent=2)}
        words = "At least one resource deployment operation failed. Please list deployment operations."
        error = {"code": outside, "message": words, "details": [detail]}
    return {"error": error}


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("outside", OUTSIDE)
@pytest.mark.parametrize(("reason", "code", "message"), SAID)
def test_the_innermost_words_decide(reason: str, code: str, message: str, outside: str, depth: int) -> None:
    assert errors.reason(packed(code, message, depth, outside)) == (reason, message.rstrip("."))


@pytest.mark.parametrize("known", [*errors.BY_CODE, *errors.BY_WORDS])
def test_each_code_and_each_wording_it_knows_has_a_line_above(known: str) -> None:
    by_code = [code for _, code, message in SAID if not any(re.search(w, message) for w in errors.BY_WORDS)]
    by_words = [message for _, _, message in SAID]
    assert known in by_code or (known in errors.BY_WORDS and any(re.search(known, m) for m in by_words))


def test_every_reason_it_can_give_has_words_and_a_line_above() -> None:
    known = {*errors.BY_WORDS.values(), *errors.BY_CODE.values(), "azure_said"}
    assert known == {reason for reason, _, _ in SAID} == {name for name in WORDS if name.startswith("azure_")}


@pytest.mark.parametrize(
    "odd", [None, "", "not json", [], {"error": None}, {"details": [7]}, {"details": 7}, {"message": 5}]
)
def test_an_answer_of_no_known_shape_is_said_to_be_unknown(odd: Any) -> None:
    assert errors.reason(odd) == ("azure_said", "")
    assert words("azure_said", {"why": ""}).what.endswith(".")


def test_details_that_are_no_list_are_looked_into_all_the_same() -> None:
    inner = {"code": "AuthorizationFailed", "message": "No."}
    assert errors.reason({"code": "DeploymentFailed", "details": inner})[0] == "azure_forbidden"


def test_what_is_too_long_to_show_ends_with_a_sentence() -> None:
    assert errors.short("Short. And whole") == "Short. And whole"
    assert errors.short(f"{'a' * 200}. {'b' * 200}") == "a" * 200
    assert errors.short("word " * 100) == f"{'word ' * 59}word …"
