"""What all sorts of resources share: where they may live, list, get, put and delete.

A template's resource and a PUT of the same go the same way, `put`.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Callable, Mapping

from sandbox.arm import operations, policy_rules, providers, shapes, system_data
from sandbox.arm.calls import Call, Endpoint, Reply, beneath, listing, same, subscription_scope
from sandbox.arm.errors import ArmError, absent, bad
from sandbox.store import Object

WHOLE = {"location": str, "kind": str, "tags": {}, "plan": {"name": str}, "sku": {}}
NAME = re.compile(r"[^<>%&:\\?/#]{1,260}(?<![ .])")


@dataclasses.dataclass(frozen=True)
class Target:
    """One resource that is wanted: where, under which name, and with which api-version."""

    scope: str
    name: str
    version: str

    @property
    def group(self) -> str:
        return self.scope.rpartition("/resourceGroups/")[2].partition("/")[0]


Make = Callable[[Call, Target, Object, Object | None], Object]


def _stays(call: Call, item: Object) -> None:
    return None


def _plain(call: Call, item: Object) -> Object:
    return item


def _all(call: Call, items: list[Object]) -> list[Object]:
    return items


@dataclasses.dataclass(frozen=True)
class Kind:
    type: str
    levels: str
    """subscription, group, workspace, or scope for either of the first two; what a path begins with."""
    make: Make
    """(call, target, wanted, what is there) → what is kept besides id, name and type; or an ArmError."""
    leave: Callable[[Call, Object], None] = _stays
    """Raises when it cannot be deleted."""
    show: Callable[[Call, Object], Object] = _plain
    choose: Callable[[Call, list[Object]], list[Object]] = _all
    """The list's filters."""
    shape: Mapping[str, object] = dataclasses.field(default_factory=dict)
    """Of its properties; see shapes.py."""
    versions: tuple[str, ...] = ()
    """All there are, where the facts know them."""
    inherits: bool = False
    """The list also shows what is above and below."""
    lasting: bool = False
    """PUT and DELETE are long operations."""
    gone_at_once: bool = False
    """But DELETE is none."""
    made: int = 201
    """What a PUT of something new answers."""

    @property
    def namespace(self) -> str:
        return self.type.partition("/")[0]

    @property
    def short(self) -> str:
        return self.type.partition("/")[2]

    @property
    def collection(self) -> str:
        return self.short.rpartition("/")[2]

    def id(self, scope: str, name: str) -> str:
        return f"{scope}/providers/{self.type}/{name}"

    def scope(self, id: str) -> str:
        return id[: id.casefold().rindex(f"/providers/{self.type}/".casefold())]

    def action(self, verb: str) -> str:
        return f"{self.type}/{verb}"

    def endpoints(self) -> list[Endpoint]:
        """Of resources in groups, all of a subscription can be listed at once."""
        path, one = f"/providers/{self.type}", f"/providers/{self.type}/{{name}}"
        level = "in_group" if self.levels == "group" else self.levels
        bound = [
            ("GET", f"{{{self.levels}}}{path}", _list, "read"),
            ("GET", f"{{{level}}}{one}", _get, "read"),
        ]
        bound += [
            ("PUT", f"{{{level}}}{one}", _put, "write"),
            ("DELETE", f"{{{level}}}{one}", _delete, "delete"),
        ]
        return [
            Endpoint(method, path, functools.partial(handler, self), self.action(verb))
            for method, path, handler, verb in bound
        ]


def find(call: Call, kind: Kind, id: str) -> Object | None:
    return call.held(kind.collection, id)


def need(call: Call, kind: Kind, id: str) -> Object:
    found = find(call, kind, id)
    if not found:
        raise absent(kind.type, id.rpartition("/")[2], id)
    return found


def check_version(kind: Kind, version: str) -> None:
    if kind.versions and version.lower() not in kind.versions:
        words = (
            f"No registered resource provider found for location '' and API version '{version}' for type "
            f"'{kind.short}'. The supported api-versions are '{', '.join(kind.versions)}'."
        )
        raise bad("NoRegisteredProviderFound", words)


def put(call: Call, kind: Kind, target: Target, wanted: Object) -> tuple[int, Object]:
    """Made or replaced: (201 or 200, what is kept). The same twice gives one."""
    check_version(kind, target.version)
    if not NAME.fullmatch(target.name):
        raise bad(
            "InvalidResourceName", f"The provided resource name '{target.name}' has invalid characters."
        )
    _check_level(kind, target)
    _check_shape(kind, wanted)
    providers.need(call, kind.namespace, target.scope)
    for denied in policy_rules.denials(
        call, target.scope, {**wanted, "type": kind.type, "name": target.name}
    ):
        raise denied
    id = kind.id(target.scope, target.name)
    before = call.held(kind.collection, id)
    made = kind.make(call, target, wanted, before)
    stamp = system_data.of(call, before)
    whole = {"id": id, "name": target.name, "type": kind.type, **made, **stamp}
    if before:
        whole["id"], whole["name"] = before["id"], before["name"]
    return (200 if before else kind.made), call.put(kind.collection, whole)


def _check_shape(kind: Kind, wanted: Object) -> None:
    try:
        shapes.check(wanted, {**WHOLE, "properties": dict(kind.shape)})
    except shapes.Misfit as why:
        words = "The request content was invalid and could not be deserialized"
        raise bad("InvalidRequestContent", f"{words}: '{why}'") from None


def _check_level(kind: Kind, target: Target) -> None:
    """A path says where it is; a template may put a thing where it cannot be."""
    depth = len(target.scope.split("/"))
    if depth not in {"subscription": (3,), "group": (5,), "scope": (3, 5), "workspace": (9,)}[kind.levels]:
        words = f"The resource type '{kind.type}' is not supported at the scope '{target.scope}'."
        raise bad("InvalidResourceScope", words)


def remove(call: Call, kind: Kind, item: Object) -> None:
    kind.leave(call, item)
    call.store.remove(call.tid, kind.collection, item["id"])


def _list(kind: Kind, call: Call) -> Reply:
    check_version(kind, call.version)
    here = [each for each in call.all(kind.collection) if _listed(kind, each["id"], call.scope)]
    return listing(call, [kind.show(call, each) for each in kind.choose(call, here)])


def _listed(kind: Kind, id: str, scope: str) -> bool:
    """Exactly at this scope; of resources that live in groups, all of the subscription asked for."""
    own = kind.scope(id)
    if kind.inherits:
        return beneath(own, scope) or beneath(scope, own)
    return beneath(own, scope) if kind.levels == "group" else same(own, scope)


def _get(kind: Kind, call: Call) -> Reply:
    check_version(kind, call.version)
    return Reply(200, kind.show(call, need(call, kind, kind.id(call.scope, call.name))))


def _put(kind: Kind, call: Call) -> Reply:
    if not isinstance(call.body, dict):
        raise bad("InvalidRequestContent", "The request content was invalid and could not be deserialized.")
    target = Target(call.scope, call.name, call.version)
    status, kept = put(call, kind, target, json.loads(json.dumps(call.body)))
    if not kind.lasting:
        return Reply(status, kind.show(call, kept))
    return _taken_on(call, kind, kept, "settle", status, "Creating" if status == 201 else "Updating")


def _delete(kind: Kind, call: Call) -> Reply:
    check_version(kind, call.version)
    found = call.held(kind.collection, kind.id(call.scope, call.name))
    if not found:
        return Reply(204)
    kind.leave(call, found)
    if kind.lasting and not kind.gone_at_once:
        return _taken_on(call, kind, found, "remove", 202, "Deleting")
    remove(call, kind, found)
    return Reply(200)


def _taken_on(call: Call, kind: Kind, item: Object, do: str, status: int, state: str) -> Reply:
    waiting = {**item, "properties": {**item["properties"], "provisioningState": state}}
    call.put(kind.collection, waiting)
    operation = operations.new(call, do, item["id"], kind=kind.type)
    where = f"{subscription_scope(item['id'])}/providers/{kind.namespace}"
    body = kind.show(call, waiting) if status != 202 else None
    return Reply(status, body, operations.headers(call, operation, where))


def known(kinds: Mapping[str, Kind], type: str) -> Kind:
    found = kinds.get(type.strip("/").lower())
    if found:
        return found
    namespace, _, short = type.strip("/").partition("/")
    words = (
        f"The resource type '{short}' could not be found in the namespace '{namespace}' for api version ''."
    )
    raise ArmError(404, "InvalidResourceType", words)
