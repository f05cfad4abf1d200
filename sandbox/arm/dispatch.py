"""From a call to its handler: whose subscription, may the caller come in and do this, then the answer."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from sandbox.arm import (
    access,
    activity_log,
    clockwork,
    deployments,
    lenient,
    operations,
    policies,
    providers,
    resource_groups,
    role_definitions,
    subscriptions,
    throttle,
    what_if,
)
from sandbox.arm.calls import Call, Endpoint, Reply, subscription_of
from sandbox.arm.errors import ArmError, bad
from sandbox.arm.kinds import KINDS
from sandbox.cloud import Cloud
from sandbox.tokens import Principal

SUBSCRIPTION = r"/subscriptions/[^/]+"
GROUP = rf"{SUBSCRIPTION}/resourceGroups/[^/]+"
WORKSPACE = rf"{GROUP}/providers/Microsoft\.OperationalInsights/workspaces/[^/]+"
GAPS = {
    "{root}": "(?P<scope>)",
    "{subscription}": rf"(?P<scope>{SUBSCRIPTION})",
    "{group}": rf"(?P<scope>{SUBSCRIPTION}|{GROUP})",
    "{own_group}": rf"(?P<scope>{GROUP})",
    "{in_group}": rf"(?P<scope>{GROUP})",
    "{scope}": rf"(?P<scope>{SUBSCRIPTION}|{GROUP})",
    "{workspace}": rf"(?P<scope>{WORKSPACE})",
}
VERSION = re.compile(r"20\d\d-\d\d-\d\d(-preview|-alpha|-beta)?", re.IGNORECASE)
FILES = (
    subscriptions, providers, role_definitions, resource_groups, operations, activity_log, policies,
    deployments, what_if,
)  # fmt: skip


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", path)
    text = "".join(GAPS.get(part) or _gap(part) for part in parts)
    return re.compile(text + "/?", re.IGNORECASE)


def _gap(part: str) -> str:
    return f"(?P<{part[1:-1]}>[^/]+)" if part[:1] == "{" else re.escape(part)


ENDPOINTS: list[tuple[re.Pattern[str], Endpoint]] = [
    (_pattern(endpoint.path), endpoint)
    for endpoints in (*(file.ENDPOINTS for file in FILES), *(kind.endpoints() for kind in KINDS.values()))
    for endpoint in endpoints
]


def parse(raw: bytes) -> Any:
    try:
        return lenient.loads(raw) if raw else None
    except ValueError:
        raise bad(
            "InvalidRequestContent", "The request content was invalid and could not be deserialized."
        ) from None


def answer(
    cloud: Cloud, who: Principal, method: str, path: str, query: Mapping[str, str], body: Any
) -> Reply:
    options = {name.lower() if name.startswith("$") else name: value for name, value in query.items()}
    endpoint, given = _find(method, path)
    call = Call(cloud, who, method, path, given, options, who.tid, body)
    _check_version(call)
    with cloud.store.lock:
        return _let_in(call, endpoint)


def _let_in(call: Call, endpoint: Endpoint) -> Reply:
    subscription = subscription_of(call.scope)
    if not subscription:
        return _answered(call, endpoint)
    owner = subscriptions.owner(call.cloud, subscription)
    call = dataclasses.replace(call, tid=owner, given={**call.given, "scope": _as_kept(call, owner)})
    if not endpoint.whoever:
        access.check_tenant(call)
    subscriptions.check_state(call, subscription)
    left = throttle.take(call, subscription)
    reply = _answered(call, endpoint)
    return dataclasses.replace(reply, headers={**left, **reply.headers})


def _answered(call: Call, endpoint: Endpoint) -> Reply:
    """A read gives what goes on by itself a turn; where nothing takes long, every call ends what it began."""
    if call.method in ("GET", "HEAD"):
        clockwork.tick(call.cloud)
    if endpoint.action:
        access.check(call, endpoint.action, call.scope or "/")
    if "{own_group}" not in endpoint.path and "/resourceGroups/" in call.scope:
        resource_groups.need(call, "/".join(call.scope.split("/")[:5]))
    reply = endpoint.answer(call)
    if not call.cloud.habits.slow_arm:
        clockwork.tick(call.cloud)
    return reply


def _as_kept(call: Call, tid: str) -> str:
    """The scope in the case it was made with: Azure does not mind, ids that are kept should."""
    parts, there = call.scope.split("/"), dataclasses.replace(call, tid=tid)
    parts[1:3] = ["subscriptions", parts[2].lower()]
    if len(parts) > 4:
        kept = there.held(resource_groups.COLLECTION, "/".join(parts[:5]))
        parts[3:5] = kept["id"].split("/")[3:5] if kept else ["resourceGroups", parts[4]]
    workspace = there.held("workspaces", "/".join(parts)) if len(parts) > 5 else None
    return str(workspace["id"]) if workspace else "/".join(parts)


def _check_version(call: Call) -> None:
    if not call.version:
        words = "The api-version query parameter (?api-version=) is required for all requests."
        raise bad("MissingApiVersionParameter", words)
    if not VERSION.fullmatch(call.version):
        raise bad("InvalidApiVersionParameter", f"The api-version '{call.version}' is invalid.")


def _find(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    fits = [(e, found.groupdict()) for pattern, e in ENDPOINTS if (found := pattern.fullmatch(path))]
    for endpoint, given in fits:
        if endpoint.method == method:
            return endpoint, given
    if fits:
        words = f"The requested resource does not support http method '{method}'."
        raise ArmError(405, "UnsupportedHttpVerb", words)
    words = f"No HTTP resource was found that matches the request URI '{path}'."
    raise ArmError(404, "NotFound", words)
