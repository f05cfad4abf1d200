"""Access reviews as a policy asks for them: they begin and end by the clock (facts 3.6, 11, 16.34).

At its start a review asks about everybody who has the package through the policy. Its reviewers answer in
My Access until its end; then what they denied ends, and for what nobody answered the policy's
`expirationBehavior` speaks.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from sandbox.cloud import Cloud
from sandbox.graph import deliveries
from sandbox.graph.approvals import No, named, person
from sandbox.graph.calls import stamp
from sandbox.graph.review_dates import terms
from sandbox.store import Object

INSTANCES = "reviewInstances"
DECISIONS = "reviewDecisions"
UNDER_WAY = "InProgress"
SILENCE = {"removeAccess": "Deny"}
"""Whatever else a policy says keeps the access: the sandbox knows of nobody whether they use theirs."""


def tick(cloud: Cloud, tid: str) -> None:
    """Before what has run out ends: it may have been reviewed while it stood."""
    now = cloud.clock.now()
    for policy in cloud.store.all(tid, "assignmentPolicies"):
        for number, begins, ends in terms(policy.get("reviewSettings") or {}, now):
            if stamp(ends) > policy.get("createdDateTime", ""):
                _turn(cloud, tid, policy, number, begins, ends)
    for review in cloud.store.all(tid, INSTANCES):
        _end_in_time(cloud, tid, review)


def waiting_for(cloud: Cloud, tid: str, reviewer_id: str) -> list[Object]:
    """What this person is asked about, and may still answer otherwise."""
    under_way = {each["id"]: each for each in cloud.store.all(tid, INSTANCES) if each["status"] == UNDER_WAY}
    asked = (each for each in cloud.store.all(tid, DECISIONS) if each["accessReviewId"] in under_way)
    return [each for each in asked if _may(cloud, tid, under_way[each["accessReviewId"]], each, reviewer_id)]


def decide(
    cloud: Cloud, tid: str, decision_id: str, reviewer_id: str, *, approve: bool, words: str = ""
) -> Object:
    with cloud.store.lock:
        found = cloud.store.get(tid, DECISIONS, decision_id)
        review = cloud.store.get(tid, INSTANCES, found["accessReviewId"]) if found else None
        if not found or not review:
            raise No(404, "There is no such review.")
        if not _may(cloud, tid, review, found, reviewer_id):
            raise No(403, "You are not a reviewer of this access.")
        if review["status"] != UNDER_WAY:
            raise No(409, "The review is over.")
        if review["settings"].get("isReviewerJustificationRequired") and not words.strip():
            raise No(400, "The policy wants a reason.")
        by = {"id": reviewer_id, "displayName": person(cloud, tid, reviewer_id)["displayName"]}
        said = {"decision": "Approve" if approve else "Deny", "justification": words, "reviewedBy": by}
        return cloud.store.put(
            tid, DECISIONS, {**found, **said, "reviewedDateTime": stamp(cloud.clock.now())}
        )


def _turn(
    cloud: Cloud, tid: str, policy: Object, number: int, begins: dt.datetime, ends: dt.datetime
) -> None:
    id = str(uuid.uuid5(uuid.UUID(policy["id"]), f"review {number}"))
    if not cloud.store.get(tid, INSTANCES, id):
        _begin(cloud, tid, policy, id, begins, ends)
    _end_in_time(cloud, tid, cloud.store.get(tid, INSTANCES, id) or {})


def _begin(cloud: Cloud, tid: str, policy: Object, id: str, begins: dt.datetime, ends: dt.datetime) -> None:
    times = {"startDateTime": stamp(begins), "endDateTime": stamp(ends)}
    whole = {"id": id, "status": UNDER_WAY, "policy": policy["id"], "settings": policy["reviewSettings"]}
    cloud.store.put(tid, INSTANCES, {**whole, **times})
    for assignment in _standing(cloud.store.all(tid, "assignments"), policy["id"], stamp(begins)):
        cloud.store.put(tid, DECISIONS, _question(cloud, tid, id, assignment))


def _standing(assignments: Iterable[Object], policy_id: str, at: str) -> list[Object]:
    return [
        each
        for each in assignments
        if each["assignmentPolicy"]["id"] == policy_id
        and each["state"] == "delivered"
        and each["schedule"]["startDateTime"] <= at < _end_of(each)
    ]


def _end_of(assignment: Object) -> str:
    return str(assignment["schedule"].get("expiration", {}).get("endDateTime") or "9999")


def _question(cloud: Cloud, tid: str, review_id: str, assignment: Object) -> Object:
    target, package = assignment["target"], assignment["accessPackage"]["id"]
    found = cloud.store.get(tid, "accessPackages", package) or {"displayName": ""}
    type = "#microsoft.graph.accessReviewInstanceDecisionItemAccessPackageAssignmentPolicyResource"
    shown = {"id": assignment["assignmentPolicy"]["id"], "displayName": found["displayName"]}
    names = {"accessPackageId": package, "accessPackageDisplayName": found["displayName"]}
    who = {"id": target["objectId"], "displayName": target["displayName"]}
    return {
        "id": str(uuid.uuid4()),
        "accessReviewId": review_id,
        "assignment": assignment["id"],
        "decision": "NotReviewed",
        "recommendation": "NoInfoAvailable",
        "applyResult": "New",
        "justification": "",
        "principal": {"@odata.type": "#microsoft.graph.userIdentity", **who},
        "resource": {"@odata.type": type, **shown, **names},
    }


def _end_in_time(cloud: Cloud, tid: str, review: Object) -> None:
    if review["status"] != UNDER_WAY or review["endDateTime"] > stamp(cloud.clock.now()):
        return
    for asked in cloud.store.all(tid, DECISIONS):
        if asked["accessReviewId"] == review["id"]:
            _apply(cloud, tid, review, asked)
    cloud.store.put(tid, INSTANCES, {**review, "status": "Applied"})


def _apply(cloud: Cloud, tid: str, review: Object, asked: Object) -> None:
    word = asked["decision"]
    if word == "NotReviewed":
        word = SILENCE.get(review["settings"].get("expirationBehavior") or "", "Approve")
    assignment = cloud.store.get(tid, "assignments", asked["assignment"])
    if word == "Deny" and assignment and assignment["state"] == "delivered":
        deliveries.end(cloud, tid, assignment)
    over = {"applyResult": "AppliedSuccessfully", "appliedDateTime": stamp(cloud.clock.now())}
    cloud.store.put(tid, DECISIONS, {**asked, **over})


def _may(cloud: Cloud, tid: str, review: Object, asked: Object, who: str) -> bool:
    settings = review["settings"]
    if settings.get("isSelfReview"):
        return bool(who) and who == asked["principal"]["id"]
    first = named(cloud, tid, settings.get("primaryReviewers") or [])
    return who in (first or named(cloud, tid, settings.get("fallbackReviewers") or []))
