"""Who may ask for a package in My Access (facts 16.13, 16.21). Who may decide: approvals.py.

The rules are those of the real place: only published and externally visible catalogs, only people of the
organisation the policy names.
"""

from __future__ import annotations

from sandbox.cloud import Cloud
from sandbox.graph import approvals, requests, shapes
from sandbox.graph.approvals import No
from sandbox.store import Object


def request_package(
    cloud: Cloud, tid: str, package_id: str, home: str, person_id: str, words: str = ""
) -> Object:
    """`person_id` of the tenant `home` asks for a package of `tid`. Gives the request."""
    policy, target = may_request(cloud, tid, package_id, home, person_id)
    made = requests.open_request(cloud, tid, "userAdd", policy, target, words)
    go_on = approvals.begin if approvals.stages(policy) else requests.grant
    return go_on(cloud, tid, made["id"])


def may_request(cloud: Cloud, tid: str, package_id: str, home: str, person_id: str) -> tuple[Object, Object]:
    """The policy that lets them ask and who they are in `tid`; No says why not."""
    person = approvals.person(cloud, home, person_id)
    policy = _policy_for(cloud, tid, package_id, home)
    target = _subject(cloud, tid, home, person, policy)
    if requests.holds(cloud, tid, package_id, target) or _pending(cloud, tid, package_id, target):
        raise No(409, "You already have, or have asked for, this access package.")
    return policy, target


def _policy_for(cloud: Cloud, tid: str, package_id: str, home: str) -> Object:
    package = cloud.store.get(tid, "accessPackages", package_id)
    if not package or not _open(cloud, tid, package["catalog"]["id"], inside=home == tid):
        raise No(404, "There is no such access package for you.")
    fitting = (policy for policy in _policies(cloud, tid, package_id) if _lets_in(cloud, tid, policy, home))
    found = next(fitting, None)
    if not found:
        raise No(403, "Your organisation cannot ask for this access package.")
    return found


def _open(cloud: Cloud, tid: str, catalog_id: str, *, inside: bool) -> bool:
    catalog = next((each for each in shapes.catalogs(cloud, tid) if each["id"] == catalog_id), None)
    published = bool(catalog and catalog["state"] == "published")
    return published and bool(inside or (catalog and catalog["isExternallyVisible"]))


def _policies(cloud: Cloud, tid: str, package_id: str) -> list[Object]:
    return [p for p in cloud.store.all(tid, "assignmentPolicies") if p["accessPackage"]["id"] == package_id]


def _lets_in(cloud: Cloud, tid: str, policy: Object, home: str) -> bool:
    if not (policy.get("requestorSettings") or {}).get("enableTargetsToSelfAddAccess"):
        return False
    scope = policy["allowedTargetScope"]
    if home == tid:
        return scope in ("allMemberUsers", "allDirectoryUsers")
    organization = _organization(cloud, tid, home)
    if scope == "allConfiguredConnectedOrganizationUsers":
        return bool(organization and organization["state"] == "configured")
    named = [target.get("connectedOrganizationId") for target in policy.get("specificAllowedTargets") or []]
    return scope == "specificConnectedOrganizationUsers" and bool(
        organization and organization["id"] in named
    )


def _organization(cloud: Cloud, tid: str, home: str) -> Object | None:
    for each in cloud.store.all(tid, "connectedOrganizations"):
        if any(source.get("tenantId") == home for source in each["identitySources"]):
            return each
    return None


def _subject(cloud: Cloud, tid: str, home: str, person: Object, policy: Object) -> Object:
    """As the customer's tenant knows them: by their guest, once there is one."""
    guests = (user for user in cloud.store.all(tid, "users") if user.get("mail") == person.get("mail"))
    known = requests.subject(next(guests, person))
    organization = _organization(cloud, tid, home)
    return {**known, "connectedOrganization": {"id": organization["id"] if organization else ""}}


def _pending(cloud: Cloud, tid: str, package_id: str, target: Object) -> bool:
    under_way = (r for r in cloud.store.all(tid, "assignmentRequests") if r["state"] == "pendingApproval")
    return any(
        r["accessPackage"]["id"] == package_id and requests.same(r["requestor"], target) for r in under_way
    )
