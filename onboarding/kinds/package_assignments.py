"""Who holds a package of ours: never made by us, but ended before the package goes.

Entitlement management refuses to delete a package or policy that somebody still holds, and a user deleted in
the last 30 days counts, too (facts/graph.md 3.11).
"""

from __future__ import annotations

from typing import Any, ClassVar

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.identity_governance.entitlement_management.assignments.assignments_request_builder import (
    AssignmentsRequestBuilder as Assignments,
)
from msgraph.generated.models.access_package_assignment_request import AccessPackageAssignmentRequest

from onboarding.engine.resource import Spec
from onboarding.kinds.base import Found
from tenants.microsoft.errors import Later
from tenants.microsoft.graph import Graph

HELD = ("delivering", "partiallyDelivered", "delivered")
ENDING_TAKES = 5.0


class PackageAssignments:
    name: ClassVar[str] = "package_assignments"
    permissions: ClassVar[tuple[str, ...]] = ("EntitlementManagement.ReadWrite.All",)
    identity: ClassVar[tuple[str, ...]] = ("accessPackage",)
    marked: ClassVar[bool] = False

    def queue(self, spec: Spec) -> str:
        return f"elm/{spec['accessPackage']}"

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        held = await self._held(graph, spec)
        about = {"count": len(held)}
        return [Found(spec["accessPackage"], dict(spec), about=about)] if held else []

    async def read(self, graph: Graph, remote_id: str, spec: Spec) -> Found | None:
        found = await self.find(graph, spec)
        return found[0] if found else None

    async def create(self, graph: Graph, spec: Spec, marker: str) -> str:
        raise TypeError("assignments are asked for in My Access and never created here")

    async def update(self, graph: Graph, remote_id: str, spec: Spec, changed: frozenset[str]) -> None:
        raise TypeError("assignments have nothing that is ours to change")

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        """Ask for the end of each; Later until none is left."""
        held = await self._held(graph, spec)
        for assignment in held:
            await self._end(graph, assignment["id"])
        if held:
            raise Later(ENDING_TAKES, f"{len(held)} assignments are ending")

    async def _held(self, graph: Graph, spec: Spec) -> list[dict[str, Any]]:
        query = Assignments.AssignmentsRequestBuilderGetQueryParameters(
            filter=f"accessPackage/id eq '{spec['accessPackage']}'", expand=["target"]
        )
        builder = graph.client.identity_governance.entitlement_management.assignments
        request = builder.to_get_request_information(RequestConfiguration(query_parameters=query))
        return [found for found in await graph.pages(request) if found["state"] in HELD]

    async def _end(self, graph: Graph, assignment_id: str) -> None:
        builder = graph.client.identity_governance.entitlement_management.assignment_requests
        request = builder.to_post_request_information(AccessPackageAssignmentRequest())
        await graph.write(request, {"requestType": "adminRemove", "assignment": {"id": assignment_id}})
