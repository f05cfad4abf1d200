"""$batch: up to twenty calls in one, answered in any order (facts 12.3)."""

from __future__ import annotations

import urllib.parse
import uuid
from collections.abc import Mapping
from typing import Any

from sandbox import faults
from sandbox.cloud import Cloud
from sandbox.errors import GraphError
from sandbox.graph import dispatch
from sandbox.graph.calls import bad
from sandbox.store import Object
from sandbox.tokens import Principal

LIMIT = 20
METHODS = {"GET", "POST", "PATCH", "PUT", "DELETE"}


def answer(cloud: Cloud, who: Principal, body: Any, headers: Mapping[str, str]) -> Object:
    done: dict[str, Object] = {}
    for inner in _requests(body):
        done[inner["id"].casefold()] = {"id": inner["id"], **_one(cloud, who, inner, done)}
    responses = list(done.values())
    cloud.random.shuffle(responses)
    return {"responses": responses}


def _requests(body: Any) -> list[Object]:
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        raise bad("Invalid batch payload format.", "BadRequest")
    if len(requests) > LIMIT:
        raise bad(
            f"Number of batch request steps exceeds the maximum value of {LIMIT}.", "MaximumValueExceeded"
        )
    for inner in requests:
        _check(inner)
    if len({inner["id"].casefold() for inner in requests}) < len(requests):
        raise bad("Request Id has to be unique in a batch.", "BadRequest")
    return requests


def _check(inner: Any) -> None:
    if not isinstance(inner, dict) or not all(isinstance(inner.get(n), str) for n in ("id", "method", "url")):
        raise bad("Every request of a batch needs id, method and url.", "BadRequest")
    if inner["method"] not in METHODS or inner["url"].startswith(("http:", "https:")):
        raise bad(f"Invalid method or address of the request '{inner['id']}'.", "BadRequest")
    names = {name.casefold() for name in inner.get("headers", {})}
    if "body" in inner and "content-type" not in names:
        raise bad(f"Content-Type is missing in the request '{inner['id']}'.", "BadRequest")


def _one(cloud: Cloud, who: Principal, inner: Object, done: dict[str, Object]) -> Object:
    id = str(uuid.uuid4())
    try:
        _check_waited(inner, done)
        return _reply(cloud, who, inner)
    except GraphError as error:
        return {"status": error.status, "headers": error.headers, "body": error.envelope(id, id)}


def _check_waited(inner: Object, done: dict[str, Object]) -> None:
    for other in inner.get("dependsOn", []):
        found = done.get(other.casefold())
        if not found or found["status"] >= 400:
            raise GraphError(
                424, "FailedDependency", f"The request '{other}' this one depends on did not succeed."
            )


def _reply(cloud: Cloud, who: Principal, inner: Object) -> Object:
    url = urllib.parse.urlsplit(inner["url"])
    path = "/" + urllib.parse.unquote(url.path).lstrip("/")
    query = dict(urllib.parse.parse_qsl(url.query))
    headers = {name.casefold(): value for name, value in inner.get("headers", {}).items()}
    if fault := faults.take(cloud, inner["method"], f"/v1.0{path}", part=True):
        raise faults.as_error(fault, path)
    reply = dispatch.answer(cloud, who, inner["method"], path, query, headers, inner.get("body"))
    own = {"Location": reply.location} if reply.location else {}
    return {"status": reply.status, "headers": own, **({} if reply.body is None else {"body": reply.body})}
