"""Who holds which package. Assignments are read here; only requests make, change or end them (facts 3.7)."""

from __future__ import annotations

from sandbox.graph.calls import Call, Endpoint, Reply
from sandbox.graph.permissions import ELM, denied
from sandbox.graph.shapes import ASSIGNMENTS
from sandbox.graph.shelf import Shelf

SHELF = Shelf(ASSIGNMENTS)
APPROVALS = f"{ELM}/accessPackageAssignmentApprovals"


def _approvals(call: Call) -> Reply:
    """Only a person may read or decide an approval, and here they do it in My Access (facts trap 4)."""
    raise denied(APPROVALS)


ENDPOINTS = [
    *SHELF.reads,
    Endpoint("GET", APPROVALS, _approvals),
    Endpoint("GET", f"{APPROVALS}/{{id}}", _approvals),
    Endpoint("GET", f"{APPROVALS}/{{id}}/stages", _approvals),
    Endpoint("PATCH", f"{APPROVALS}/{{id}}/stages/{{stage}}", _approvals),
]
