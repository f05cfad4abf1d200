"""filterByCurrentUser: what concerns the person who asks. No application is one (facts trap 4, 16.22)."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.graph import requests
from sandbox.graph.approvals import No, may_decide
from sandbox.graph.calls import Call, Endpoint, Reply
from sandbox.graph.odata import Kind, listing
from sandbox.graph.permissions import ELM, denied
from sandbox.graph.self_service import may_request
from sandbox.graph.shapes import ASSIGNMENTS, PACKAGES, REQUESTS
from sandbox.store import Object

Concerns = Callable[[Call, Object, Object], bool]
"""(call, one of the list, who asks)"""


def _is_for(name: str) -> Concerns:
    return lambda call, item, who: requests.same(item[name], requests.subject(who))


def _may_ask(call: Call, package: Object, who: Object) -> bool:
    try:
        may_request(call.cloud, call.tid, package["id"], call.tid, who["id"])
    except No:
        return False
    return True


def _may_decide(call: Call, request: Object, who: Object) -> bool:
    return may_decide(call.cloud, call.tid, request, who["id"])


def _mine(kind: Kind, on: str, concerns: Concerns) -> Endpoint:
    path = f"{ELM}/{kind.collection}/filterByCurrentUser(on='{on}')"

    def answer(call: Call) -> Reply:
        who = call.store.get(call.tid, "users", call.who.oid or "")
        if call.who.is_app or not who:
            raise denied(path)
        return listing(call, kind, [each for each in call.all(kind.collection) if concerns(call, each, who)])

    return Endpoint("GET", path, answer)


ENDPOINTS = [
    _mine(ASSIGNMENTS, "target", _is_for("target")),
    _mine(REQUESTS, "target", _is_for("requestor")),
    _mine(REQUESTS, "createdBy", _is_for("requestor")),
    _mine(REQUESTS, "approver", _may_decide),
    _mine(PACKAGES, "allowedRequestor", _may_ask),
]
