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
    return of(delegation.id, properties(delegation), groups)


def of(id: str, properties: Json, groups: Sequence[str] = ()) -> Json:
    """The same from what a plan keeps: the definition's id, and what stands in it."""
    definition = {"type": DEFINITIONS, "apiVersion": VERSION, "name": id, "properties": literal(properties)}
    assigned = [_in_group(id, group) for group in groups] or [_assignment(id)]
    after = {"dependsOn": [_definition_id(id)]}
    return {
        "$schema": SUBSCRIPTION,
        "contentVersion": "1.0.0.0",
        "resources": [definition, *({**each, **after} for each in assigned)],
    }


def literal(value: Any) -> Any:
    """A text in square brackets would be worked out where it is deployed; it is to stand there as shown."""
    if isinstance(value, dict):
        return {key: literal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [literal(inner) for inner in value]
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        return f"[{value}"
    return value


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


def _assignment(id: str) -> Json:
    frame = {"type": ASSIGNMENTS, "apiVersion": VERSION, "name": id}
    return {**frame, "properties": {"registrationDefinitionId": _definition_id(id)}}


def _in_group(id: str, group: str) -> Json:
    """An assignment belongs to its group, so it takes a deployment inside the deployment."""
    inner = {
        "$schema": GROUP,
        "contentVersion": "1.0.0.0",
        "resources": [_assignment(id)],
    }
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": DEPLOYMENTS,
        "name": f"delegation-{digest([id, group])[:12]}",
        "resourceGroup": group,
        "properties": {"mode": "Incremental", "template": inner},
    }


def _definition_id(id: str) -> str:
    """Of the subscription it is deployed to, whichever that is."""
    return f"[subscriptionResourceId('{DEFINITIONS}', '{id}')]"


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
