"""What an expression can see: its template's parameters and variables, and where the deployment is."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.arm import resource_groups, resource_ids
from sandbox.arm.calls import Call, subscription_of
from sandbox.arm.expressions import Function, Wrong, evaluate
from sandbox.arm.functions import FUNCTIONS, eager
from sandbox.store import Object


class Unready(Exception):
    """A reference to a resource that is not there yet."""


@dataclasses.dataclass(frozen=True)
class Frame:
    call: Call
    scope: str
    """Where the deployment is: what subscription(), resourceGroup() and resourceId() mean."""
    name: str
    location: str
    template: Object
    parameters: Mapping[str, Any]
    find: Callable[[str], Object | None]
    """A resource by its id, for reference()."""
    copies: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Where we are in each copy loop; "" is the innermost."""

    def value(self, given: Any) -> Any:
        """Every expression anywhere in `given` worked out, and loops among properties gone round."""
        if isinstance(given, list):
            return [self.value(each) for each in given]
        if not isinstance(given, dict):
            return evaluate(given, self.functions)
        loops = given["copy"] if isinstance(given.get("copy"), list) else []
        plain = {
            self.value(name): self.value(each) for name, each in given.items() if not loops or name != "copy"
        }
        return {**plain, **{each["name"]: self.round(each) for each in loops}}

    def round(self, loop: Object) -> list[Any]:
        places = range(self.value(loop["count"]))
        copies = ({**self.copies, loop["name"]: index, "": index} for index in places)
        return [dataclasses.replace(self, copies=each).value(loop["input"]) for each in copies]

    @functools.cached_property
    def functions(self) -> dict[str, Function]:
        own: dict[str, Callable[..., Any]] = {
            "parameters": self.parameter,
            "variables": self.variable,
            "copyindex": self.copy_index,
            "subscription": self.subscription,
            "resourcegroup": self.group,
            "tenant": lambda: {"tenantId": self.call.tid, "id": f"/tenants/{self.call.tid}"},
            "deployment": self.deployment,
            "environment": lambda: {"resourceManager": self.call.cloud.origin, "name": "GatehouseSandbox"},
            "resourceid": lambda *given: resource_ids.resource_id(self.scope, *given),
            "subscriptionresourceid": lambda *given: resource_ids.subscription_resource_id(
                self.scope, *given
            ),
            "tenantresourceid": lambda *given: resource_ids.tenant_resource_id(self.scope, *given),
            "extensionresourceid": lambda *given: resource_ids.extension_resource_id(self.scope, *given),
            "reference": self.reference,
        }
        return {**FUNCTIONS, **{name: eager(name, each) for name, each in own.items()}}

    def parameter(self, name: str) -> Any:
        return _named(self.parameters, name, "parameter")

    def variable(self, name: str) -> Any:
        known = self.template.get("variables") or {}
        loops = {each["name"]: each for each in known.get("copy", [])}
        return self.round(loops[name]) if name in loops else self.value(_named(known, name, "variable"))

    def copy_index(self, first: Any = "", offset: int = 0) -> int:
        loop, more = (first, offset) if isinstance(first, str) else ("", first)
        if loop not in self.copies:
            raise Wrong("The template function 'copyIndex' is not expected at this location.")
        return self.copies[loop] + int(more)

    def subscription(self) -> Object:
        id = subscription_of(self.scope)
        held = self.call.held("subscriptions", id) or {"displayName": ""}
        names = {"subscriptionId": id, "tenantId": self.call.tid, "displayName": held["displayName"]}
        return {"id": f"/subscriptions/{id}", **names}

    def group(self) -> Object:
        if "/resourceGroups/" not in self.scope:
            raise Wrong("The template function 'RESOURCEGROUP' is not expected at this location.")
        return resource_groups.need(self.call, self.scope)

    def deployment(self) -> Object:
        own = {"template": self.template, "mode": "Incremental", "provisioningState": "Accepted"}
        return {"name": self.name, "location": self.location, "properties": own}

    def reference(self, id: str, version: str = "", full: str = "") -> Object:
        found = self.find(id)
        if not found:
            raise Unready(id)
        return found if full.lower() == "full" else dict(found.get("properties", {}))


def _named(where: Mapping[str, Any], name: str, sort: str) -> Any:
    for each, value in where.items():
        if each.casefold() == name.casefold():
            return value
    raise Wrong(f"The template {sort} '{name}' is not found. Please see https://aka.ms/arm-syntax-{sort}s.")
