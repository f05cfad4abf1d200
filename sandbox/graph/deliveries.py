"""How a request becomes real: a resource in its catalog, an assignment with its memberships, and its end."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from sandbox.cloud import Cloud
from sandbox.graph import redemption
from sandbox.graph.calls import stamp
from sandbox.store import Object

ACTIVE = {"delivering", "partiallyDelivered", "delivered"}
DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?")


def _get(cloud: Cloud, tid: str, collection: str, id: str) -> Object:
    found = cloud.store.get(tid, collection, id)
    if found is None:
        raise LookupError(f"{collection} {id}")
    return found


def change(cloud: Cloud, tid: str, collection: str, id: str, **values: Any) -> Object:
    return cloud.store.put(tid, collection, {**_get(cloud, tid, collection, id), **values})


def add_resource(cloud: Cloud, tid: str, request_id: str) -> None:
    if _fails(cloud):
        change(cloud, tid, "resourceRequests", request_id, state="deliveryFailed")
        return
    request = _get(cloud, tid, "resourceRequests", request_id)
    wanted, catalog = request["resource"], request["catalog"]
    there = cloud.store.all(tid, "catalogResources")
    if not any(r["originId"] == wanted["originId"] and r["catalog"] == catalog for r in there):
        now = stamp(cloud.clock.now())
        new = {**wanted, "id": str(uuid.uuid4()), "catalog": catalog, "createdDateTime": now}
        cloud.store.put(tid, "catalogResources", new)
        for what in ("catalogResources", "roles", "scopes"):
            cloud.begin_to_count(tid, what, new["id"])
    change(cloud, tid, "resourceRequests", request_id, state="delivered")


def remove_resource(cloud: Cloud, tid: str, request_id: str) -> None:
    request = _get(cloud, tid, "resourceRequests", request_id)
    cloud.store.remove(tid, "catalogResources", request["resource"]["id"])
    change(cloud, tid, "resourceRequests", request_id, state="delivered")


def deliver(cloud: Cloud, tid: str, request_id: str) -> None:
    """The guest is made where there is none, and the assignment stands; the groups take them in later."""
    request = _get(cloud, tid, "assignmentRequests", request_id)
    assignment = _get(cloud, tid, "assignments", request["assignment"]["id"])
    if _fails(cloud):
        _fail(cloud, tid, request_id, assignment["id"])
        return
    user = _person(cloud, tid, assignment["target"])
    target = {
        **assignment["target"],
        "objectId": user["id"],
        "principalName": user.get("userPrincipalName", ""),
    }
    change(cloud, tid, "assignments", assignment["id"], state="delivered", status="Delivered", target=target)
    now = stamp(cloud.clock.now())
    done = {"state": "delivered", "status": "Delivered", "completedDateTime": now}
    change(cloud, tid, "assignmentRequests", request_id, **done)


def join(cloud: Cloud, tid: str, request_id: str) -> None:
    """The groups take in who was given the package, if they still have it."""
    assignment = _get(
        cloud, tid, "assignments", _get(cloud, tid, "assignmentRequests", request_id)["assignment"]["id"]
    )
    if assignment["state"] == "delivered":
        _memberships(
            cloud, tid, assignment["accessPackage"]["id"], assignment["target"]["objectId"], present=True
        )


def _fails(cloud: Cloud) -> bool:
    return cloud.random.random() < cloud.habits.undelivered


def _fail(cloud: Cloud, tid: str, request_id: str, assignment_id: str) -> None:
    """Wholly, or in part: with several resources some may have been given."""
    state = cloud.random.choice(["partiallyDelivered", "deliveryFailed"])
    over = {"state": state, "status": state[:1].upper() + state[1:]}
    change(cloud, tid, "assignments", assignment_id, **over)
    change(cloud, tid, "assignmentRequests", request_id, **over, completedDateTime=stamp(cloud.clock.now()))


def withdraw(cloud: Cloud, tid: str, request_id: str) -> None:
    request = _get(cloud, tid, "assignmentRequests", request_id)
    end(cloud, tid, _get(cloud, tid, "assignments", request["assignment"]["id"]))
    now = stamp(cloud.clock.now())
    change(
        cloud,
        tid,
        "assignmentRequests",
        request_id,
        state="delivered",
        status="Delivered",
        completedDateTime=now,
    )


def expire(cloud: Cloud, tid: str) -> None:
    now = stamp(cloud.clock.now())
    for assignment in cloud.store.all(tid, "assignments"):
        until = assignment["schedule"].get("expiration", {}).get("endDateTime")
        if assignment["state"] == "delivered" and until and until <= now:
            end(cloud, tid, assignment)


def end(cloud: Cloud, tid: str, assignment: Object) -> None:
    _memberships(
        cloud, tid, assignment["accessPackage"]["id"], assignment["target"]["objectId"], present=False
    )
    now = stamp(cloud.clock.now())
    change(
        cloud, tid, "assignments", assignment["id"], state="expired", status="Expired", expiredDateTime=now
    )


def _memberships(cloud: Cloud, tid: str, package_id: str, user_id: str, *, present: bool) -> None:
    package = cloud.store.get(tid, "accessPackages", package_id) or {"resourceRoleScopes": []}
    for each in package["resourceRoleScopes"]:
        role, _, group_id = each["role"]["originId"].partition("_")
        if group := cloud.store.get(tid, "groups", group_id):
            name = role.lower() + "s"
            others = [id for id in group.get(name, []) if id != user_id]
            cloud.store.put(tid, "groups", {**group, name: [*others, user_id] if present else others})


def _person(cloud: Cloud, tid: str, target: Object) -> Object:
    users = cloud.store.all(tid, "users")
    known = (user for user in users if user["id"] == target.get("objectId"))
    mailed = (user for user in users if target.get("email") and user.get("mail") == target["email"])
    return next(known, None) or next(mailed, None) or _invited(cloud, tid, target)


def _invited(cloud: Cloud, tid: str, target: Object) -> Object:
    made = cloud.store.put(tid, "users", _guest(cloud, tid, target))
    cloud.begin_to_count(tid, "users", made["id"])
    return made


def _guest(cloud: Cloud, tid: str, target: Object) -> Object:
    domains = _get(cloud, "", "tenants", tid)["domains"]
    initial = next((domain["name"] for domain in domains if domain.get("isInitial")), domains[0]["name"])
    return {
        "id": str(uuid.uuid4()),
        "displayName": target.get("displayName") or target["email"],
        "mail": target["email"],
        "otherMails": [target["email"]],
        "userPrincipalName": f"{target['email'].replace('@', '_')}#EXT#@{initial}",
        "userType": "Guest",
        "accountEnabled": True,
        "creationType": "Invitation",
        "externalUserState": redemption.state(cloud, tid, target["email"]),
        "identities": [{"signInType": "federated", "issuer": "ExternalAzureAD"}],
        "createdDateTime": stamp(cloud.clock.now()),
    }


def schedule(cloud: Cloud, policy: Object) -> Object:
    """From now until the policy's end, counted on the cloud's clock."""
    now = cloud.clock.now()
    wanted = policy.get("expiration") or {}
    result: Object = {"startDateTime": stamp(now), "expiration": {"type": "noExpiration"}}
    if wanted.get("type") == "afterDuration":
        result["expiration"] = {
            "type": "afterDateTime",
            "endDateTime": stamp(now + duration(wanted["duration"])),
        }
    elif wanted.get("type") == "afterDateTime":
        result["expiration"] = {"type": "afterDateTime", "endDateTime": wanted["endDateTime"]}
    return result


def duration(text: str) -> dt.timedelta:
    found = DURATION.fullmatch(text)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    return dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
