"""Policy definitions and assignments: how a customer restricts who may manage it (facts A5)."""

from __future__ import annotations

import re

from sandbox.arm import policy_rules
from sandbox.arm.calls import Call, Endpoint, Reply, beneath, listing, same
from sandbox.arm.errors import ArmError, absent, bad
from sandbox.arm.policy_rules import AUTHORIZATION, BUILT_IN, definition
from sandbox.arm.resources import Kind, Target
from sandbox.store import Object

ASSIGNMENT = {"policyDefinitionId!": str, "parameters": {"*": {"value!": object}}, "enforcementMode": str}
TYPED = re.compile(r"policyType eq '(BuiltIn|Custom)'", re.IGNORECASE)


def make_definition(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    given = wanted.get("properties") or {}
    if not policy_rules.is_known(given.get("policyRule") or {}):
        words = f"The policy definition '{target.name}' rule is invalid."
        raise bad("InvalidPolicyRule", words)
    return {"properties": {"mode": "Indexed", "parameters": {}, **given, "policyType": "Custom"}}


def chosen(call: Call, items: list[Object]) -> list[Object]:
    text = call.query.get("$filter", "").strip()
    found = TYPED.fullmatch(text)
    if text and not found:
        raise bad("InvalidFilterInQueryString", f"Invalid $filter '{text}' specified in the query string.")
    whole = [*BUILT_IN.values(), *items]
    return [each for each in whole if not found or same(each["properties"]["policyType"], found[1])]


def leave_definition(call: Call, item: Object) -> None:
    for each in call.all("policyAssignments"):
        if same(each["properties"]["policyDefinitionId"], item["id"]):
            words = (
                f"The policy definition '{item['name']}' cannot be deleted because it is being referenced by"
            )
            raise bad("DeletePolicyDefinitionConflict", f"{words} policy assignment '{each['id']}'.")


def make_assignment(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    given = wanted.get("properties") or {}
    id = str(given.get("policyDefinitionId", ""))
    policy = definition(call, id)
    if not policy:
        raise ArmError(404, "PolicyDefinitionNotFound", f"The policy definition '{id}' could not be found.")
    _check_parameters(target.name, policy, given.get("parameters") or {})
    own = {"enforcementMode": "Default", **given, "scope": target.scope, "policyDefinitionId": policy["id"]}
    return {"properties": own}


def _check_parameters(name: str, policy: Object, given: Object) -> None:
    declared = policy["properties"].get("parameters") or {}
    missing = [each for each, about in declared.items() if each not in given and "defaultValue" not in about]
    if missing:
        words = f"The policy assignment '{name}' is missing the parameter(s) '{', '.join(missing)}'"
        raise bad(
            "MissingPolicyParameter", f"{words} as defined in the policy definition '{policy['name']}'."
        )
    if unknown := [each for each in given if each not in declared]:
        words = f"The policy assignment '{name}' has undefined parameter(s) '{', '.join(unknown)}'."
        raise bad("UndefinedPolicyParameter", words)


def at_scope(call: Call, items: list[Object]) -> list[Object]:
    text = call.query.get("$filter", "").strip().lower()
    fits = {"": _anywhere, "atscope()": beneath, "atexactscope()": same}.get(text)
    if not fits:
        raise bad("InvalidFilterInQueryString", f"Invalid $filter '{text}' specified in the query string.")
    return [each for each in items if fits(call.scope, each["properties"]["scope"])]


def _anywhere(scope: str, other: str) -> bool:
    return True


def _given(call: Call) -> Reply:
    return listing(call, list(BUILT_IN.values()))


def _given_one(call: Call) -> Reply:
    found = definition(call, f"{AUTHORIZATION}/policyDefinitions/{call.name}")
    if not found:
        raise absent("Microsoft.Authorization/policyDefinitions", call.name)
    return Reply(200, found)


POLICY_DEFINITIONS = Kind(
    "Microsoft.Authorization/policyDefinitions",
    "subscription",
    make_definition,
    leave_definition,
    choose=chosen,
    shape={"policyRule!": {"if!": {}, "then!": {"effect!": str}}, "parameters": {"*": {"type": str}}},
)
POLICY_ASSIGNMENTS = Kind(
    "Microsoft.Authorization/policyAssignments",
    "scope",
    make_assignment,
    choose=at_scope,
    shape=ASSIGNMENT,
    inherits=True,
)
ENDPOINTS = [
    Endpoint("GET", f"{AUTHORIZATION}/policyDefinitions", _given),
    Endpoint("GET", f"{AUTHORIZATION}/policyDefinitions/{{name}}", _given_one),
]
