"""The demo's Azure: three customers with Sentinel in different states, and the provider's own groups.

Northwind          Sentinel and Defender XDR connected, one rule left on that doubles incidents
Contoso            a workspace, but Sentinel is not on in it
Northwind Traders  Sentinel without Defender XDR, and a policy that lets nobody manage the subscription
"""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.arm import seed
from sandbox.arm.policy_rules import ALLOWED_TENANTS
from sandbox.cloud import Cloud
from sandbox.store import Object

WORKSPACES = "Microsoft.OperationalInsights/workspaces"
INSIGHTS = "Microsoft.SecurityInsights"
NAMESPACES = ("Microsoft.OperationalInsights", INSIGHTS, "Microsoft.OperationsManagement")
GROUPS = (
    "Sentinel Responder, Northwind",
    "Sentinel Contributor, Northwind",
    "Lighthouse approvers",
    "Sentinel Responder, Contoso",
    "Sentinel Contributor, Contoso",
)


def northwind(cloud: Cloud, tid: str, subscription: str, owner: str) -> None:
    workspace = sentinel(cloud, tid, subscription, "Northwind", owner)
    on(cloud, tid, workspace)
    types = {"incidents": {"state": "Enabled"}, "alerts": {"state": "Enabled"}}
    connector = {"tenantId": tid, "dataTypes": types}
    put(
        cloud,
        tid,
        workspace,
        f"{INSIGHTS}/dataConnectors",
        "xdr",
        connector,
        kind="MicrosoftThreatProtection",
    )
    product = "Microsoft Defender Advanced Threat Protection"
    rule = {"displayName": "Create incidents based on MDE alerts", "enabled": True, "productFilter": product}
    kind = "MicrosoftSecurityIncidentCreation"
    put(cloud, tid, workspace, f"{INSIGHTS}/alertRules", "mde-incidents", rule, kind=kind)


def contoso(cloud: Cloud, tid: str, subscription: str, owner: str) -> None:
    sentinel(cloud, tid, subscription, "Contoso", owner)


def traders(cloud: Cloud, tid: str, subscription: str, owner: str) -> None:
    on(cloud, tid, sentinel(cloud, tid, subscription, "Traders", owner))
    scope = f"/subscriptions/{subscription}"
    own: Object = {"policyDefinitionId": ALLOWED_TENANTS, "scope": scope, "enforcementMode": "Default"}
    own |= {"displayName": "Nobody manages us", "parameters": {"listOfAllowedTenants": {"value": []}}}
    put(cloud, tid, scope, "Microsoft.Authorization/policyAssignments", "nobody", own)


def provider(cloud: Cloud, tid: str, ids: list[str], members: list[list[str]]) -> None:
    """Security groups for Lighthouse: one a role and customer."""
    for id, name, people in zip(ids, GROUPS, members, strict=True):
        flags = {"securityEnabled": True, "mailEnabled": False, "groupTypes": [], "owners": []}
        body = {"id": id, "displayName": name, "mailNickname": id[:8] + id[-4:], "members": people}
        cloud.store.put(tid, "groups", {**body, **flags, "createdDateTime": _now(cloud)})


def sentinel(cloud: Cloud, tid: str, subscription: str, name: str, owner: str) -> str:
    """A subscription with a group for security and one for the rest, and a workspace. Its id."""
    scope = seed.subscription(cloud, tid, subscription, f"{name} Production", owner)
    seed.register(cloud, tid, scope, *NAMESPACES)
    seed.group(cloud, tid, scope, "rg-workloads")
    group, short = seed.group(cloud, tid, scope, "rg-security"), f"{name.lower()}-soc"
    own: Object = {
        "customerId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{group}/{short}")),
        "sku": {"name": "PerGB2018"},
    }
    own |= {"retentionInDays": 90, "provisioningState": "Succeeded"}
    return put(cloud, tid, group, WORKSPACES, short, own, location=seed.LOCATION)


def on(cloud: Cloud, tid: str, workspace: str) -> None:
    put(cloud, tid, workspace, f"{INSIGHTS}/onboardingStates", "default", {"customerManagedKey": False})


def put(cloud: Cloud, tid: str, scope: str, type: str, name: str, properties: Object, **more: Any) -> str:
    id = f"{scope}/providers/{type}/{name}"
    body = {"id": id, "name": name, "type": type, "properties": properties, **more, **seed.made(cloud)}
    return str(cloud.store.put(tid, type.rpartition("/")[2], body)["id"])


def _now(cloud: Cloud) -> str:
    return cloud.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
