"""Role definitions: Microsoft's own, readable for everybody; custom roles are not known here."""

from __future__ import annotations

import re

from sandbox.arm import access, roles
from sandbox.arm.calls import Call, Endpoint, Reply, beneath, listing
from sandbox.arm.errors import ArmError, bad
from sandbox.store import Object

TYPE = "Microsoft.Authorization/roleDefinitions"
FILTER = re.compile(r"\s*(type|roleName)\s+eq\s+'([^']*)'\s*|\s*atScopeAndBelow\(\)\s*", re.IGNORECASE)


def shown(role: roles.Role, scope: str = "") -> Object:
    names = {"roleName": role.name, "type": "BuiltInRole", "description": role.name}
    own = {**names, "assignableScopes": ["/"], "permissions": [permission(role)]}
    return {"id": f"{scope}/providers/{TYPE}/{role.id}", "type": TYPE, "name": role.id, "properties": own}


def permission(role: roles.Role) -> Object:
    own = {"actions": role.actions, "notActions": role.not_actions, "dataActions": role.data_actions}
    return {**{name: list(each) for name, each in own.items()}, "notDataActions": []}


def chosen(text: str) -> list[roles.Role]:
    found = list(roles.ROLES)
    for term in filter(None, re.split(r"\s+and\s+", text)):
        match = FILTER.fullmatch(term)
        if not match:
            raise bad("UnsupportedQuery", f"The filter '{term}' is not supported.")
        found = [role for role in found if not match[1] or _fits(role, match[1].lower(), match[2])]
    return found


def _fits(role: roles.Role, name: str, value: str) -> bool:
    have = "BuiltInRole" if name == "type" else role.name
    return have.casefold() == value.casefold()


def _list(call: Call) -> Reply:
    return listing(call, [shown(each, call.scope) for each in chosen(call.query.get("$filter", ""))])


def _get(call: Call) -> Reply:
    role = roles.BY_ID.get(call.name.lower())
    if not role:
        raise ArmError(
            404,
            "RoleDefinitionDoesNotExist",
            f"The specified role definition with ID '{call.name}' does not exist.",
        )
    return Reply(200, shown(role, call.scope))


def _permissions(call: Call) -> Reply:
    """What the caller may do here, one entry a role held."""
    given = access.held(call.cloud, call.who, call.tid)
    return listing(call, [permission(role) for scope, role in given if beneath(call.scope, scope)])


READ = f"{TYPE}/read"
ENDPOINTS = [
    Endpoint("GET", "{scope}/providers/Microsoft.Authorization/permissions", _permissions),
    Endpoint("GET", f"/providers/{TYPE}", _list),
    Endpoint("GET", f"/providers/{TYPE}/{{name}}", _get),
    Endpoint("GET", f"{{scope}}/providers/{TYPE}", _list, READ),
    Endpoint("GET", f"{{scope}}/providers/{TYPE}/{{name}}", _get, READ),
]
