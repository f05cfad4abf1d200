"""Who holds a package of ours: never made by us, but ended before the package, or what gave it to them, goes.

Entitlement management refuses to delete a package or policy that somebody still holds, and a user deleted in
the last 30 days counts, too (facts/graph.md 3.11).
"""

from __future__ import annotations

from typing import Any, ClassVar

from kiota_abstractions.method import Method

from onboarding.engine.resource import Spec
from onboarding.kinds.base import Found, Link
from onboarding.kinds.calls import ask, quoted, send
from tenants.microsoft.errors import Later, Rejected
from tenants.microsoft.graph import Graph

HELD = ("delivering", "partiallyDelivered", "delivered")
ENDING_TAKES = 5.0


class PackageAssignments(Link):
    name: ClassVar[str] = "package_assignments"
    permissions: ClassVar[tuple[str, ...]] = ("EntitlementManagement.ReadWrite.All",)
    identity: ClassVar[tuple[str, ...]] = ("accessPackage", "assignmentPolicy", "assignment")

    def queue(self, spec: Spec) -> str:
        return f"elm/{spec['accessPackage']}"

    async def find(self, graph: Graph, spec: Spec) -> list[Found]:
        held = await _meant(graph, spec)
        remote_id, about = spec.get("assignmentPolicy") or spec["accessPackage"], {"count": len(held)}
        return [Found(remote_id, dict(spec), about=about)] if held else []

    async def create(self, graph: Graph, spec: Spec, marker: str, first: bool = False) -> str:
        raise TypeError("assignments are asked for in My Access and never created here")

    async def delete(self, graph: Graph, remote_id: str, spec: Spec) -> None:
        """Ask for the end of each; Later until none is left."""
        held = await _meant(graph, spec)
        for assignment in held:
            await _end(graph, assignment["id"])
        if held:
            raise Later(ENDING_TAKES, f"{len(held)} assignments are ending")


async def _meant(graph: Graph, spec: Spec) -> list[dict[str, Any]]:
    """Where one assignment is named, that one and no other; of another package it is not found at all."""
    held = await _held(graph, _by(spec))
    return [each for each in held if each["id"] == spec.get("assignment", each["id"])]


async def holders(graph: Graph) -> dict[str, set[str]]:
    """Object ids of everybody in this tenant who holds a package now, by the package's id."""
    result: dict[str, set[str]] = {}
    for found in await _held(graph, ""):
        package, target = found.get("accessPackage") or {}, found.get("target") or {}
        result.setdefault(package.get("id", ""), set()).add(target.get("objectId", ""))
    return result


def _by(spec: Spec) -> str:
    """Of the package; where a policy is named, only what was given by it."""
    package = f"accessPackage/id eq {quoted(spec['accessPackage'])}"
    if "assignmentPolicy" not in spec:
        return package
    return f"{package} and assignmentPolicy/id eq {quoted(spec['assignmentPolicy'])}"


async def _held(graph: Graph, where: str) -> list[dict[str, Any]]:
    assignments = graph.client.identity_governance.entitlement_management.assignments
    found = await graph.pages(ask(assignments, filter=where, expand="target,accessPackage"))
    return [each for each in found if each["state"] in HELD]


async def _end(graph: Graph, assignment_id: str) -> None:
    """A second request for an assignment that is ending already is refused; the first one stands."""
    requests = graph.client.identity_governance.entitlement_management.assignment_requests
    body = {"requestType": "adminRemove", "assignment": {"id": assignment_id}}
    try:
        await graph.write(send(Method.POST, requests), body)
    except Rejected as no:
        if no.status not in (400, 409):
            raise
