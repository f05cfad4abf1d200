"""Who may ask for a package in My Access and who may decide (facts 16.13, 16.21, 16.22).

The rules are those of the real place: only published and externally visible catalogs, only people of the
organisation the policy names, never one's own request, and one decision a request.
"""

from __future__ import annotations

from sandbox.cloud import Cloud
from sandbox.graph import requests, shapes
from sandbox.graph.calls import stamp
from sandbox.graph.deliveries import change
from sandbox.store import Object


class No(Exception):
    """What My Access answers instead, with the status it would have."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def request_package(
    cloud: Cloud, tid: str, package_id: str, home: str, person_id: str, words: str = ""
) -> Object:
    """`person_id` of the tenant `home` asks for a package of `tid`. Gives the request."""
    person = _person(cloud, home, person_id)
    policy = _policy_for(cloud, tid, package_id, home)
    target = _subject(cloud, tid, home, person, policy)
    if requests.holds(cloud, tid, package_id, target) or _pending(cloud, tid, package_id, target):
        raise No(409, "You already have, or have asked for, this access package.")
    made = requests.open_request(cloud, tid, "userAdd", policy, target, words)
    if not _stages(policy):
        return requests.grant(cloud, tid, made["id"])
    waiting = {"state": "pendingApproval", "status": "PendingApproval"}
    return change(cloud, tid, "assignmentRequests", made["id"], **waiting)


def decide(cloud: Cloud, tid: str, request_id: str, approver_id: str, *, approve: bool) -> Object:
    """An approver of the request's policy decides. Gives the request as it then is."""
    with cloud.store.lock:
        request = cloud.store.get(tid, "assignmentRequests", request_id)
        if not request:
            raise No(404, "There is no such request.")
        _check_approver(cloud, tid, request, _person(cloud, tid, approver_id))
        if request["state"] != "pendingApproval":
            raise No(409, "Another approver has already decided.")
        if approve:
            return requests.grant(cloud, tid, request_id)
        over = {"state": "denied", "status": "Denied", "completedDateTime": stamp(cloud.clock.now())}
        return change(cloud, tid, "assignmentRequests", request_id, **over)


def _person(cloud: Cloud, tid: str, id: str) -> Object:
    found = cloud.store.get(tid, "users", id)
    if not found or found.get("accountEnabled") is False:
        raise No(403, "You cannot sign in here.")
    return found


def _policy_for(cloud: Cloud, tid: str, package_id: str, home: str) -> Object:
    package = cloud.store.get(tid, "accessPackages", package_id)
    if not package or not _open(cloud, tid, package["catalog"]["id"]):
        raise No(404, "There is no such access package for you.")
    fitting = (policy for policy in _policies(cloud, tid, package_id) if _lets_in(cloud, tid, policy, home))
    found = next(fitting, None)
    if not found:
        raise No(403, "Your organisation cannot ask for this access package.")
    return found


def _open(cloud: Cloud, tid: str, catalog_id: str) -> bool:
    catalog = next((each for each in shapes.catalogs(cloud, tid) if each["id"] == catalog_id), None)
    return bool(catalog and catalog["state"] == "published" and catalog["isExternallyVisible"])


def _policies(cloud: Cloud, tid: str, package_id: str) -> list[Object]:
    return [p for p in cloud.store.all(tid, "assignmentPolicies") if p["accessPackage"]["id"] == package_id]


def _lets_in(cloud: Cloud, tid: str, policy: Object, home: str) -> bool:
    if not (policy.get("requestorSettings") or {}).get("enableTargetsToSelfAddAccess"):
        return False
    organization = _organization(cloud, tid, home)
    scope = policy["allowedTargetScope"]
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


def _stages(policy: Object) -> list[Object]:
    settings = policy.get("requestApprovalSettings") or {}
    return (settings.get("stages") or []) if settings.get("isApprovalRequiredForAdd") else []


def _check_approver(cloud: Cloud, tid: str, request: Object, person: Object) -> None:
    policy = cloud.store.get(tid, "assignmentPolicies", request["policy"]) or {}
    named = [approver for stage in _stages(policy) for approver in stage.get("primaryApprovers") or []]
    ids = {approver.get("userId") for approver in named}
    for approver in named:
        group = cloud.store.get(tid, "groups", approver.get("groupId") or "") or {}
        ids.update(group.get("members", []))
    if person["id"] not in ids or requests.same(requests.subject(person), request["requestor"]):
        raise No(403, "You are not an approver of this request.")
