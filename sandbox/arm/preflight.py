"""What Azure looks at before it takes a deployment on: rights, places, policies (facts, checklist 3).

The resource providers' own rules are not asked yet: they speak only when the resource is written.
"""

from __future__ import annotations

from sandbox.arm import access, policy_rules, resource_groups
from sandbox.arm.calls import Call
from sandbox.arm.errors import ArmError, no_group
from sandbox.arm.frames import Unready
from sandbox.arm.kinds import KINDS
from sandbox.arm.resources import known
from sandbox.arm.templates import DEPLOYMENTS, Wanted, check_once, flat
from sandbox.store import Object


def check(call: Call, wanted: tuple[Wanted, ...]) -> None:
    check_once(wanted)
    _check_rights(call, wanted)
    for each in flat(wanted):
        _check_place(call, each, wanted)
    _check_policies(call, wanted)


def _all(wanted: tuple[Wanted, ...]) -> list[Wanted]:
    return [each for one in wanted for each in (one, *_all(one.inner))]


def _check_rights(call: Call, wanted: tuple[Wanted, ...]) -> None:
    missing = [words for each in _all(wanted) if (words := _missing(call, each))]
    if missing:
        words = f"Deployment failed with multiple errors: '{':'.join(missing)}'"
        raise ArmError(403, "InvalidTemplateDeployment", words)


def _missing(call: Call, wanted: Wanted) -> str:
    if wanted.type.lower() not in (DEPLOYMENTS, resource_groups.TYPE.lower()):
        known(KINDS, wanted.type)
    action = f"{wanted.type}/write"
    if access.allows(call.cloud, call.who, call.tid, action, wanted.scope):
        return ""
    return (
        f"Authorization failed for template resource '{wanted.name}' of type '{wanted.type}'. The client "
        f"'{access.name_of(call.who)}' with object id '{call.who.oid}' does not have permission to perform "
        f"action '{action}' at scope '{wanted.id}'."
    )


def _check_place(call: Call, wanted: Wanted, all: tuple[Wanted, ...]) -> None:
    """Groups must be there, unless this template makes them first."""
    parts = wanted.scope.split("/")
    if len(parts) < 5 or parts[3].lower() != "resourcegroups":
        return
    made = [each.name.casefold() for each in flat(all) if each.type.lower() == resource_groups.TYPE.lower()]
    if parts[4].casefold() not in made and not resource_groups.find(call, "/".join(parts[:5])):
        raise no_group(parts[4])


def _check_policies(call: Call, wanted: tuple[Wanted, ...]) -> None:
    denied = [
        found for each in flat(wanted) for found in policy_rules.denials(call, each.scope, _asked(each))
    ]
    if denied:
        words = "The template deployment failed because of policy violation. "
        words += "Please see details for more information."
        raise ArmError(400, "InvalidTemplateDeployment", words, details=[each.error for each in denied])


def _asked(wanted: Wanted) -> Object:
    try:
        return {**wanted.body, "type": wanted.type, "name": wanted.name}
    except Unready:
        return {"type": wanted.type, "name": wanted.name}
