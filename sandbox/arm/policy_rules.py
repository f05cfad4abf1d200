"""Whether a customer's policy forbids a resource: the few conditions that policies on delegations use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.arm import expressions
from sandbox.arm.calls import Call, beneath, same
from sandbox.arm.errors import ArmError
from sandbox.store import Object

AUTHORIZATION = "/providers/Microsoft.Authorization"
ALLOWED_TENANTS = f"{AUTHORIZATION}/policyDefinitions/7a8a51a3-ad87-4def-96f3-65a1839242b6"
AUDIT_DELEGATION = f"{AUTHORIZATION}/policyDefinitions/76bed37b-484f-430f-a009-fd7592dff818"
COMPARISONS = ("equals", "notEquals", "in", "notIn", "exists")
MANAGING = "Microsoft.ManagedServices/registrationDefinitions/managedByTenantId"


def _built_in(id: str, name: str, version: str, parameters: Object, rule: Object) -> Object:
    own = {"displayName": name, "policyType": "BuiltIn", "mode": "All", "metadata": {"version": version}}
    type, short = "Microsoft.Authorization/policyDefinitions", id.rpartition("/")[2]
    return {
        "id": id,
        "name": short,
        "type": type,
        "properties": {**own, "parameters": parameters, "policyRule": rule},
    }


BUILT_IN: dict[str, Object] = {
    each["id"]: each
    for each in (
        _built_in(
            ALLOWED_TENANTS,
            "Allow managing tenant ids to onboard through Azure Lighthouse",
            "1.0.1",
            {"listOfAllowedTenants": {"type": "Array"}},
            {
                "if": {
                    "allOf": [
                        {"field": "type", "equals": "Microsoft.ManagedServices/registrationDefinitions"},
                        {"not": {"field": MANAGING, "in": "[parameters('listOfAllowedTenants')]"}},
                    ]
                },
                "then": {"effect": "deny"},
            },
        ),
        _built_in(
            AUDIT_DELEGATION,
            "Audit delegation of scopes to a managing tenant",
            "1.0.0",
            {"effect": {"type": "String", "allowedValues": ["Audit", "Disabled"], "defaultValue": "Audit"}},
            {
                "if": {
                    "allOf": [
                        {"field": "type", "equals": "Microsoft.ManagedServices/registrationAssignments"},
                        {"value": "true", "equals": "true"},
                    ]
                },
                "then": {"effect": "[parameters('effect')]"},
            },
        ),
    )
}


def definition(call: Call, id: str) -> Object | None:
    own = next((each for known, each in BUILT_IN.items() if same(known, id)), None)
    return own or call.held("policyDefinitions", id)


def denials(call: Call, scope: str, resource: Object) -> Iterator[ArmError]:
    """One refusal for each assignment that forbids `resource`, a body with its type and name, at `scope`."""
    for each in call.all("policyAssignments"):
        own, found = each["properties"], definition(call, each["properties"]["policyDefinitionId"])
        in_force = own.get("enforcementMode") != "DoNotEnforce" and beneath(scope, own["scope"])
        if found and in_force and _denies(found["properties"], own, resource):
            yield _refusal(each, found, resource)


def _denies(policy: Object, assignment: Object, resource: Object) -> bool:
    values = {name: each.get("defaultValue") for name, each in (policy.get("parameters") or {}).items()}
    values |= {name: each["value"] for name, each in (assignment.get("parameters") or {}).items()}
    functions: dict[str, expressions.Function] = {"parameters": lambda args: values.get(args[0]())}
    rule = expressions.evaluate(policy["policyRule"], functions)
    return same(str(rule["then"]["effect"]), "deny") and holds(rule["if"], resource)


def is_known(rule: Object) -> bool:
    """Only what can be worked out here is taken, so that no rule is passed over in silence."""
    try:
        read = expressions.evaluate(rule, {"parameters": lambda args: [args[0]()]})
    except expressions.Wrong:
        return False
    return bool(read) and _condition(read["if"])


def _condition(given: Any) -> bool:
    if not isinstance(given, dict):
        return False
    for name in ("allOf", "anyOf"):
        if name in given:
            return isinstance(given[name], list) and all(map(_condition, given[name]))
    if "not" in given:
        return _condition(given["not"])
    lists = all(isinstance(given.get(name, []), list) for name in ("in", "notIn"))
    asked = isinstance(given.get("field"), str) or "value" in given
    return asked and lists and any(name in given for name in COMPARISONS)


def holds(condition: Object, resource: Object) -> bool:
    if "allOf" in condition:
        return all(holds(each, resource) for each in condition["allOf"])
    if "anyOf" in condition:
        return any(holds(each, resource) for each in condition["anyOf"])
    if "not" in condition:
        return not holds(condition["not"], resource)
    have = condition["value"] if "value" in condition else field(resource, condition["field"])
    return _compares(condition, _folded(have))


def _compares(condition: Object, have: Any) -> bool:
    for name, result in (("equals", True), ("notEquals", False)):
        if name in condition:
            return (have == _folded(condition[name])) is result
    for name, result in (("in", True), ("notIn", False)):
        if name in condition:
            return (have in [_folded(each) for each in condition[name] or []]) is result
    return (have is not None) is (str(condition["exists"]).lower() == "true")


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def field(resource: Object, name: str) -> Any:
    """type, name, location, or an alias: a type and the way into its properties."""
    if name in ("type", "name", "location"):
        return resource.get(name)
    prefix = f"{resource['type']}/"
    if not name.lower().startswith(prefix.lower()):
        return None
    found: Any = resource.get("properties") or {}
    for step in name[len(prefix) :].split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _refusal(assignment: Object, policy: Object, resource: Object) -> ArmError:
    named = [
        {"name": each["properties"].get("displayName") or each["name"], "id": each["id"]}
        for each in (assignment, policy)
    ]
    told = json.dumps([{"policyAssignment": named[0], "policyDefinition": named[1]}])
    words = f"Resource '{resource['name']}' was disallowed by policy. Policy identifiers: '{told}'."
    info = {"policyDefinitionId": policy["id"], "policyDefinitionName": policy["name"]}
    info |= {"policyDefinitionEffect": "deny", "policyAssignmentId": assignment["id"]}
    info |= {
        "policyAssignmentName": assignment["name"],
        "policyAssignmentScope": assignment["properties"]["scope"],
    }
    more = [{"type": "PolicyViolation", "info": info}]
    return ArmError(403, "RequestDisallowedByPolicy", words, target=resource["name"], additionalInfo=more)
