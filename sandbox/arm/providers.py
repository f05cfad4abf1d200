"""Resource providers of a subscription: most have to be registered before their first use."""

from __future__ import annotations

from sandbox.arm import access, operations
from sandbox.arm.calls import Call, Endpoint, Reply, listing, same, subscription_of, subscription_scope
from sandbox.arm.errors import ArmError
from sandbox.cloud import Cloud
from sandbox.store import Object

COLLECTION = "resourceProviders"
TYPES = {
    "Microsoft.Resources": ["deployments", "resourceGroups"],
    "Microsoft.Authorization": [
        "roleAssignments",
        "roleDefinitions",
        "policyAssignments",
        "policyDefinitions",
    ],
    "Microsoft.ManagedServices": ["registrationDefinitions", "registrationAssignments"],
    "Microsoft.OperationalInsights": ["workspaces"],
    "Microsoft.OperationsManagement": ["solutions"],
    "Microsoft.SecurityInsights": ["onboardingStates", "dataConnectors", "alertRules"],
    "Microsoft.Insights": ["diagnosticSettings", "activityLogAlerts", "actionGroups", "scheduledQueryRules"],
}
ALWAYS = {"Microsoft.Resources", "Microsoft.Authorization"}
REGISTER = "register/action"


def state(cloud: Cloud, tid: str, scope: str, namespace: str) -> str:
    if namespace in ALWAYS:
        return "Registered"
    held = cloud.store.get(tid, COLLECTION, _id(scope, namespace))
    return str(held["registrationState"]) if held else "NotRegistered"


def _id(scope: str, namespace: str) -> str:
    return f"{subscription_scope(scope)}/providers/{namespace}".casefold()


def need(call: Call, namespace: str, scope: str) -> None:
    if state(call.cloud, call.tid, scope, namespace) != "Registered":
        words = (
            f"The subscription is not registered to use namespace '{namespace}'. See "
            "https://aka.ms/rps-not-found for how to register subscriptions."
        )
        raise ArmError(409, "MissingSubscriptionRegistration", words)


def by_deployment(call: Call, namespace: str, scope: str) -> None:
    """A template registers what it needs, if its deployer may."""
    where = subscription_scope(scope)
    if access.allows(call.cloud, call.who, call.tid, f"{namespace}/{REGISTER}", where):
        register(call.cloud, call.tid, where, namespace)


def register(cloud: Cloud, tid: str, scope: str, namespace: str, to: str = "Registered") -> None:
    if namespace not in ALWAYS:
        cloud.store.put(tid, COLLECTION, {"id": _id(scope, namespace), "registrationState": to})


def _shown(call: Call, namespace: str) -> Object:
    kinds = [{"resourceType": each, "locations": [], "apiVersions": []} for each in TYPES[namespace]]
    now = state(call.cloud, call.tid, call.scope, namespace)
    names = {"id": f"{call.scope}/providers/{namespace}", "namespace": namespace, "resourceTypes": kinds}
    return {**names, "registrationState": now, "registrationPolicy": "RegistrationRequired"}


def _named(call: Call) -> str:
    for each in TYPES:
        if same(each, call.name):
            return each
    words = f"The resource namespace '{call.name}' is invalid."
    raise ArmError(404, "InvalidResourceNamespace", words)


def _list(call: Call) -> Reply:
    return listing(call, [_shown(call, each) for each in TYPES])


def _get(call: Call) -> Reply:
    return Reply(200, _shown(call, _named(call)))


def _register(call: Call) -> Reply:
    namespace = _named(call)
    access.check(call, f"{namespace}/{REGISTER}", call.scope)
    if state(call.cloud, call.tid, call.scope, namespace) != "Registered":
        register(call.cloud, call.tid, call.scope, namespace, "Registering")
        operations.new(
            call, "register", f"/subscriptions/{subscription_of(call.scope)}/providers/{namespace}"
        )
    return Reply(200, _shown(call, namespace))


READ = "Microsoft.Resources/subscriptions/providers/read"
ENDPOINTS = [
    Endpoint("GET", "{subscription}/providers", _list, READ),
    Endpoint("GET", "{subscription}/providers/{name}", _get, READ),
    Endpoint("POST", "{subscription}/providers/{name}/register", _register),
]
