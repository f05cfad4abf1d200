"""An administrator gives a package to somebody, or takes it back (facts 3.7)."""

from __future__ import annotations

from typing import Any

from msgraph.generated.models.access_package_assignment_request import AccessPackageAssignmentRequest

from sandbox.graph import requests, work
from sandbox.graph.access_packages import find as find_package
from sandbox.graph.assignment_policies import find as find_policy
from sandbox.graph.calls import Call, Endpoint, Reply, bad, in_use, invalid, stamp, unknown
from sandbox.graph.deliveries import ACTIVE, change
from sandbox.graph.odata import created
from sandbox.graph.permissions import denied
from sandbox.graph.shapes import REQUESTS
from sandbox.graph.shelf import Shelf
from sandbox.graph.strict import body
from sandbox.store import Object

SHELF = Shelf(REQUESTS)
PATH, find = SHELF.path, SHELF.find
CANCELLABLE = ("scheduled", "pendingApproval")


def _create(call: Call) -> Reply:
    readonly = "id state status createdDateTime completedDateTime"
    wanted = body(call, AccessPackageAssignmentRequest, required="requestType assignment", readonly=readonly)
    do = {"adminAdd": _add, "adminRemove": _remove}.get(wanted["requestType"])
    if not do:
        raise invalid(f"The request type '{wanted['requestType']}' is not supported for applications.")
    made = do(call, wanted["assignment"], wanted.get("justification") or "")
    return created(call, REQUESTS, {**made, "state": "submitted", "status": "Accepted"})


def _add(call: Call, wanted: Object, words: str) -> Object:
    policy = find_policy(call, _text(wanted, "assignmentPolicyId"))
    package = find_package(call, _text(wanted, "accessPackageId"))
    if policy["accessPackage"]["id"] != package["id"]:
        raise invalid("The policy does not belong to the access package.")
    target = _target(call, wanted)
    if requests.holds(call.cloud, call.tid, package["id"], target):
        raise bad("The target already has an assignment of this access package.", "ExistingGrant")
    made = requests.open_request(call.cloud, call.tid, "adminAdd", policy, target, words)
    requests.grant(call.cloud, call.tid, made["id"])
    return made


def _target(call: Call, wanted: Object) -> Object:
    mail = (wanted.get("target") or {}).get("email")
    if mail and "targetId" not in wanted:
        return {"id": mail, "objectId": "", "email": mail, "displayName": mail, "subjectType": "user"}
    user = call.store.get(call.tid, "users", _text(wanted, "targetId"))
    if not user:
        raise unknown()
    return requests.subject(user)


def _text(wanted: Object, name: str) -> str:
    value: Any = wanted.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(f"assignment.{name} is required.")
    return value


def _remove(call: Call, wanted: Object, words: str) -> Object:
    assignment = call.store.get(call.tid, "assignments", _text(wanted, "id"))
    if not assignment:
        raise unknown()
    if assignment["state"] not in ACTIVE:
        raise invalid("The assignment is over already.")
    policy = {"id": assignment["assignmentPolicy"]["id"], "accessPackage": assignment["accessPackage"]}
    made = requests.open_request(call.cloud, call.tid, "adminRemove", policy, assignment["target"], words)
    made = change(call.cloud, call.tid, "assignmentRequests", made["id"], assignment={"id": assignment["id"]})
    work.start(call.cloud, call.tid, "withdraw", made["id"])
    return made


def _delete(call: Call) -> Reply:
    found = find(call, call.given["id"])
    if found["state"] in ("submitted", "pendingApproval", "delivering"):
        raise in_use("Only a completed request can be deleted.")
    call.store.remove(call.tid, "assignmentRequests", found["id"])
    return Reply(204)


def _cancel(call: Call) -> Reply:
    """Only for people: no application may (learn.microsoft.com, accesspackageassignmentrequest-cancel)."""
    if call.who.is_app:
        raise denied(PATH)
    found = find(call, call.given["id"])
    if found["state"] not in CANCELLABLE:
        raise in_use("The request is not in a state in which it can be canceled.")
    over = {"state": "canceled", "status": "Canceled", "completedDateTime": stamp(call.cloud.clock.now())}
    change(call.cloud, call.tid, "assignmentRequests", found["id"], **over)
    return Reply(200)


ENDPOINTS = [
    *SHELF.reads,
    Endpoint("POST", PATH, _create),
    Endpoint("POST", f"{PATH}/{{id}}/cancel", _cancel),
    Endpoint("DELETE", f"{PATH}/{{id}}", _delete),
]
