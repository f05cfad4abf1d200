"""Registration assignments: a definition put to use at a subscription or a resource group."""

from __future__ import annotations

from sandbox.arm import access, activity_log, delegations
from sandbox.arm.calls import Call, is_guid, same, subscription_scope
from sandbox.arm.errors import ArmError, bad, denied
from sandbox.arm.managed_by import choose
from sandbox.arm.registration_definitions import REGISTRATION_DEFINITIONS, VERSIONS, need_owner
from sandbox.arm.registration_definitions import show as shown
from sandbox.arm.resources import Kind, Target
from sandbox.arm.roles import DELETE_ROLE
from sandbox.store import Object

TYPE = "Microsoft.ManagedServices/registrationAssignments"
PLACE = "/providers/Microsoft.ManagedServices/registrationDefinitions/"


def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    need_owner(call, target.scope)
    if not is_guid(target.name):
        raise refused(f"The registration assignment name '{target.name}' must be a valid Guid.")
    id = str((wanted.get("properties") or {}).get("registrationDefinitionId", ""))
    definition = call.held(REGISTRATION_DEFINITIONS.collection, id)
    if not definition or not same(subscription_scope(id) + PLACE, id[: id.rfind("/") + 1]):
        raise refused(f"The registration definition '{id}' could not be found.")
    _check_alone(call, target, id)
    activity_log.delegated(call, target.scope, definition, "register")
    return {"properties": {"registrationDefinitionId": definition["id"], "provisioningState": "Succeeded"}}


def refused(words: str) -> ArmError:
    return bad("InvalidRegistrationAssignmentCreateRequest", words)


def _check_alone(call: Call, target: Target, definition: str) -> None:
    for each in call.all(delegations.ASSIGNMENTS):
        here = same(delegations.scope_of(each), target.scope) and not same(each["name"], target.name)
        if here and same(each["properties"]["registrationDefinitionId"], definition):
            words = (
                f"Another registration assignment present at this scope '{target.scope}' for registration "
                f"definition '{definition}'. Multiple registration assignments are not allowed."
            )
            raise refused(words)


def leave(call: Call, item: Object) -> None:
    """By an owner of the subscription; from the managing tenant only by who holds the role made for it."""
    scope = delegations.scope_of(item)
    if same(call.who.tid, call.tid):
        access.check(call, "Microsoft.Authorization/roleAssignments/delete", scope)
    elif not any(role.id == DELETE_ROLE for _, role in access.held(call.cloud, call.who, call.tid)):
        raise denied(access.name_of(call.who), call.who.oid or "", f"{TYPE}/delete", scope)
    if definition := _definition(call, item):
        if call.cloud.habits.cuts_shared:
            delegations.cut_shared(call.cloud, call.tid, item)
        activity_log.delegated(call, scope, definition, "unregister")


def _definition(call: Call, item: Object) -> Object | None:
    return call.held(REGISTRATION_DEFINITIONS.collection, item["properties"]["registrationDefinitionId"])


def show(call: Call, item: Object) -> Object:
    wanted = call.query.get("$expandregistrationdefinition", "").lower() == "true"
    definition = _definition(call, item) if wanted else None
    item = {name: value for name, value in item.items() if name != delegations.CUT}
    if not definition:
        return item
    inner = {"registrationDefinition": shown(call, definition)}
    return {**item, "properties": {**item["properties"], **inner}}


def select(call: Call, items: list[Object]) -> list[Object]:
    held = {each["id"]: _definition(call, each) for each in items}
    return choose(
        call,
        items,
        lambda each: (held[each["id"]] or {"properties": {}})["properties"].get("managedByTenantId", ""),
    )


REGISTRATION_ASSIGNMENTS = Kind(
    TYPE, "scope", make, leave, show, select, {"registrationDefinitionId!": str}, VERSIONS, lasting=True
)
