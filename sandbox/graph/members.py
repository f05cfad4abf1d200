"""Who belongs to a group and who owns it. Twice the same is an error of its own (facts 2.4, 16.18)."""

from __future__ import annotations

import functools

from sandbox.errors import GraphError
from sandbox.graph import dynamic_groups, permissions
from sandbox.graph.calls import Call, Endpoint, Reply, bad
from sandbox.graph.directory import GROUPS, OBJECTS, USERS, linked, read, referenced, typed
from sandbox.graph.groups import find
from sandbox.graph.odata import listing
from sandbox.store import Object

THERE = "One or more added object references already exist for the following modified properties: '{}'."
PEOPLE = frozenset(permissions.USERS_READ.split())
GONE = "One or more removed object references do not exist for the following modified properties: '{}'."


def _list(name: str, call: Call) -> Reply:
    """v1.0 leaves service principals out of members: a known issue that Microsoft documents."""
    group = read(call, GROUPS, call.given["id"], name)
    apps = {each["id"] for each in call.all("servicePrincipals")} if name == "members" else set()
    ids = [id for id in group.get(name, []) if id not in apps]
    reply = listing(call, OBJECTS, linked(call.cloud, call.tid, ids))
    assert reply.body is not None  # noqa: S101
    reply.body["value"] = [_shown(call, item["id"]) for item in reply.body["value"]]
    return reply


def _shown(call: Call, id: str) -> Object:
    """Of a person, who may not read people is told the sort and the id: "limited information"."""
    whole = typed(call, id, dict(call.query))
    if whole["@odata.type"] != USERS.type or permissions.held(call, "/users") & PEOPLE:
        return whole
    return {**dict.fromkeys(whole), "@odata.type": USERS.type, "id": id}


def _add(name: str, call: Call) -> Reply:
    group = _writable(call, name)
    url = call.body.get("@odata.id") if isinstance(call.body, dict) else None
    id = referenced(call, url)
    if id in group[name]:
        raise bad(THERE.format(name))
    if name == "owners" and call.store.get(call.tid, "groups", id):
        raise bad("A group cannot be an owner of a group.")
    call.put("groups", {**group, name: [*group[name], id]})
    return Reply(204)


def _remove(name: str, call: Call) -> Reply:
    group, id = _writable(call, name), call.given["who"]
    if id not in group[name]:
        raise GraphError(404, "Request_ResourceNotFound", GONE.format(name))
    if name == "owners" and group[name] == [id] and call.store.get(call.tid, "users", id):
        raise bad("The group must have at least one owner, hence this owner cannot be removed.")
    call.put("groups", {**group, name: [each for each in group[name] if each != id]})
    return Reply(204)


def _writable(call: Call, name: str) -> Object:
    group = find(call, call.given["id"])
    if group.get("isAssignableToRole"):
        permissions.need(call, "RoleManagement.ReadWrite.Directory")
    if name == "members" and dynamic_groups.is_dynamic(group):
        raise bad(dynamic_groups.BY_HAND)
    return group


def _endpoints(name: str) -> list[Endpoint]:
    return [
        Endpoint("GET", f"/groups/{{id}}/{name}", functools.partial(_list, name)),
        Endpoint("POST", f"/groups/{{id}}/{name}/$ref", functools.partial(_add, name)),
        Endpoint("DELETE", f"/groups/{{id}}/{name}/{{who}}/$ref", functools.partial(_remove, name)),
    ]


ENDPOINTS = _endpoints("members") + _endpoints("owners")
