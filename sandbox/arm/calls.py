"""One call to Azure Resource Manager as the handlers see it, and one answer as they give it."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import re
import urllib.parse
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.arm.errors import bad
from sandbox.cloud import Cloud
from sandbox.store import Object, Store
from sandbox.tokens import Principal


@dataclasses.dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Call:
    cloud: Cloud
    who: Principal
    method: str
    path: str
    given: Mapping[str, str]
    """What the path's gaps were filled with; `scope` in the case it was made with."""
    query: Mapping[str, str]
    tid: str
    """The tenant the subscription belongs to, which need not be the caller's."""
    body: Any = None

    @property
    def store(self) -> Store:
        return self.cloud.store

    @property
    def scope(self) -> str:
        return self.given.get("scope", "")

    @property
    def name(self) -> str:
        return self.given["name"]

    @property
    def version(self) -> str:
        return self.query.get("api-version", "")

    def all(self, collection: str) -> list[Object]:
        return self.store.all(self.tid, collection)

    def put(self, collection: str, body: Object) -> Object:
        return self.store.put(self.tid, collection, body)

    def held(self, collection: str, id: str) -> Object | None:
        """By its id, whose case does not matter in Azure."""
        return next((each for each in self.all(collection) if same(each["id"], id)), None)


Handler = Callable[[Call], Reply]


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """`path` begins with {subscription}, {group}, {scope} (either), {workspace} or nothing (the tenant).

    `action` is what the caller must be allowed there; empty where the handler looks for itself.
    """

    method: str
    path: str
    answer: Handler
    action: str = ""
    whoever: bool = False
    """The handler also looks whether the token's tenant may be here."""


def same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def beneath(id: str, scope: str) -> bool:
    """Is it the scope or something in it?"""
    return same(id, scope) or id.casefold().startswith(scope.casefold().rstrip("/") + "/")


def is_guid(text: object) -> bool:
    """Azure takes a GUID with its hyphens, in either case."""
    try:
        return isinstance(text, str) and str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def subscription_of(scope: str) -> str:
    found = re.match(r"/subscriptions/([^/]+)", scope, re.IGNORECASE)
    return found[1] if found else ""


def subscription_scope(scope: str) -> str:
    return f"/subscriptions/{subscription_of(scope)}"


def listing(call: Call, items: list[Object]) -> Reply:
    """One page; the rest is behind an opaque link."""
    start = _start(call.query.get("$skiptoken", ""))
    end = start + call.cloud.habits.page_size
    body: Object = {"value": items[start:end]}
    if end < len(items):
        body["nextLink"] = _next(call, end)
    return Reply(200, body)


def _start(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except (ValueError, binascii.Error):
        raise bad("InvalidSkipToken", "The provided skip token is not valid.") from None


def _next(call: Call, start: int) -> str:
    token = base64.urlsafe_b64encode(f"{start:09}".encode()).decode()
    query = {**call.query, "$skiptoken": token}
    return f"{call.cloud.origin}{urllib.parse.quote(call.path)}?{urllib.parse.urlencode(query)}"
