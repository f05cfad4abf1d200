"""A package people ask for. Its roles are resources of their own; a role of another sort is strange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from onboarding.engine.resource import Spec
from onboarding.kinds.deleted_holders import let_go
from onboarding.kinds.described import Described
from tenants.microsoft.graph import Graph


class AccessPackage(Described):
    name: ClassVar[str] = "access_package"
    identity: ClassVar[tuple[str, ...]] = ("catalog",)
    expand_list: ClassVar[str] = "catalog"
    expand: ClassVar[str] = "catalog,assignmentPolicies,resourceRoleScopes($expand=role,scope)"

    def collection(self, graph: Graph) -> Any:
        return graph.client.identity_governance.entitlement_management.access_packages

    def item(self, graph: Graph, remote_id: str) -> Any:
        return self.collection(graph).by_access_package_id(remote_id)

    def queue(self, spec: Spec) -> str:
        return f"elm/{spec['catalog']['id']}"

    def fits(self, spec: Spec, raw: Mapping[str, Any]) -> bool:
        return bool((raw.get("catalog") or {}).get("id") == spec["catalog"]["id"])

    def strange(self, spec: Spec, raw: Mapping[str, Any]) -> tuple[str, ...]:
        """Which Member roles are planned the plan knows, by `about`; another role never is."""
        return tuple(
            f"role {role} that nobody planned" for role in _roles(raw) if not role.startswith("Member_")
        )

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        await let_go(super().delete(graph, remote_id, spec), graph, remote_id)

    def about(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        policies = [policy["id"] for policy in raw.get("assignmentPolicies") or ()]
        return {"roles": _roles(raw), "policies": policies}


def _roles(raw: Mapping[str, Any]) -> list[str]:
    scopes = raw.get("resourceRoleScopes") or ()
    return [(scope.get("role") or {}).get("originId") or scope["id"] for scope in scopes]
