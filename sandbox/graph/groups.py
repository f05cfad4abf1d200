"""Groups, made the idempotent way with uniqueName or the careless way with POST (facts 2)."""

from __future__ import annotations

import re

from msgraph.generated.models.group import Group

from sandbox.errors import GraphError
from sandbox.graph import dynamic_groups, permissions
from sandbox.graph.calls import Call, Endpoint, Reply, absent, bad, changed, new, stamp
from sandbox.graph.directory import GROUPS, read, referenced, visible
from sandbox.graph.odata import created, listing, one
from sandbox.graph.strict import body
from sandbox.store import Object

REQUIRED = "displayName mailEnabled mailNickname securityEnabled"
IMMUTABLE = ("uniqueName", "isAssignableToRole")
NICKNAME = re.compile(r"""[!-~]{1,64}""")
BAD_LETTERS = set('@()\\[]";:<>, ')
RELATIONS = ("members", "owners")
DYNAMIC = {"groupTypes", "membershipRule", "membershipRuleProcessingState"}


def _list(call: Call) -> Reply:
    return listing(call, GROUPS, visible(call, "groups"))


def _get(call: Call) -> Reply:
    return one(call, GROUPS, read(call, GROUPS, call.given["id"]))


def _get_unique(call: Call) -> Reply:
    return one(call, GROUPS, read(call, GROUPS, _unique(call)["id"], "unique name"))


def _create(call: Call) -> Reply:
    return created(call, GROUPS, make(call, body(call, Group, required=REQUIRED)))


def _upsert(call: Call) -> Reply:
    """201 with the group when it was made, 204 without a body when it was there (facts trap 8)."""
    found = _with_unique(call, call.given["unique"])
    if found:
        return _change(call, found)
    if "create-if-missing" not in call.headers.get("prefer", ""):
        raise absent(call.given["unique"])
    wanted = body(call, Group, required=REQUIRED)
    return created(call, GROUPS, make(call, {**wanted, "uniqueName": call.given["unique"]}))


def _update(call: Call) -> Reply:
    return _change(call, find(call, call.given["id"]))


def _delete(call: Call) -> Reply:
    """A security group is gone at once; whoever held it as a member no longer does."""
    return _remove(call, find(call, call.given["id"]))


def _delete_unique(call: Call) -> Reply:
    return _remove(call, _unique(call))


def _remove(call: Call, group: Object) -> Reply:
    call.store.remove(call.tid, "groups", group["id"])
    call.store.remove(call.tid, dynamic_groups.DUE, group["id"])
    for other in call.all("groups"):
        if group["id"] in other.get("members", []):
            call.put("groups", {**other, "members": [id for id in other["members"] if id != group["id"]]})
    return Reply(204)


def find(call: Call, id: str) -> Object:
    """For writes: they go to the directory itself, not to a replica that lags."""
    found = call.store.get(call.tid, "groups", id)
    if not found:
        raise absent(id)
    return {"members": [], "owners": [], **found}


def _with_unique(call: Call, name: str) -> Object | None:
    return next((group for group in call.all("groups") if group.get("uniqueName") == name), None)


def _unique(call: Call) -> Object:
    found = _with_unique(call, call.given["unique"])
    if not found:
        raise absent(call.given["unique"])
    return {"members": [], "owners": [], **found}


def make(call: Call, wanted: Object) -> Object:
    relations = {name: _bound(call, wanted, name) for name in RELATIONS}
    kept = {name: value for name, value in wanted.items() if "@" not in name}
    group = {"groupTypes": [], "createdDateTime": stamp(call.cloud.clock.now()), **kept}
    _check(call, group)
    _check_free(call, group)
    if group.get("isAssignableToRole"):
        permissions.need(call, "RoleManagement.ReadWrite.Directory")
    if relations["members"]:
        _check_by_hand(group)
    made = new(call, "groups", **group, **relations)
    dynamic_groups.written(call.cloud, call.tid, made)
    call.cloud.begin_to_count(call.tid, "groups", f"{made['id']} in ELM")
    return made


def _change(call: Call, group: Object) -> Reply:
    wanted = body(call, Group)
    if wrong := changed(group, wanted, IMMUTABLE):
        raise bad(f"Property '{wrong[0]}' is read-only and cannot be set.")
    bound = {name: _bound(call, wanted, name) for name in RELATIONS}
    group |= {name: value for name, value in wanted.items() if "@" not in name}
    _check(call, group)
    if bound["members"]:
        _check_by_hand(group)
    call.put("groups", {**group, **{name: [*group.get(name, []), *bound[name]] for name in RELATIONS}})
    if not DYNAMIC.isdisjoint(wanted):
        dynamic_groups.written(call.cloud, call.tid, group)
    return Reply(204)


def _check_by_hand(group: Object) -> None:
    if dynamic_groups.is_dynamic(group):
        raise bad(dynamic_groups.BY_HAND)


def _bound(call: Call, wanted: Object, name: str) -> list[str]:
    urls = wanted.get(f"{name}@odata.bind", [])
    if len(urls) > 20:
        raise bad(f"The number of references in '{name}@odata.bind' exceeds the limit of 20.")
    ids = [referenced(call, url) for url in urls]
    if len(set(ids)) < len(ids):
        raise bad("Request contains a property with duplicate values.")
    return ids


def _check_free(call: Call, group: Object) -> None:
    if group.get("uniqueName") and _with_unique(call, group["uniqueName"]):
        words = "Another object with the same value for property uniqueName already exists."
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", words)


def _check(call: Call, group: Object) -> None:
    nickname = group["mailNickname"]
    if not NICKNAME.fullmatch(nickname) or BAD_LETTERS & set(nickname):
        raise bad("Invalid value specified for property 'mailNickname' of resource 'Group'.")
    if len(group["displayName"]) > 256:
        raise bad("Invalid value specified for property 'displayName' of resource 'Group'.")
    if not group["securityEnabled"] and not group["mailEnabled"]:
        raise bad("A group must be security-enabled, mail-enabled or both.")
    if dynamic_groups.is_dynamic(group):
        dynamic_groups.check(call, group)


ENDPOINTS = [
    Endpoint("GET", "/groups", _list),
    Endpoint("POST", "/groups", _create),
    Endpoint("GET", "/groups(uniqueName='{unique}')", _get_unique),
    Endpoint("PATCH", "/groups(uniqueName='{unique}')", _upsert),
    Endpoint("DELETE", "/groups(uniqueName='{unique}')", _delete_unique),
    Endpoint("GET", "/groups/{id}", _get),
    Endpoint("PATCH", "/groups/{id}", _update),
    Endpoint("DELETE", "/groups/{id}", _delete),
]
