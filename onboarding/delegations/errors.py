"""One reason from what Azure says when a deployment fails.

The outermost code says nothing ("DeploymentFailed"); the useful one is inside a message that is itself JSON,
several times over (facts A7).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

DEEPEST = 10
LONGEST = 300
BY_WORDS = {
    "data actions not allowed": "azure_role_refused",
    "not allowed to use the .* as ManagedByTenantId": "azure_managing_tenant",
    "must be a valid Guid": "azure_bad_principal",
    "Multiple registration assignments are not allowed": "azure_already_there",
    "has not onboarded to PIM": "azure_no_pim",
    "allowed with api-version greater": "azure_old_version",
    "not registered to use namespace": "azure_not_registered",
    "excessive volume of traffic": "azure_busy",
}
"""Some refusals share a code; their words tell them apart, and are looked at first."""
BY_CODE = {
    "InvalidRegistrationDefinitionUri": "azure_wrong_scope",
    "ClassicAdministratorListFailed": "azure_no_owner",
    "InvalidRegistrationDefinitionCreateRequest": "azure_definition_refused",
    "InvalidRegistrationDefinitionDeleteRequest": "azure_still_assigned",
    "InvalidTemplate": "azure_bad_template",
    "MissingSubscriptionRegistration": "azure_not_registered",
    "RequestDisallowedByPolicy": "azure_policy",
    "AuthorizationFailed": "azure_forbidden",
    "LinkedAuthorizationFailed": "azure_forbidden",
    "DeploymentActive": "azure_running",
    "ResourceGroupNotFound": "azure_no_group",
    "SubscriptionNotFound": "azure_no_subscription",
    "ReadOnlyDisabledSubscription": "azure_disabled",
    "InvalidParameter": "azure_bad_value",
}


def reason(error: Any) -> tuple[str, str]:
    """(reason, Azure's own innermost words). `error` is any body that Azure answered with."""
    said = list(_inside(error, 0))
    for code, message in reversed(said):
        if found := _known(code, message):
            return found, message.rstrip(".")
    return "azure_said", said[-1][1].rstrip(".") if said else ""


def short(words: str) -> str:
    """As many whole sentences as there is room for; of one that is too long what fits, marked as cut."""
    if len(words) <= LONGEST:
        return words
    head = words[:LONGEST]
    whole, end, _ = head.rpartition(". ")
    return whole if end else f"{head.rpartition(' ')[0] or head} …"


def _known(code: str, message: str) -> str:
    by_words = (reason for words, reason in BY_WORDS.items() if re.search(words, message))
    return next(by_words, BY_CODE.get(code, ""))


def _inside(error: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Every code with its message, the outermost first."""
    if isinstance(error, str):
        error = _unpacked(error)
    if not isinstance(error, Mapping) or depth > DEEPEST:
        return
    code, message = str(error.get("code") or ""), error.get("message")
    if code or isinstance(message, str):
        yield code, message if isinstance(message, str) else ""
    details = error.get("details")
    for inner in (message, error.get("error"), *(details if isinstance(details, list) else [details])):
        yield from _inside(inner, depth + 1)


def _unpacked(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
