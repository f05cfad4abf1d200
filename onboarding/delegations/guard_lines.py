"""How a customer takes its guards away again: one line for each object, in Azure CLI and in PowerShell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from onboarding.delegations.guards import WATCHED, Guards

QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""PowerShell takes the curved ones for plain ones."""
POLICIES = {"policy": "The list of tenants", "audit": "The report"}


def azure_cli(guards: Guards, subscription: str) -> dict[str, str]:
    lines = {
        label: f"az policy assignment delete --name {name} --scope /subscriptions/{subscription}"
        for label, name in _policies(guards)
    }
    where = f"--resource-group {shlex.quote(guards.group)} --subscription {subscription}"
    for label, name in _alerts(guards):
        lines[label] = f"az monitor activity-log alert delete --name {name} {where}"
    if "alert" in guards.parts:
        lines["Whom they tell"] = f"az monitor action-group delete --name {guards.told} {where}"
    return lines


def powershell(guards: Guards, subscription: str) -> dict[str, str]:
    lines = {
        label: f"Remove-AzPolicyAssignment -Name {name} -Scope /subscriptions/{subscription}"
        for label, name in _policies(guards)
    }
    group = f"-ResourceGroupName {quoted(guards.group)}"
    where = f"{group} -SubscriptionId {subscription}"
    for label, name in _alerts(guards):
        lines[label] = f"Remove-AzActivityLogAlert -Name {name} {where}"
    if "alert" in guards.parts:
        lines["Whom they tell"] = f"Remove-AzActionGroup -Name {guards.told} {where}"
    return lines


def quoted(text: str) -> str:
    """For PowerShell: nothing between single quotes means anything but themselves."""
    return "'" + QUOTES.sub(lambda found: found[0] * 2, text) + "'"


def _policies(guards: Guards) -> Iterator[tuple[str, str]]:
    for part, label in POLICIES.items():
        if part in guards.parts:
            yield label, guards.name(part)


def _alerts(guards: Guards) -> Iterator[tuple[str, str]]:
    """Before the action group that they tell."""
    for what in WATCHED if "alert" in guards.parts else ():
        yield f"The alert on delegations {what}", guards.alert(what)
