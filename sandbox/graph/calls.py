"""One call as the handlers see it, and one answer as they give it.

A call can come alone or inside a batch; the handlers cannot tell, and need not.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.cloud import Cloud
from sandbox.errors import GraphError
from sandbox.store import Object, Store
from sandbox.tokens import Principal


@dataclasses.dataclass(frozen=True)
class Reply:
    status: int
    body: Object | None = None
    location: str | None = None


@dataclasses.dataclass(frozen=True)
class Call:
    cloud: Cloud
    who: Principal
    method: str
    path: str
    """As asked for, from /v1.0 on."""
    given: Mapping[str, str]
    """What the path's gaps were filled with."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None

    @property
    def tid(self) -> str:
        return self.who.tid

    @property
    def store(self) -> Store:
        return self.cloud.store

    @property
    def tenant(self) -> Object:
        found = self.store.get("", "tenants", self.tid)
        if not found:
            raise GraphError(401, "InvalidAuthenticationToken", "The tenant of the token is not known.")
        return found

    def all(self, collection: str) -> list[Object]:
        return self.store.all(self.tid, collection)

    def put(self, collection: str, body: Object) -> Object:
        return self.store.put(self.tid, collection, body)


Handler = Callable[[Call], Reply]


@dataclasses.dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    answer: Handler


def stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def new(call: Call, collection: str, **body: Any) -> Object:
    made = call.put(collection, {"id": str(uuid.uuid4()), **body})
    call.cloud.begin_to_count(call.tid, collection, made["id"])
    return made


LIST, ONE = "list", "one"
"""Endpoints, as far as they differ in what they know; others have names of their own."""


def seen(cloud: Cloud, tid: str, collection: str, items: list[Object], where: str = LIST) -> list[Object]:
    return [item for item in items if not cloud.lags(tid, collection, item["id"], where)]


def changed(before: Object, after: Object, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in after and after[name] != before.get(name)]


def bad(message: str, code: str = "Request_BadRequest") -> GraphError:
    return GraphError(400, code, message)


def absent(id: str) -> GraphError:
    words = (
        f"Resource '{id}' does not exist or one of its queried reference-property objects are not present."
    )
    return GraphError(404, "Request_ResourceNotFound", words)


def unknown() -> GraphError:
    """Entitlement management's own dialect of 404."""
    return GraphError(404, "ResourceNotFound", "The resource was not found.")


def invalid(message: str) -> GraphError:
    """Entitlement management's own dialect of 400."""
    return GraphError(400, "InvalidModel", message)


def in_use(message: str) -> GraphError:
    """Something else still leans on it: the delete order of facts 3.11."""
    return GraphError(400, "BadRequest", message)
