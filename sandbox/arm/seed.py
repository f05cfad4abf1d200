"""Subscriptions, groups and rights to begin with, put straight into the store."""

from __future__ import annotations

import uuid

from sandbox.arm import providers, resource_groups, roles
from sandbox.cloud import Cloud
from sandbox.store import Object

LOCATION = "westeurope"


def subscription(cloud: Cloud, tid: str, id: str, name: str, owner: str) -> str:
    """Its scope. `owner` is a principal of its own tenant."""
    cloud.store.put(tid, "subscriptions", {"id": id, "displayName": name, "state": "Enabled"})
    give(cloud, tid, owner, roles.OWNER, f"/subscriptions/{id}")
    return f"/subscriptions/{id}"


def group(cloud: Cloud, tid: str, scope: str, name: str) -> str:
    body: Object = {"id": f"{scope}/resourceGroups/{name}", "name": name, "type": resource_groups.TYPE}
    body |= {"location": LOCATION, "tags": {}, "properties": {"provisioningState": "Succeeded"}}
    return str(cloud.store.put(tid, resource_groups.COLLECTION, body)["id"])


def give(cloud: Cloud, tid: str, principal: str, role: str, scope: str) -> None:
    type = "Microsoft.Authorization/roleAssignments"
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope} {principal} {role}"))
    subscription = "/".join(scope.split("/")[:3])
    definition = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    own = {"roleDefinitionId": definition, "principalId": principal, "scope": scope}
    ids = {"id": f"{scope}/providers/{type}/{name}", "name": name, "type": type}
    cloud.store.put(tid, "roleAssignments", {**ids, "properties": own, **made(cloud)})


def made(cloud: Cloud) -> Object:
    now = cloud.clock.now().isoformat()
    return {"systemData": {"createdBy": "seed", "createdByType": "Application", "createdAt": now}}


def register(cloud: Cloud, tid: str, scope: str, *namespaces: str) -> None:
    for each in namespaces:
        providers.register(cloud, tid, scope, each)
