"""Assignment policies: who may ask, who decides, for how long. PUT replaces everything (facts 3.6, 16.20)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgraph.generated.models.access_package_assignment_policy import AccessPackageAssignmentPolicy

from sandbox.graph import deleted_users
from sandbox.graph.access_packages import find as find_package
from sandbox.graph.calls import Call, Endpoint, Reply, in_use, invalid, new, stamp
from sandbox.graph.odata import created, one
from sandbox.graph.policy_links import links
from sandbox.graph.shapes import POLICIES
from sandbox.graph.shelf import Shelf
from sandbox.graph.strict import body
from sandbox.store import Object

SHELF = Shelf(POLICIES)
PATH, find = SHELF.path, SHELF.find
NAMED = {"groupId": "groups", "userId": "users", "connectedOrganizationId": "connectedOrganizations"}


def _wanted(call: Call) -> Object:
    readonly = "createdDateTime modifiedDateTime catalog"
    wanted = body(
        call, AccessPackageAssignmentPolicy, required="displayName accessPackage/id", readonly=readonly
    )
    package = find_package(call, wanted["accessPackage"]["id"])
    _check_named(call, wanted)
    _check_expiration(wanted.get("expiration") or {})
    defaults = {"description": "", "allowedTargetScope": "notSpecified", "specificAllowedTargets": []}
    return {**defaults, **wanted, **links(call, wanted), "accessPackage": {"id": package["id"]}}


def _check_named(call: Call, value: Any) -> None:
    """Every group, person and organisation named anywhere must be there."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if name in NAMED and not call.store.get(call.tid, NAMED[name], inner or ""):
            raise invalid(f"The {name} '{inner}' does not exist.")
        if isinstance(inner, dict | list):
            _check_named(call, inner)


def _check_expiration(expiration: Object) -> None:
    kind = expiration.get("type", "noExpiration")
    needed = {"afterDuration": "duration", "afterDateTime": "endDateTime"}.get(kind)
    if needed and not expiration.get(needed):
        raise invalid(f"An expiration of type '{kind}' needs '{needed}'.")


def _create(call: Call) -> Reply:
    wanted = _wanted(call)
    if "id" in wanted:
        raise invalid("Property 'id' is read-only.")
    now = stamp(call.cloud.clock.now())
    return created(
        call, POLICIES, new(call, "assignmentPolicies", **wanted, createdDateTime=now, modifiedDateTime=now)
    )


def _replace(call: Call) -> Reply:
    found = find(call, call.given["id"])
    wanted = _wanted(call)
    if wanted["accessPackage"] != found["accessPackage"] or wanted.get("id", found["id"]) != found["id"]:
        raise invalid("Property 'accessPackage' is read-only.")
    if _review_start(found) and _review_start(wanted) not in (None, _review_start(found)):
        raise invalid("The start date of a review cannot change after the review was created.")
    own = {"id": found["id"], "createdDateTime": found["createdDateTime"]}
    now = stamp(call.cloud.clock.now())
    return one(call, POLICIES, call.put("assignmentPolicies", {**wanted, **own, "modifiedDateTime": now}))


def _review_start(policy: Object) -> dt.datetime | None:
    review = policy.get("reviewSettings") or {}
    start = (review.get("schedule") or {}).get("startDateTime")
    return dt.datetime.fromisoformat(start) if start else None


def _delete(call: Call) -> Reply:
    found = find(call, call.given["id"])
    if deleted_users.hold(call, "assignmentPolicy", found["id"]):
        raise in_use("The policy has active assignments.")
    call.store.remove(call.tid, "assignmentPolicies", found["id"])
    return Reply(204)


ENDPOINTS = [
    *SHELF.reads,
    Endpoint("POST", PATH, _create),
    Endpoint("PUT", f"{PATH}/{{id}}", _replace),
    Endpoint("DELETE", f"{PATH}/{{id}}", _delete),
]
