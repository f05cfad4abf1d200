"""The guard pack: what a customer may deploy to watch over delegations of Azure. It is the customer's own.

Three parts, each on its own: a policy that lets only the tenants in a list be given new delegations, a policy
that reports what is delegated, and an e-mail when a delegation is made or removed (facts A5). The portal
never owns any of it, and takes none of it away.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from onboarding.delegations.definition import NAMESPACE
from onboarding.delegations.template import DEPLOYMENTS, GROUP, SUBSCRIPTION, Json, literal
from onboarding.engine.digest import digest
from tenants.delegation_policies import ALLOWED as ALLOWED
from tenants.delegation_policies import AUDIT as AUDIT

Part = Literal["policy", "audit", "alert"]
PARTS: tuple[Part, ...] = ("policy", "audit", "alert")
ASSIGNMENTS = "Microsoft.Authorization/policyAssignments"
ALERTS, ACTION_GROUPS = "Microsoft.Insights/activityLogAlerts", "Microsoft.Insights/actionGroups"
POLICY_VERSION, ALERT_VERSION, ACTION_VERSION = "2022-06-01", "2020-10-01", "2023-01-01"
WATCHED = {"made": "write", "removed": "delete"}
"""What is told of, and how Azure calls it: with both in one alert, one odd name would silence the other."""
SHORT = "Delegations"
"""How the mails are headed; Azure takes twelve characters."""


@dataclass(frozen=True, slots=True)
class Guards:
    """`tenants` may be given delegations, the provider's own first. Mail and group are for the alert only."""

    brand: str
    tenants: tuple[str, ...]
    parts: frozenset[Part]
    email: str = ""
    group: str = ""

    def name(self, of: str) -> str:
        """Stable, whatever the brand is called by then: deployed again, it is changed in place."""
        return str(uuid.uuid5(NAMESPACE, f"guard-{of}-{self.tenants[0]}"))

    @property
    def told(self) -> str:
        """The action group's."""
        return f"delegations-{self.name('mail')}"

    def alert(self, what: str) -> str:
        return f"delegation-{what}-{self.name(what)}"


def template(guards: Guards) -> Json:
    """For one subscription, whichever it is deployed to."""
    if not guards.tenants or not guards.parts:
        raise ValueError("a list without the provider would shut it out; a template without parts is none")
    return {"$schema": SUBSCRIPTION, "contentVersion": "1.0.0.0", "resources": list(_resources(guards))}


def _resources(guards: Guards) -> Iterator[Json]:
    if "policy" in guards.parts:
        allowed = {"listOfAllowedTenants": {"value": list(guards.tenants)}}
        yield _assignment(guards.name("policy"), ALLOWED, _policy_words(guards), allowed)
    if "audit" in guards.parts:
        yield _assignment(guards.name("audit"), AUDIT, _audit_words(guards), {"effect": {"value": "Audit"}})
    if "alert" in guards.parts:
        yield _in_group(guards)


def _policy_words(guards: Guards) -> Json:
    words = "This tenant is not in the list of those that may be given delegations by Azure Lighthouse."
    return {
        "displayName": f"Azure delegations to listed tenants only ({guards.brand})",
        "description": "New and changed delegations to any other tenant are refused. Existing ones stay.",
        "nonComplianceMessages": [{"message": f"{words} Ask whoever owns this policy assignment."}],
    }


def _audit_words(guards: Guards) -> Json:
    return {
        "displayName": f"Azure delegations are reported ({guards.brand})",
        "description": "Whatever is delegated by Azure Lighthouse shows as not compliant. It stops nothing.",
    }


def _assignment(name: str, policy: str, words: Json, parameters: Json) -> Json:
    own = {**words, "policyDefinitionId": policy, "parameters": parameters, "enforcementMode": "Default"}
    return _resource(ASSIGNMENTS, POLICY_VERSION, name, literal(own))


def _in_group(guards: Guards) -> Json:
    """Alerts live in a resource group, so they take a deployment inside the deployment.

    It is worked out by itself: what it names is in that group, and not in the subscription around it.
    """
    inner = {"$schema": GROUP, "contentVersion": "1.0.0.0", "resources": [_mail(guards), *_alerts(guards)]}
    own = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": inner}
    name = f"guards-{digest([guards.name('alert'), guards.group])[:12]}"
    return {
        **_resource("Microsoft.Resources/deployments", DEPLOYMENTS, name, own),
        "resourceGroup": guards.group,
    }


def _mail(guards: Guards) -> Json:
    receiver = {"name": "delegations", "emailAddress": guards.email, "useCommonAlertSchema": True}
    own = {"groupShortName": SHORT, "enabled": True, "emailReceivers": [receiver]}
    return {**_resource(ACTION_GROUPS, ACTION_VERSION, guards.told, literal(own)), "location": "Global"}


def _alerts(guards: Guards) -> Iterator[Json]:
    """Without a condition on how it went: an event under an unforeseen state is told, too."""
    told = f"[resourceId('{ACTION_GROUPS}', '{guards.told}')]"
    for what, verb in WATCHED.items():
        operation = f"Microsoft.ManagedServices/registrationAssignments/{verb}"
        events = {"category": "Administrative", "operationName": operation}
        own = {
            "description": f"An Azure delegation was {what} ({guards.brand}).",
            "enabled": True,
            "scopes": ["[subscription().id]"],
            "condition": {"allOf": [{"field": name, "equals": value} for name, value in events.items()]},
            "actions": {"actionGroups": [{"actionGroupId": told}]},
        }
        rest = {"location": "Global", "dependsOn": [told]}
        yield {**_resource(ALERTS, ALERT_VERSION, guards.alert(what), own), **rest}


def _resource(type: str, version: str, name: str, properties: Json) -> Json:
    return {"type": type, "apiVersion": version, "name": name, "properties": properties}
