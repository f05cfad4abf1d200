"""Role assignments of a tenant's own people, groups and apps. Delegations never show here (facts A2)."""

from __future__ import annotations

import re

from sandbox.arm import roles
from sandbox.arm.calls import Call, beneath, is_guid, same, subscription_scope
from sandbox.arm.errors import ArmError, bad
from sandbox.arm.resources import Kind, Target
from sandbox.store import Object

TYPES = {"users": "User", "groups": "Group", "servicePrincipals": "ServicePrincipal"}
SHAPE = {"roleDefinitionId!": str, "principalId!": str}
FILTER = re.compile(r"(?:atScope\(\)|(?:principalId eq|assignedTo\()\s*'([^']*)'\)?)", re.IGNORECASE)


def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    given = wanted.get("properties") or {}
    role = str(given.get("roleDefinitionId", "")).rpartition("/")[2].lower()
    principal = str(given.get("principalId", ""))
    if not is_guid(target.name):
        raise bad(
            "InvalidRoleAssignmentId",
            f"The role assignment ID '{target.name}' is not valid. It must be a GUID.",
        )
    if role not in roles.BY_ID:
        raise bad(
            "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{role}' does not exist."
        )
    kind = _type_of(call, principal)
    _check_free(call, target, role, principal, before)
    definition = (
        f"{subscription_scope(target.scope)}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    )
    kept = {"roleDefinitionId": definition, "principalId": principal, "principalType": kind}
    return {"properties": {**kept, "scope": target.scope}}


def _type_of(call: Call, principal: str) -> str:
    for collection, name in TYPES.items():
        if call.store.get(call.tid, collection, principal):
            return name
    words = f"Principal {principal.replace('-', '')} does not exist in the directory {call.tid}."
    raise bad("PrincipalNotFound", words)


def _check_free(call: Call, target: Target, role: str, principal: str, before: Object | None) -> None:
    for each in call.all("roleAssignments"):
        own = each["properties"]
        there = same(own["scope"], target.scope) and same(own["principalId"], principal)
        if there and own["roleDefinitionId"].endswith(role) and not (before and before["id"] == each["id"]):
            raise ArmError(409, "RoleAssignmentExists", "The role assignment already exists.")


def choose(call: Call, items: list[Object]) -> list[Object]:
    text = call.query.get("$filter", "").strip()
    match = FILTER.fullmatch(text)
    if text and not match:
        raise bad("UnsupportedQuery", f"The filter '{text}' is not supported.")
    if text.lower() == "atscope()":
        return [each for each in items if beneath(call.scope, each["properties"]["scope"])]
    return [each for each in items if not match or same(each["properties"]["principalId"], match[1])]


ROLE_ASSIGNMENTS = Kind(
    "Microsoft.Authorization/roleAssignments", "scope", make, choose=choose, shape=SHAPE, inherits=True
)
