"""Which permission lets a call through: any one of those named, as the token carries it.

Only what the token holds counts: a fresh consent helps once a new token is fetched (facts 16.15).
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.cloud import Cloud
from sandbox.errors import GraphError
from sandbox.graph import people
from sandbox.graph.calls import Call

DIRECTORY = "Directory.Read.All Directory.ReadWrite.All"
USERS_READ = f"User.ReadBasic.All User.Read.All User.ReadWrite.All {DIRECTORY}"
GROUPS_WRITE = "Group.ReadWrite.All Directory.ReadWrite.All"
GROUPS_READ = f"Group.Read.All GroupMember.Read.All GroupMember.ReadWrite.All {GROUPS_WRITE} {DIRECTORY}"
ELM = "/identityGovernance/entitlementManagement"
REVIEWS = "/identityGovernance/accessReviews"
GOVERNED = (ELM, REVIEWS)

RULES: list[tuple[str, str, str]] = [
    ("GET", "/organization", f"Organization.Read.All Organization.ReadWrite.All User.Read.All {DIRECTORY}"),
    ("GET", "/domains", f"Domain.Read.All Domain.ReadWrite.All {DIRECTORY}"),
    ("GET", "/subscribedSkus", f"LicenseAssignment.Read.All Organization.Read.All {DIRECTORY}"),
    ("GET", "/users", USERS_READ),
    ("DELETE", "/users", "User.ReadWrite.All Directory.ReadWrite.All"),
    ("GET", "/directory/deletedItems", f"User.Read.All User.ReadWrite.All {DIRECTORY}"),
    ("DELETE", "/directory/deletedItems", "User.DeleteRestore.All"),
    ("GET", "/servicePrincipals", f"Application.Read.All Application.ReadWrite.All {DIRECTORY}"),
    ("DELETE", "/servicePrincipals", "Application.ReadWrite.All"),
    ("GET", "/policies/crossTenantAccessPolicy", "Policy.Read.All Policy.ReadWrite.CrossTenantAccess"),
    ("*", "/policies/crossTenantAccessPolicy", "Policy.ReadWrite.CrossTenantAccess"),
    ("GET", "/policies", "Policy.Read.All"),
    ("GET", "/identity/conditionalAccess", "Policy.Read.All Policy.ReadWrite.ConditionalAccess"),
    ("GET", "/tenantRelationships", "CrossTenantInformation.ReadBasic.All"),
    ("POST", "/groups/{id}/members", f"GroupMember.ReadWrite.All {GROUPS_WRITE}"),
    ("DELETE", "/groups/{id}/members", f"GroupMember.ReadWrite.All {GROUPS_WRITE}"),
    ("POST", "/groups/{id}/owners", GROUPS_WRITE),
    ("POST", "/groups", f"Group.Create {GROUPS_WRITE}"),
    ("PATCH", "/groups(uniqueName='{unique}')", f"Group.Create {GROUPS_WRITE}"),
    ("GET", "/groups", GROUPS_READ),
    ("*", "/groups", GROUPS_WRITE),
    ("GET", ELM, "EntitlementManagement.Read.All EntitlementManagement.ReadWrite.All"),
    ("GET", REVIEWS, "AccessReview.Read.All AccessReview.ReadWrite.All"),
    ("*", ELM, "EntitlementManagement.ReadWrite.All"),
]


def check(call: Call, path: str) -> None:
    """`path` is the endpoint's, with its gaps; the first rule that fits decides."""
    for method, start, names in RULES:
        if method in (call.method, "*") and path.startswith(start):
            used = held(call, path) & frozenset(names.split())
            if not used:
                raise denied(path)
            _note(call, used)
            return


def held(call: Call, path: str) -> frozenset[str]:
    return call.who.roles if call.who.is_app else people.held(call, path)


def need(call: Call, name: str, path: str = "") -> None:
    """One more permission, which only this sort of object asks for."""
    if name not in held(call, path):
        raise denied(path)
    _note(call, frozenset({name}))


def _note(call: Call, used: frozenset[str]) -> None:
    if call.who.is_app:
        call.cloud.let_through.setdefault((call.who.tid, call.who.app_id), set()).add(used)


def idle(cloud: Cloud, tid: str, app_id: str, granted: Iterable[str]) -> set[str]:
    """Of what an app was granted, what no call of its took alone: it would have done without it."""
    taken = cloud.let_through.get((tid, app_id), set())
    return {name for name in granted if frozenset({name}) not in taken}


def denied(path: str) -> GraphError:
    if path.startswith(GOVERNED):
        return GraphError(403, "AccessDenied", "The caller does not have permission to perform the action.")
    words = "Insufficient privileges to complete the operation."
    return GraphError(403, "Authorization_RequestDenied", words)
