"""Templates as Microsoft's Lighthouse samples have them, in their shapes of facts A1.2 to A1.4."""

from __future__ import annotations

from typing import Any

from sandbox.store import Object
from tests.sandbox.graph_client import FABRIKAM
from tests.sandbox.lighthouse import offer

OFFER = "Relecloud Managed Services"
KINDS = "Microsoft.ManagedServices/registration"
DEFINITION_ID = (
    "[resourceId('Microsoft.ManagedServices/registrationDefinitions/', variables('mspRegistrationName'))]"
)
NAMES = {name: "[guid(parameters('mspOfferName'))]" for name in ("mspRegistrationName", "mspAssignmentName")}


def definition() -> Object:
    own = {"registrationDefinitionName": "[parameters('mspOfferName')]"}
    names = ("managedByTenantId", "authorizations", "eligibleAuthorizations")
    own |= {"description": "[concat('Managed by', ' ', parameters('mspOfferName'))]"}
    own |= {name: f"[parameters('{name}')]" for name in names}
    return {**_resource("Definitions", "[variables('mspRegistrationName')]"), "properties": own}


def assignment(name: str = "[variables('mspAssignmentName')]", **more: Any) -> Object:
    properties = {"registrationDefinitionId": DEFINITION_ID}
    return {**_resource("Assignments", name), **more, "properties": properties}


def _resource(what: str, name: str) -> Object:
    return {"type": f"{KINDS}{what}", "apiVersion": "2020-02-01-preview", "name": name}


def template(*resources: Object, **more: Object) -> Object:
    types = {"mspOfferName": "string", "managedByTenantId": "string"}
    types |= {name: "array" for name in ("authorizations", "eligibleAuthorizations")}
    declared: Object = {name: {"type": type} for name, type in types.items()}
    schema = "https://schema.management.azure.com/schemas/2019-08-01/subscriptionDeploymentTemplate.json#"
    outputs = {
        "mspOfferName": {"type": "string", "value": "[format('Managed by {0}', parameters('mspOfferName'))]"}
    }
    return {
        "$schema": schema,
        "contentVersion": "1.0.0.0",
        "parameters": {**declared, **more},
        "variables": NAMES,
        "resources": list(resources),
        "outputs": outputs,
    }


def subscription() -> Object:
    return template(definition(), assignment(dependsOn=[DEFINITION_ID]))


def groups() -> Object:
    """Several groups of one subscription, by nested deployments in a loop."""
    name = "[guid(parameters('resourceGroups')[copyIndex()].rgName)]"
    inner = {"$schema": "", "contentVersion": "1.0.0.0", "parameters": {}, "resources": [assignment(name)]}
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2018-05-01",
        "name": "[concat('rgAssignment', copyIndex())]",
        "resourceGroup": "[parameters('resourceGroups')[copyIndex()].rgName]",
        "dependsOn": [DEFINITION_ID],
        "copy": {"name": "deploymentCopy", "count": "[length(parameters('resourceGroups'))]"},
        "properties": {"mode": "Incremental", "template": inner},
    }
    return template(definition(), nested, resourceGroups={"type": "array"})


def parameters(**changes: Any) -> Object:
    own = offer()["properties"]
    given = {"mspOfferName": OFFER, "managedByTenantId": FABRIKAM}
    given |= {name: own[name] for name in ("authorizations", "eligibleAuthorizations")}
    return {name: {"value": value} for name, value in {**given, **changes}.items() if value is not None}


def deployment(template: Object | None = None, **changes: Any) -> Object:
    whole = {"template": template or subscription(), "parameters": parameters(**changes)}
    return {"location": "westeurope", "properties": {"mode": "Incremental", **whole}}
