"""What a person may do through an app: what it was granted in their name, and their own roles allow as well.

Roles are a user's `directoryRoles`, by name; `isAdmin` is Global Administrator. A member without any reads
people, groups and apps, as Microsoft's default lets them, and what concerns themselves; entitlement
management and policies ask for a role.
"""

from __future__ import annotations

from sandbox.graph.calls import Call

READS = (
    "/organization",
    "/domains",
    "/subscribedSkus",
    "/users",
    "/servicePrincipals",
    "/groups",
    "/directory",
)
ROLES = (
    ("/identityGovernance", "Identity Governance Administrator"),
    ("/policies", "Security Administrator"),
    ("/servicePrincipals", "Cloud Application Administrator"),
    ("/users", "User Administrator"),
    ("/groups", "Groups Administrator"),
)
"""The least that writes there."""


def held(call: Call, path: str) -> frozenset[str]:
    """The permissions that count for this call."""
    return call.who.scopes if _may(call, path) else frozenset()


def _may(call: Call, path: str) -> bool:
    person = call.store.get(call.tid, "users", call.who.oid or "")
    if not person or person.get("userType") == "Guest":
        return False
    if "/filterByCurrentUser(" in path:
        return True
    roles = set(person.get("directoryRoles", []))
    if person.get("isAdmin") or (
        call.method == "GET" and (path.startswith(READS) or "Global Reader" in roles)
    ):
        return True
    return any(path.startswith(start) and role in roles for start, role in ROLES)
