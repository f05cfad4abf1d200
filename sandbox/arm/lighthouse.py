"""What Azure Lighthouse refuses in a registration definition, one rule after the other (facts A3).

Where the facts have Microsoft's words they are used. Other refusals are known to happen, but not their words:
those are ours, in the same manner and under the same code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sandbox.arm import roles
from sandbox.arm.calls import Call, is_guid, same
from sandbox.arm.errors import ArmError, bad
from sandbox.store import Object

CREATE = "InvalidRegistrationDefinitionCreateRequest"
FIRST_ELIGIBLE = "2020-02-01-preview"
APPROVERS = 10
DURATION = re.compile(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?")
RIGHTS = [
    f"Microsoft.Authorization/{what}/{verb}"
    for what in ("roleAssignments", "roleDefinitions", "classicAdministrators", "locks", "denyAssignments")
    for verb in ("write", "delete")
]
DEFINITION = "authorizations eligibleAuthorizations description registrationDefinitionName managedByTenantId"
READ_ONLY = "provisioningState manageeTenantId manageeTenantName managedByTenantName"
AUTHORIZATION = "principalId principalIdDisplayName roleDefinitionId"
POLICY = "multiFactorAuthProvider maximumActivationDuration managedByTenantApprovers"


PERSON = {"principalId!": str, "principalIdDisplayName": str}
GIVEN = {**PERSON, "roleDefinitionId!": str}
JIT = {"managedByTenantApprovers": [PERSON], "maximumActivationDuration": str, "multiFactorAuthProvider": str}
SHAPE = {
    "managedByTenantId!": str,
    "registrationDefinitionName": str,
    "description": str,
    "authorizations": [{**GIVEN, "delegatedRoleDefinitionIds": [str]}],
    "eligibleAuthorizations": [{**GIVEN, "justInTimeAccessPolicy": JIT}],
}


def check(call: Call, name: str, given: Object, version: str) -> None:
    """Everything about a definition's properties."""
    _known(given, f"{DEFINITION} {READ_ONLY}", "RegistrationDefinitionProperties")
    _check_tenant(call, name, str(given.get("managedByTenantId", "")))
    if not isinstance(given.get("authorizations"), list):
        raise refused("The property 'authorizations' is required.")
    for each in given["authorizations"]:
        _check_authorization(name, each)
    if given.get("eligibleAuthorizations"):
        _check_eligible(call, name, given, version)


def refused(words: str) -> ArmError:
    return bad(CREATE, words)


def _known(given: Object, names: str, type: str) -> None:
    """The service's reader is strict about members it does not know."""
    if unknown := set(given) - set(names.split()):
        words = f"Could not find member '{min(unknown)}' on object of type '{type}'."
        raise bad(
            "InvalidRequestContent",
            f"The request content was invalid and could not be deserialized: '{words}'",
        )


def _check_tenant(call: Call, name: str, managing: str) -> None:
    if not is_guid(managing):
        raise refused(f"The ManagedByTenantId '{managing}' must be a valid Guid.")
    if same(managing, call.tid):
        words = (
            f"The registration definition '{name}' not allowed to use the '{managing}' as ManagedByTenantId."
        )
        raise refused(words)


def _check_authorization(name: str, given: Object) -> None:
    _known(given, f"{AUTHORIZATION} delegatedRoleDefinitionIds", "Authorization")
    _check_principal(given)
    role, delegated = _role(name, given["roleDefinitionId"]), given.get("delegatedRoleDefinitionIds")
    if role.id == roles.USER_ACCESS_ADMINISTRATOR:
        _check_delegated(name, delegated)
    elif delegated:
        raise refused(f"The role definition '{role.id}' does not support delegatedRoleDefinitionIds.")


def _check_principal(given: Object) -> None:
    principal = given.get("principalId")
    if not is_guid(principal):
        raise refused(f"The PrincipalId '{principal}' must be a valid Guid.")


def _role(name: str, id: object) -> roles.Role:
    """A bare GUID of a built-in role without data actions, which cannot give rights away itself."""
    role = roles.BY_ID.get(str(id).lower())
    only = "Only built in role definitions without any data and notData actions are allowed."
    if not role:
        raise refused(f"The role definition '{id}' not found for registration definition '{name}'. {only}")
    if role.data_actions:
        words = (
            f"The role definition '{id}' with data actions not allowed for registration definition '{name}'."
        )
        raise refused(f"{words} {only}")
    if role.id != roles.USER_ACCESS_ADMINISTRATOR and any(map(role.allows, RIGHTS)):
        raise refused(f"The role definition '{id}' not allowed for registration definition '{name}'.")
    return role


def _check_delegated(name: str, ids: object) -> None:
    if not isinstance(ids, list) or not ids:
        words = "must have delegatedRoleDefinitionIds for the role User Access Administrator."
        raise refused(f"The authorizations of the registration definition '{name}' {words}")
    for id in ids:
        if _role(name, id).id == roles.USER_ACCESS_ADMINISTRATOR:
            raise refused(f"The role definition '{id}' not allowed in delegatedRoleDefinitionIds.")


def _check_eligible(call: Call, name: str, given: Object, version: str) -> None:
    if version.lower() < FIRST_ELIGIBLE:
        words = f"are allowed with api-version greater and equal to '{FIRST_ELIGIBLE}'"
        raise refused(f"The eligibleAuthorizations {words}.")
    for each in given["eligibleAuthorizations"]:
        _check_one_eligible(call, name, given["managedByTenantId"], each)
    _check_alike(name, given["eligibleAuthorizations"])
    managing = call.store.get("", "tenants", given["managedByTenantId"]) or {}
    if not managing.get("pimOnboarded", True):
        raise refused("Governance API error: The tenant has not onboarded to PIM.")


def _check_one_eligible(call: Call, name: str, managing: str, given: Object) -> None:
    _known(given, f"{AUTHORIZATION} justInTimeAccessPolicy", "EligibleAuthorization")
    _check_principal(given)
    _check_person(call, managing, given["principalId"])
    if _role(name, given["roleDefinitionId"]).id == roles.USER_ACCESS_ADMINISTRATOR:
        raise refused(
            f"The role definition '{given['roleDefinitionId']}' not allowed in eligibleAuthorizations."
        )
    _check_policy(call, managing, given.get("justInTimeAccessPolicy") or {})


def _check_person(call: Call, managing: str, principal: str) -> None:
    if call.store.get(managing, "servicePrincipals", principal):
        words = "is a service principal. Only users and groups are allowed in eligibleAuthorizations."
        raise refused(f"The PrincipalId '{principal}' {words}")


def _check_policy(call: Call, managing: str, policy: Object) -> None:
    _known(policy, POLICY, "JustInTimeAccessPolicy")
    if policy and policy.get("multiFactorAuthProvider") not in ("Azure", "None"):
        raise refused("The multiFactorAuthProvider must be 'Azure' or 'None'.")
    duration = policy.get("maximumActivationDuration", "PT8H")
    if not 30 <= minutes(str(duration)) <= 480:
        raise refused(f"The maximumActivationDuration '{duration}' must be between 'PT30M' and 'PT8H'.")
    approvers = policy.get("managedByTenantApprovers") or []
    if len(approvers) > APPROVERS:
        raise refused(f"The managedByTenantApprovers must not be more than {APPROVERS}.")
    for each in approvers:
        _known(each, "principalId principalIdDisplayName", "EligibleApprover")
        _check_principal(each)
        _check_person(call, managing, each["principalId"])


def minutes(duration: str) -> int:
    found = DURATION.fullmatch(duration)
    return int(found[1] or 0) * 60 + int(found[2] or 0) if found else -1


def _check_alike(name: str, eligible: list[Object]) -> None:
    """The same role has the same policy wherever it stands."""
    policies = dict(_policies(eligible))
    for role, policy in _policies(eligible):
        if policies[role] != policy:
            words = f"The role definition '{role}' has different justInTimeAccessPolicy values"
            raise refused(f"{words} in the registration definition '{name}'.")


def _policies(eligible: list[Object]) -> Iterator[tuple[str, str]]:
    for each in eligible:
        policy = json.dumps(each.get("justInTimeAccessPolicy") or {}, sort_keys=True)
        yield each["roleDefinitionId"].lower(), policy
