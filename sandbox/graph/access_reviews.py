"""What Graph tells of access reviews: definitions, their instances and what was decided (facts 11).

Only those that policies of access packages ask for; they are answered in My Access.
"""

from __future__ import annotations

import uuid

from msgraph.generated.models.access_review_instance import AccessReviewInstance
from msgraph.generated.models.access_review_instance_decision_item import AccessReviewInstanceDecisionItem
from msgraph.generated.models.access_review_schedule_definition import AccessReviewScheduleDefinition

from sandbox.graph.calls import Call, Endpoint, Reply, unknown
from sandbox.graph.odata import Kind, listing, one
from sandbox.graph.permissions import ELM, REVIEWS
from sandbox.graph.reviews import DECISIONS, INSTANCES
from sandbox.store import Object

PATH = f"{REVIEWS}/definitions"
ONE = f"{PATH}/{{id}}/instances/{{instance}}"
QUERY = "scope/microsoft.graph.accessReviewQueryScope/query"
DEFINITION = Kind(
    "definitions", AccessReviewScheduleDefinition, frozenset({f"contains {QUERY}", "eq displayName"})
)
INSTANCE = Kind("instances", AccessReviewInstance, frozenset({"eq status"}))
DECISION = Kind("decisions", AccessReviewInstanceDecisionItem, frozenset({"eq decision"}))


def _definitions(call: Call) -> list[Object]:
    asked = (each for each in call.all("assignmentPolicies") if (each.get("reviewSettings") or {}))
    return [_definition(call, each) for each in asked if each["reviewSettings"].get("isEnabled")]


def _definition(call: Call, policy: Object) -> Object:
    package = call.store.get(call.tid, "accessPackages", policy["accessPackage"]["id"]) or {"displayName": ""}
    states = [each["status"] for each in call.all(INSTANCES) if each["policy"] == policy["id"]]
    start = (policy["reviewSettings"].get("schedule") or {}).get("startDateTime")
    which = f"accessPackageId eq '{policy['accessPackage']['id']}' and assignmentPolicyId eq '{policy['id']}'"
    return {
        "id": str(uuid.uuid5(uuid.UUID(policy["id"]), "reviews")),
        "policy": policy["id"],
        "displayName": f"{package['displayName']} - {policy['displayName']}",
        "status": states[-1] if states else "NotStarted",
        "createdDateTime": policy["createdDateTime"],
        "scope": {
            "@odata.type": "#microsoft.graph.accessReviewQueryScope",
            "query": f"{ELM}/accessPackageAssignments?$filter=({which})",
            "queryType": "MicrosoftGraph",
        },
        "settings": {"recurrence": {"range": {"startDate": start[:10]}}} if start else {},
    }


def _find(call: Call) -> Object:
    found = next((each for each in _definitions(call) if each["id"] == call.given["id"]), None)
    if not found:
        raise unknown()
    return found


def _of_it(call: Call) -> list[Object]:
    policy = _find(call)["policy"]
    return [each for each in call.all(INSTANCES) if each["policy"] == policy]


def _instance(call: Call) -> Object:
    found = next((each for each in _of_it(call) if each["id"] == call.given["instance"]), None)
    if not found:
        raise unknown()
    return found


def _decisions(call: Call) -> Reply:
    review = _instance(call)["id"]
    made = [each for each in call.all(DECISIONS) if each["accessReviewId"] == review]
    return listing(call, DECISION, made)


ENDPOINTS = [
    Endpoint("GET", PATH, lambda call: listing(call, DEFINITION, _definitions(call))),
    Endpoint("GET", f"{PATH}/{{id}}", lambda call: one(call, DEFINITION, _find(call))),
    Endpoint("GET", f"{PATH}/{{id}}/instances", lambda call: listing(call, INSTANCE, _of_it(call))),
    Endpoint("GET", ONE, lambda call: one(call, INSTANCE, _instance(call))),
    Endpoint("GET", f"{ONE}/decisions", _decisions),
]
