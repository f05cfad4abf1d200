"""From a call to its handler: which endpoint, may the token do it, has the tenant paid, then the answer."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from sandbox.cloud import Cloud
from sandbox.errors import GraphError
from sandbox.graph import (
    access_packages,
    access_reviews,
    assignment_policies,
    assignment_requests,
    assignments,
    catalog_resources,
    catalogs,
    clockwork,
    connected_organizations,
    current_user,
    deleted_users,
    groups,
    licences,
    members,
    partners,
    permissions,
    policies,
    tenant,
    throttle,
    users,
)
from sandbox.graph.calls import Call, Endpoint, Reply, bad
from sandbox.tokens import Principal

FILES = (
    tenant, users, deleted_users, policies, partners, groups, members, current_user,
    connected_organizations, catalogs, catalog_resources, access_packages, assignment_policies, assignments,
    assignment_requests, access_reviews,
)  # fmt: skip


def _pattern(path: str) -> re.Pattern[str]:
    """A key in quotes may hold a slash; a key between slashes may not."""
    parts = re.split(r"(\{\w+\})", path)
    return re.compile(
        "".join(f"(?P<{part[1:-1]}>[^/]+)" if part[:1] == "{" else re.escape(part) for part in parts)
    )


ENDPOINTS: list[tuple[re.Pattern[str], Endpoint]] = [
    (_pattern(endpoint.path), endpoint) for file in FILES for endpoint in file.ENDPOINTS
]


def parse(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        raise bad("Unable to read JSON request payload.", "BadRequest") from None


def answer(
    cloud: Cloud,
    who: Principal,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: Any,
) -> Reply:
    endpoint, given = _find(method, path)
    call = Call(cloud, who, method, f"/v1.0{path}", given, query, headers, body)
    with cloud.store.lock:
        permissions.check(call, endpoint.path)
        throttle.check(call)
        if not endpoint.path.startswith(permissions.GOVERNED):
            return _directory(call, endpoint)
        return _entitled(call, endpoint)


def _directory(call: Call, endpoint: Endpoint) -> Reply:
    if call.method == "GET" and endpoint.path.startswith("/groups"):
        clockwork.tick_groups(call.cloud, call.tid)
    return endpoint.answer(call)


def _entitled(call: Call, endpoint: Endpoint) -> Reply:
    """Entitlement management: licensed, never in a hurry, and sometimes vague about what is wrong."""
    licences.need_governance(call)
    if call.method == "GET":
        clockwork.tick(call.cloud, call.tid)
    try:
        return endpoint.answer(call)
    except GraphError as error:
        if error.status == 400 and call.cloud.random.random() < call.cloud.habits.vague:
            raise GraphError(400, "UnknownError", "") from None
        raise


def _find(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    fits = [(e, found.groupdict()) for pattern, e in ENDPOINTS if (found := pattern.fullmatch(path))]
    for endpoint, given in fits:
        if endpoint.method == method:
            return endpoint, {name: value.replace("''", "'") for name, value in given.items()}
    if fits:
        raise GraphError(
            405, "MethodNotAllowed", "Specified HTTP method is not allowed for the request target."
        )
    raise bad(f"Resource not found for the segment '{path.rpartition('/')[2]}'.", "BadRequest")


def headers(reply: Reply, client_id: str | None) -> dict[str, str]:
    id = str(uuid.uuid4())
    result = {"request-id": id, "client-request-id": client_id or id}
    return {**result, "Location": reply.location} if reply.location else result
