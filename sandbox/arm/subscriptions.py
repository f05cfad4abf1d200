"""Subscriptions and tenants, as whoever holds something in them lists them."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.arm import access, delegations
from sandbox.arm.calls import Call, Endpoint, Reply, listing, same
from sandbox.arm.errors import ArmError, no_subscription
from sandbox.cloud import Cloud
from sandbox.store import Object

WRITABLE = ("Enabled", "PastDue")
POLICIES = {
    "locationPlacementId": "Public_2014-09-01",
    "quotaId": "EnterpriseAgreement_2014-09-01",
    "spendingLimit": "Off",
}


def owner(cloud: Cloud, subscription: str) -> str:
    """The tenant a subscription belongs to."""
    for tid, each in everywhere(cloud):
        if same(each["id"], subscription):
            return tid
    raise no_subscription(subscription)


def everywhere(cloud: Cloud) -> Iterator[tuple[str, Object]]:
    for where in cloud.store.tenants():
        yield from ((where["id"], each) for each in cloud.store.all(where["id"], "subscriptions"))


def check_state(call: Call, id: str) -> None:
    """What is not enabled can only be read."""
    state = (call.held("subscriptions", id) or {}).get("state", "Enabled")
    if state not in WRITABLE and call.method not in ("GET", "HEAD"):
        words = (
            f"The subscription '{id}' is disabled and therefore marked as read only. You cannot perform any "
            "write actions on this subscription until it is re-enabled."
        )
        raise ArmError(409, "ReadOnlyDisabledSubscription", words)


def seen(call: Call) -> Iterator[tuple[str, Object]]:
    for tid, each in everywhere(call.cloud):
        if access.sees(call.cloud, call.who, tid, f"/subscriptions/{each['id']}"):
            yield tid, each


def shown(call: Call, tid: str, held: Object) -> Object:
    scope = f"/subscriptions/{held['id']}"
    managing = delegations.managing_tenants(call.cloud, tid, scope)
    names = {"subscriptionId": held["id"], "tenantId": tid, "displayName": held["displayName"]}
    return {
        "id": scope,
        **names,
        "state": held.get("state", "Enabled"),
        "subscriptionPolicies": POLICIES,
        "authorizationSource": "RoleBased",
        "managedByTenants": [{"tenantId": each} for each in managing],
    }


def _list(call: Call) -> Reply:
    """A delegated one carries its own tenant's id, not the caller's (facts 0.5)."""
    found = [shown(call, tid, each) for tid, each in seen(call)]
    reply = listing(call, found)
    return Reply(200, {**reply.body, "count": {"type": "Total", "value": len(found)}})


def _get(call: Call) -> Reply:
    id = call.scope.rpartition("/")[2]
    held = next(each for tid, each in everywhere(call.cloud) if same(each["id"], id))
    return Reply(200, shown(call, call.tid, held))


def _tenants(call: Call) -> Reply:
    """The caller's own, and those whose subscriptions are delegated to it."""
    others = {tid for tid, _ in seen(call)} - {call.who.tid}
    return listing(
        call,
        [
            _tenant(each, "Home" if each["id"] == call.who.tid else "ProjectedBy")
            for each in call.store.tenants()
            if each["id"] == call.who.tid or each["id"] in others
        ],
    )


def _tenant(held: Object, category: str) -> Object:
    domains = [domain["name"] for domain in held.get("domains", [])]
    default = next((each["name"] for each in held.get("domains", []) if each.get("isDefault")), None)
    names = {"displayName": held["displayName"], "domains": domains, "defaultDomain": default}
    return {"id": f"/tenants/{held['id']}", "tenantId": held["id"], "tenantCategory": category, **names}


ENDPOINTS = [
    Endpoint("GET", "/subscriptions", _list),
    Endpoint("GET", "{subscription}", _get, "Microsoft.Resources/subscriptions/read"),
    Endpoint("GET", "/tenants", _tenants),
]
