"""The ARM template of a delegation, with nothing left to fill in: what a customer deploys is what was shown.

The shape is that of Microsoft's samples (facts A1), but for one trap in them: theirs name an assignment by
its resource group alone, so that two providers would collide. It is deployed at the subscription in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onboarding.delegations.definition import Delegation, Eligible, Principal, Standing
from onboarding.engine.digest import digest

Json = dict[str, Any]
VERSION = "2022-10-01"
DEPLOYMENTS = "2022-09-01"
ROOT = "https://schema.management.azure.com/schemas"
SUBSCRIPTION = f"{ROOT}/2018-05-01/subscriptionDeploymentTemplate.json#"
GROUP = f"{ROOT}/2019-04-01/deploymentTemplate.json#"
DEFINITIONS = "Microsoft.ManagedServices/registrationDefinitions"
ASSIGNMENTS = "Microsoft.ManagedServices/registrationAssignments"


def template(delegation: Delegation, groups: Sequence[str] = ()) -> Json:
    """For the whole subscription, or for these resource groups of it."""
    after = {"dependsOn": [_definition_id(delegation)]}
    assigned = [_in_group(delegation, group) for group in groups] or [_assignment(delegation)]
    return {
        "$schema": SUBSCRIPTION,
        "contentVersion": "1.0.0.0",
        "resources": [_definition(delegation), *({**each, **after} for each in assigned)],
    }


def address(template: Json) -> str:
    """Of its content: another template has another one."""
    return digest(template)


def properties(delegation: Delegation) -> Json:
    """What stands in the definition, in the service's own shape; it is read back in the same."""
    held: Json = {
        "registrationDefinitionName": delegation.name,
        "description": delegation.description,
        "managedByTenantId": delegation.managing_tenant,
        "authorizations": [_standing(each) for each in delegation.standing],
    }
    if delegation.eligible:
        held["eligibleAuthorizations"] = [_eligible(each) for each in delegation.eligible]
    return held


def _definition(delegation: Delegation) -> Json:
    frame = {"type": DEFINITIONS, "apiVersion": VERSION, "name": delegation.id}
    return {**frame, "properties": properties(delegation)}


def _assignment(delegation: Delegation) -> Json:
    frame = {"type": ASSIGNMENTS, "apiVersion": VERSION, "name": delegation.id}
    return {**frame, "properties": {"registrationDefinitionId": _definition_id(delegation)}}


def _in_group(delegation: Delegation, group: str) -> Json:
    """An assignment belongs to its group, so it takes a deployment inside the deployment."""
    inner = {
        "$schema": GROUP,
        "contentVersion": "1.0.0.0",
        "resources": [_assignment(delegation)],
    }
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": DEPLOYMENTS,
        "name": f"delegation-{digest([delegation.id, group])[:12]}",
        "resourceGroup": group,
        "properties": {"mode": "Incremental", "template": inner},
    }


def _definition_id(delegation: Delegation) -> str:
    """Of the subscription it is deployed to, whichever that is."""
    return f"[subscriptionResourceId('{DEFINITIONS}', '{delegation.id}')]"


def _standing(each: Standing) -> Json:
    return {**_who(each.who), "roleDefinitionId": each.role}


def _eligible(each: Eligible) -> Json:
    policy: Json = {
        "multiFactorAuthProvider": "Azure" if each.mfa else "None",
        "maximumActivationDuration": each.longest,
    }
    if each.approvers:
        policy["managedByTenantApprovers"] = [_who(approver) for approver in each.approvers]
    return {**_who(each.who), "roleDefinitionId": each.role, "justInTimeAccessPolicy": policy}


def _who(principal: Principal) -> Json:
    return {"principalId": principal.id, "principalIdDisplayName": principal.name}
