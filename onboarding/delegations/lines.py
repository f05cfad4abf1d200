"""What a customer types to deploy a template: Azure CLI and PowerShell, first a look, then the deed."""

from __future__ import annotations

LOCATIONS = {"usgov": "usgovvirginia", "usgov-dod": "usgovvirginia", "china": "chinaeast2"}
"""Where Azure keeps the record of the deployment; nothing is placed there."""


def azure_cli(tenant: str, subscription: str, name: str, file: str, cloud: str) -> dict[str, str]:
    where = f"--subscription {subscription} --location {location(cloud)}"
    deploy = f"--name {name} --template-file {file} {where}"
    return {
        "Sign in": f"az login --tenant {tenant}",
        "Look: shows what would change, changes nothing": f"az deployment sub what-if {deploy}",
        "Deploy": f"az deployment sub create {deploy}",
    }


def powershell(tenant: str, subscription: str, name: str, file: str, cloud: str) -> dict[str, str]:
    deploy = f"New-AzSubscriptionDeployment -Name {name} -Location {location(cloud)} -TemplateFile {file}"
    return {
        "Sign in": f"Connect-AzAccount -Tenant {tenant} -Subscription {subscription}",
        "Look: shows what would change, changes nothing": f"{deploy} -WhatIf",
        "Deploy": deploy,
    }


def delete_offer(tenant: str, definition: str) -> dict[str, str]:
    """In Azure CLI: what stays when nothing is delegated by it any more. It asks before it deletes."""
    return {
        "Sign in": f"az login --tenant {tenant}",
        "Delete the offer": f"az managedservices definition delete --definition {definition}",
    }


def location(cloud: str) -> str:
    return LOCATIONS.get(cloud, "westeurope")
