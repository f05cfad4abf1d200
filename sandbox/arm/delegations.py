"""What Azure Lighthouse lets a managing tenant see and do: an assignment, its definition, and some patience.

A new delegation is known to its customer at once and to the managing tenant only after `delegated_after`
seconds of the cloud's clock (facts 0.5: up to fifteen minutes). Eligible authorizations give nothing until
they are activated, which the sandbox does not know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sandbox.arm import roles
from sandbox.arm.calls import beneath, same
from sandbox.cloud import Cloud
from sandbox.store import Object

DEFINITIONS = "registrationDefinitions"
ASSIGNMENTS = "registrationAssignments"
CUT = "cut"
"""Kept with an assignment and never shown: (principal, role) pairs it no longer gives (facts A3)."""


def assigned(cloud: Cloud, tid: str) -> Iterator[tuple[Object, Object]]:
    """(assignment, its definition) of all delegations in a tenant that are in force."""
    definitions = {each["id"].casefold(): each for each in cloud.store.all(tid, DEFINITIONS)}
    for each in cloud.store.all(tid, ASSIGNMENTS):
        definition = definitions.get(each["properties"]["registrationDefinitionId"].casefold())
        if definition and each["properties"]["provisioningState"] != "Creating":
            yield each, definition


def scope_of(assignment: Object) -> str:
    return str(assignment["id"]).partition("/providers/Microsoft.ManagedServices/")[0]


def projected(cloud: Cloud, managing: str, tid: str) -> Iterator[tuple[Object, Object]]:
    """Those that the managing tenant has learnt of."""
    for assignment, definition in assigned(cloud, tid):
        if same(definition["properties"]["managedByTenantId"], managing) and is_known(cloud, assignment):
            yield assignment, definition


def is_known(cloud: Cloud, assignment: Object) -> bool:
    since = dt.datetime.fromisoformat(assignment["systemData"]["createdAt"])
    return cloud.clock.now() >= since + dt.timedelta(seconds=cloud.habits.delegated_after)


def is_delegated(cloud: Cloud, tid: str, subscription: str, managing: str) -> bool:
    return any(beneath(scope_of(each), subscription) for each, _ in projected(cloud, managing, tid))


def held(cloud: Cloud, managing: str, ids: set[str], tid: str) -> Iterator[tuple[str, roles.Role]]:
    for assignment, definition in projected(cloud, managing, tid):
        for principal, id in pairs(definition):
            role = roles.BY_ID.get(id)
            if role and principal in ids and [principal, id] not in assignment.get(CUT, []):
                yield scope_of(assignment), role


def pairs(definition: Object) -> list[tuple[str, str]]:
    given = definition["properties"]["authorizations"]
    return [(each["principalId"].lower(), each["roleDefinitionId"].lower()) for each in given]


def cut_shared(cloud: Cloud, tid: str, gone: Object) -> None:
    """Who held the same role by two delegations may lose both with one, until the other is made again."""
    held = {each["id"]: (each, set(pairs(definition))) for each, definition in assigned(cloud, tid)}
    _, lost = held.pop(gone["id"], (gone, set()))
    for each, own in held.values():
        if shared := own & lost:
            whole = {**each, CUT: [list(pair) for pair in sorted(shared)]}
            cloud.store.put(tid, ASSIGNMENTS, whole)


def managing_tenants(cloud: Cloud, tid: str, subscription: str) -> list[str]:
    found = [
        definition["properties"]["managedByTenantId"]
        for assignment, definition in assigned(cloud, tid)
        if beneath(scope_of(assignment), subscription)
    ]
    return list(dict.fromkeys(found))
