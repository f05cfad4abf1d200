"""Registration definitions: an offer as the customer's subscription holds it, and nothing smaller."""

from __future__ import annotations

from sandbox.arm import access, lighthouse
from sandbox.arm.calls import Call, is_guid, same, subscription_of, subscription_scope
from sandbox.arm.delegations import ASSIGNMENTS
from sandbox.arm.errors import ArmError, bad
from sandbox.arm.managed_by import choose
from sandbox.arm.resources import Kind, Target
from sandbox.store import Object

VERSIONS = (
    *("2018-06-01-preview", "2019-04-01-preview", "2019-06-01", "2019-09-01"),
    *("2020-02-01-preview", "2022-01-01-preview", "2022-10-01"),
)
KEPT = ("registrationDefinitionName", "description", "managedByTenantId", "authorizations")


def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    if target.group:
        words = "should be '/subscriptions/<subscriptionId>'."
        scope = target.scope.replace("/resourceGroups/", "/resourcegroups/")
        raise bad(
            "InvalidRegistrationDefinitionUri", f"The registration definition request scope '{scope}' {words}"
        )
    need_owner(call, target.scope)
    if not is_guid(target.name):
        raise lighthouse.refused(f"The registration definition name '{target.name}' must be a valid Guid.")
    given = wanted.get("properties") or {}
    lighthouse.check(call, target.name, given, target.version)
    kept = {name: given.get(name) for name in KEPT}
    if given.get("eligibleAuthorizations"):
        kept["eligibleAuthorizations"] = given["eligibleAuthorizations"]
    plan = {"plan": wanted["plan"]} if wanted.get("plan") else {}
    return {"properties": {**kept, "provisioningState": "Succeeded"}, **plan}


def need_owner(call: Call, scope: str) -> None:
    """Being allowed to write the resource is not enough; a Contributor is told this (facts A3)."""
    where = subscription_scope(scope)
    if not access.allows(
        call.cloud, call.who, call.tid, "Microsoft.Authorization/roleAssignments/write", where
    ):
        why = "The subscription ID was not found."
        words = f"Failed to list classic administrators of subscription '{subscription_of(scope)}': '{why}'"
        raise ArmError(404, "ClassicAdministratorListFailed", words)


def leave(call: Call, item: Object) -> None:
    need_owner(call, item["id"])
    for each in call.all(ASSIGNMENTS):
        if same(each["properties"]["registrationDefinitionId"], item["id"]):
            words = f"The registration definition '{item['name']}' is assigned and cannot be deleted."
            raise bad("InvalidRegistrationDefinitionDeleteRequest", words)


def show(call: Call, item: Object) -> Object:
    managing = item["properties"]["managedByTenantId"]
    names = {
        "manageeTenantId": call.tid,
        "manageeTenantName": _name(call, call.tid),
        "managedByTenantName": _name(call, managing),
    }
    return {**item, "properties": {**item["properties"], **names}}


def _name(call: Call, tid: str) -> str:
    return str((call.store.get("", "tenants", tid) or {}).get("displayName", ""))


def _of(item: Object) -> str:
    return str(item["properties"]["managedByTenantId"])


REGISTRATION_DEFINITIONS = Kind(
    "Microsoft.ManagedServices/registrationDefinitions",
    "scope",
    make,
    leave,
    show,
    lambda call, items: choose(call, items, _of),
    shape=lighthouse.SHAPE,
    versions=VERSIONS,
    lasting=True,
    gone_at_once=True,  # 200 or 204 (facts A2), and the Azure CLI takes nothing else
)
