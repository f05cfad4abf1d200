"""The life of an assignment request, whoever asks: an administrator over Graph or a person in My Access.

submitted → (pendingApproval) → delivering → delivered, or denied.
"""

from __future__ import annotations

import uuid

from sandbox.cloud import Cloud
from sandbox.graph import work
from sandbox.graph.calls import stamp
from sandbox.graph.deliveries import ACTIVE, change, schedule
from sandbox.store import Object


def holds(cloud: Cloud, tid: str, package_id: str, target: Object) -> bool:
    """Has or awaits the package already."""
    assignments = (a for a in cloud.store.all(tid, "assignments") if a["accessPackage"]["id"] == package_id)
    return any(same(each["target"], target) and each["state"] in ACTIVE for each in assignments)


def same(one: Object, other: Object) -> bool:
    mail = (one.get("email") or "").casefold()
    by_mail = mail != "" and mail == (other.get("email") or "").casefold()
    return by_mail or (bool(one.get("objectId")) and one.get("objectId") == other.get("objectId"))


def open_request(
    cloud: Cloud, tid: str, kind: str, policy: Object, target: Object, words: str = ""
) -> Object:
    now = stamp(cloud.clock.now())
    request = {
        "id": str(uuid.uuid4()),
        "requestType": kind,
        "state": "submitted",
        "status": "Accepted",
        "createdDateTime": now,
        "justification": words,
        "requestor": target,
        "accessPackage": policy["accessPackage"],
        "policy": policy["id"],
        "assignment": {"id": ""},
    }
    return cloud.store.put(tid, "assignmentRequests", request)


def grant(cloud: Cloud, tid: str, request_id: str) -> Object:
    """Approved, or in no need of it: the assignment is made and will be delivered."""
    request = change(cloud, tid, "assignmentRequests", request_id)
    policy = cloud.store.get(tid, "assignmentPolicies", request["policy"]) or {"id": request["policy"]}
    assignment = {
        "id": str(uuid.uuid4()),
        "state": "delivering",
        "status": "Delivering",
        "schedule": schedule(cloud, policy),
        "target": request["requestor"],
        "accessPackage": request["accessPackage"],
        "assignmentPolicy": {"id": policy["id"]},
    }
    cloud.store.put(tid, "assignments", assignment)
    under_way = {"state": "delivering", "status": "Delivering", "assignment": {"id": assignment["id"]}}
    change(cloud, tid, "assignmentRequests", request_id, **under_way)
    work.start(cloud, tid, "deliver", request_id)
    return change(cloud, tid, "assignmentRequests", request_id)


def subject(user: Object) -> Object:
    return {
        "id": user["id"],
        "objectId": user["id"],
        "displayName": user.get("displayName", ""),
        "email": user.get("mail") or user.get("userPrincipalName", ""),
        "principalName": user.get("userPrincipalName", ""),
        "subjectType": "user",
        "subjectLifecycle": "governed" if user.get("userType") == "Guest" else "notGoverned",
    }
