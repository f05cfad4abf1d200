"""Deleted users are kept for thirty days; so long whatever they held cannot end (facts 3.11, 5, 16.19)."""

from __future__ import annotations

import datetime as dt

from sandbox.cloud import Cloud
from sandbox.graph.calls import Call, Endpoint, Reply, absent, stamp
from sandbox.graph.deliveries import ACTIVE
from sandbox.graph.directory import USERS
from sandbox.graph.odata import listing
from sandbox.store import Object

PATH = "/directory/deletedItems"
BIN = "deletedItems"
KEPT = dt.timedelta(days=30)


def _delete(call: Call) -> Reply:
    user = call.store.get(call.tid, "users", call.given["id"])
    if not user:
        raise absent(call.given["id"])
    call.store.remove(call.tid, "users", user["id"])
    call.put(BIN, {**user, "deletedDateTime": stamp(call.cloud.clock.now())})
    for group in call.all("groups"):
        others = {
            name: [id for id in group.get(name, []) if id != user["id"]] for name in ("members", "owners")
        }
        call.put("groups", {**group, **others})
    return Reply(204)


def _list(call: Call) -> Reply:
    empty(call.cloud, call.tid)
    return listing(call, USERS, call.all(BIN))


def _delete_for_good(call: Call) -> Reply:
    if not call.store.remove(call.tid, BIN, call.given["id"]):
        raise absent(call.given["id"])
    return Reply(204)


def empty(cloud: Cloud, tid: str) -> None:
    """Whoever has been in the bin for thirty days is gone for good."""
    over = stamp(cloud.clock.now() - KEPT)
    for user in cloud.store.all(tid, BIN):
        if user["deletedDateTime"] <= over:
            cloud.store.remove(tid, BIN, user["id"])


def hold(call: Call, name: str, id: str) -> bool:
    """Does an assignment keep this package or policy from its end: one that stands, or a deleted user's?"""
    empty(call.cloud, call.tid)
    deleted = {user["id"] for user in call.all(BIN)}
    mine: list[Object] = [each for each in call.all("assignments") if each[name]["id"] == id]
    return any(each["state"] in ACTIVE or each["target"]["objectId"] in deleted for each in mine)


ENDPOINTS = [
    Endpoint("DELETE", "/users/{id}", _delete),
    Endpoint("GET", f"{PATH}/microsoft.graph.user", _list),
    Endpoint("GET", f"{PATH}/graph.user", _list),  # as the SDK writes it
    Endpoint("DELETE", f"{PATH}/{{id}}", _delete_for_good),
]
