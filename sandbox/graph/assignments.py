"""Who holds which package. Assignments are read here; only requests make, change or end them (facts 3.7)."""

from __future__ import annotations

from sandbox.graph.calls import Call, Endpoint, Reply, unknown
from sandbox.graph.odata import listing, one
from sandbox.graph.permissions import ELM, denied
from sandbox.graph.shapes import ASSIGNMENTS

PATH = f"{ELM}/assignments"
APPROVALS = f"{ELM}/accessPackageAssignmentApprovals"


def _list(call: Call) -> Reply:
    return listing(call, ASSIGNMENTS, call.all("assignments"))


def _get(call: Call) -> Reply:
    found = call.store.get(call.tid, "assignments", call.given["id"])
    if not found:
        raise unknown()
    return one(call, ASSIGNMENTS, found)


def _approvals(call: Call) -> Reply:
    """Only a person may read or decide an approval; every token here is an application's (facts trap 4)."""
    raise denied(APPROVALS)


ENDPOINTS = [
    Endpoint("GET", PATH, _list),
    Endpoint("GET", f"{PATH}/{{id}}", _get),
    Endpoint("GET", APPROVALS, _approvals),
    Endpoint("GET", f"{APPROVALS}/{{id}}", _approvals),
    Endpoint("GET", f"{APPROVALS}/{{id}}/stages", _approvals),
    Endpoint("PATCH", f"{APPROVALS}/{{id}}/stages/{{stage}}", _approvals),
]
