"""What a customer types to deploy a template: Azure CLI and PowerShell, first a look, then the deed."""

from __future__ import annotations

LOCATIONS = {"usgov": "usgovvirginia", "usgov-dod": "usgovvirginia", "china": "chinaeast2"}
"""Where Azure keeps the record of the deployment; nothing is placed there."""
ENVIRONMENTS = {"usgov": "AzureUSGovernment", "usgov-dod": "AzureUSGovernment", "china": "AzureChinaCloud"}
"""What a national cloud is called by both: whoever does not name it signs in to the public one."""


def azure_cli(tenant: str, subscription: str, name: str, file: str, cloud: str) -> dict[str, str]:
    where = f"--subscription {subscription} --location {location(cloud)}"
    deploy = f"--name {name} --template-file {file} {where}"
    return {
        **signing_in(tenant, cloud),
        "Look: shows what would change, changes nothing": f"az deployment sub what-if {deploy}",
        "Deploy": f"az deployment sub create {deploy}",
    }


def powershell(tenant: str, subscription: str, name: str, file: str, cloud: str) -> dict[str, str]:
    deploy = f"New-AzSubscriptionDeployment -Name {name} -Location {location(cloud)} -TemplateFile {file}"
    national = f"-Environment {ENVIRONMENTS[cloud]} " if cloud in ENVIRONMENTS else ""
    return {
        "Sign in": f"Connect-AzAccount {national}-Tenant {tenant} -Subscription {subscription}",
        "Look: shows what would change, changes nothing": f"{deploy} -WhatIf",
        "Deploy": deploy,
    }


def signing_in(tenant: str, cloud: str) -> dict[str, str]:
    """In Azure CLI, which stays in the cloud that was chosen last."""
    national = ENVIRONMENTS.get(cloud)
    chosen = {"Choose the cloud": f"az cloud set --name {national}"} if national else {}
    return {**chosen, "Sign in": f"az login --tenant {tenant}"}


def delete_offer(tenant: str, definition: str, cloud: str) -> dict[str, str]:
    """In Azure CLI: what stays when nothing is delegated by it any more. It asks before it deletes."""
    return {
        **signing_in(tenant, cloud),
        "Delete the offer": f"az managedservices definition delete --definition {definition}",
    }


def location(cloud: str) -> str:
    return LOCATIONS.get(cloud, "westeurope")
