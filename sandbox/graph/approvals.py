"""Who decides on a request: stage by stage, in time, and never on one's own (facts 3.6, 3.8, 16.22).

A stage is decided by one of its approvers; after `durationBeforeEscalation` the next ones may, too;
after `durationBeforeAutomaticDenial` it is denied. The last stage's approval grants the request.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sandbox.cloud import Cloud
from sandbox.graph import requests
from sandbox.graph.calls import stamp
from sandbox.graph.deliveries import change, duration
from sandbox.store import Object


class No(Exception):
    """What My Access answers instead, with the status it would have."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def stages(policy: Object) -> list[Object]:
    settings = policy.get("requestApprovalSettings") or {}
    return (settings.get("stages") or []) if settings.get("isApprovalRequiredForAdd") else []


def begin(cloud: Cloud, tid: str, request_id: str, number: int = 0) -> Object:
    """Ask the approvers of this stage."""
    waiting = {"state": "pendingApproval", "status": "PendingApproval"}
    since = stamp(cloud.clock.now())
    return change(cloud, tid, "assignmentRequests", request_id, **waiting, stage=number, stageSince=since)


def decide(
    cloud: Cloud, tid: str, request_id: str, approver_id: str, *, approve: bool, words: str = ""
) -> Object:
    """An approver of the stage it is at decides. Gives the request as it then is."""
    with cloud.store.lock:
        request = cloud.store.get(tid, "assignmentRequests", request_id)
        if not request:
            raise No(404, "There is no such request.")
        _check_approver(cloud, tid, request, person(cloud, tid, approver_id))
        _keep(cloud, tid, request_id, approver_id, "approved" if approve else "denied", words)
        return _go_on(cloud, tid, request) if approve else deny(cloud, tid, request_id)


def may_decide(cloud: Cloud, tid: str, request: Object, approver_id: str) -> bool:
    try:
        _check_approver(cloud, tid, request, person(cloud, tid, approver_id))
    except No:
        return False
    return True


def deny(cloud: Cloud, tid: str, request_id: str) -> Object:
    over = {"state": "denied", "status": "Denied", "completedDateTime": stamp(cloud.clock.now())}
    return change(cloud, tid, "assignmentRequests", request_id, **over)


def deny_unanswered(cloud: Cloud, tid: str) -> None:
    for request in cloud.store.all(tid, "assignmentRequests"):
        if request["state"] == "pendingApproval":
            number = request.get("stage", 0)
            now = _all_stages(cloud, tid, request)[number : number + 1]
            if any(_waited(cloud, request, stage.get("durationBeforeAutomaticDenial")) for stage in now):
                deny(cloud, tid, request["id"])


def person(cloud: Cloud, tid: str, id: str) -> Object:
    found = cloud.store.get(tid, "users", id)
    if not found or found.get("accountEnabled") is False:
        raise No(403, "You cannot sign in here.")
    return found


def _go_on(cloud: Cloud, tid: str, request: Object) -> Object:
    following = request.get("stage", 0) + 1
    if following < len(_all_stages(cloud, tid, request)):
        return begin(cloud, tid, request["id"], following)
    return requests.grant(cloud, tid, request["id"])


def _keep(cloud: Cloud, tid: str, request_id: str, approver_id: str, verdict: str, words: str) -> None:
    by = person(cloud, tid, approver_id)["displayName"]
    made = {"id": str(uuid.uuid4()), "request": request_id, "by": by, "verdict": verdict, "words": words}
    cloud.store.put(tid, "decisions", made)


def _all_stages(cloud: Cloud, tid: str, request: Object) -> list[Object]:
    return stages(cloud.store.get(tid, "assignmentPolicies", request["policy"]) or {})


def _check_approver(cloud: Cloud, tid: str, request: Object, who: Object) -> None:
    """Not an approver: 403; an approver whose stage is decided already: 409."""
    everyone, number = _all_stages(cloud, tid, request), request.get("stage", 0)
    if requests.same(requests.subject(who), request["requestor"]):
        raise No(403, "You are not an approver of this request.")
    if request["state"] == "pendingApproval":
        if any(who["id"] in _deciders(cloud, tid, request, now) for now in everyone[number : number + 1]):
            return
        everyone = everyone[:number]
    if any(who["id"] in _deciders(cloud, tid, request, stage) for stage in everyone):
        raise No(409, "Another approver has already decided.")
    raise No(403, "You are not an approver of this request.")


def _deciders(cloud: Cloud, tid: str, request: Object, stage: Object) -> set[str]:
    sets = list(stage.get("primaryApprovers") or [])
    if stage.get("isEscalationEnabled") and _waited(cloud, request, stage.get("durationBeforeEscalation")):
        sets += stage.get("escalationApprovers") or []
    return named(cloud, tid, sets)


def named(cloud: Cloud, tid: str, sets: list[Object]) -> set[str]:
    """The people that a policy names, singly or by a group."""
    groups = (cloud.store.get(tid, "groups", each.get("groupId") or "") or {} for each in sets)
    members = {id for group in groups for id in group.get("members", [])}
    return members | {each["userId"] for each in sets if each.get("userId")}


def _waited(cloud: Cloud, request: Object, time: str | None) -> bool:
    since = dt.datetime.fromisoformat(request.get("stageSince") or request["createdDateTime"])
    return bool(time) and cloud.clock.now() >= since + duration(time or "")
