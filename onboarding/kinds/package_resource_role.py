"""What a package gives: a role of one group in its catalog. Its own key within the package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.resource import Spec
from onboarding.kinds.base import Found, Link
from onboarding.kinds.calls import ask, made, once_replicated, send, unless_gone
from tenants.microsoft.graph import Graph


class PackageResourceRole(Link):
    name: ClassVar[str] = "package_resource_role"
    permissions: ClassVar[tuple[str, ...]] = ("EntitlementManagement.ReadWrite.All",)
    identity: ClassVar[tuple[str, ...]] = (
        "accessPackage", "catalog", "resource", "originId", "originSystem", "role",
    )  # fmt: skip

    def queue(self, spec: Spec) -> str:
        return f"elm/{spec['accessPackage']}"

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        return [_found(raw, spec) for raw in await _scopes(graph, spec) if _is_it(raw, spec)]

    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str:
        there = [] if first else await once_replicated(self.find(graph, spec), "the package")
        if there:
            return there[0].remote_id
        # A resource id of another catalog is "not found" too; the plan takes it from ours, so it only lags.
        posting = graph.write(send(Method.POST, _package(graph, spec).resource_role_scopes), _body(spec))
        answer = await once_replicated(posting, "the package or its resource")
        return f"{spec['accessPackage']}/{made(answer, self.name)}"

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        scopes = _package(graph, spec).resource_role_scopes
        item = scopes.by_access_package_resource_role_scope_id(remote_id.partition("/")[2])
        await unless_gone(graph.write(send(Method.DELETE, item)))


def _package(graph: Graph, spec: Spec) -> Any:
    packages = graph.client.identity_governance.entitlement_management.access_packages
    return packages.by_access_package_id(spec["accessPackage"])


async def _scopes(graph: Graph, spec: Spec) -> list[dict[str, Any]]:
    """Only the package itself lists them in full (facts 3.5)."""
    raw = await graph.get(ask(_package(graph, spec), expand="resourceRoleScopes($expand=role,scope)"))
    return list(raw.get("resourceRoleScopes") or ())


def _is_it(raw: Mapping[str, Any], spec: Spec) -> bool:
    return bool((raw.get("role") or {}).get("originId") == f"{spec['role']}_{spec['originId']}")


def _found(raw: Mapping[str, Any], spec: Spec) -> Found:
    """The role's origin names group and role; catalog and resource follow from where it was found."""
    role, _, origin = raw["role"]["originId"].partition("_")
    system = raw["role"].get("originSystem", spec["originSystem"])
    values = {**spec, "role": role, "originId": origin, "originSystem": system}
    return Found(f"{spec['accessPackage']}/{raw['id']}", values)


def _body(spec: Spec) -> dict[str, Any]:
    origin = {"originId": spec["originId"], "originSystem": spec["originSystem"]}
    return {
        "role": {
            "displayName": spec["role"],
            "originId": f"{spec['role']}_{spec['originId']}",
            "originSystem": spec["originSystem"],
            "resource": {"id": spec["resource"], **origin},
        },
        "scope": {"displayName": "Root", "isRootScope": True, **origin},
    }
