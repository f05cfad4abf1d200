"""What the lists of entitlement management share: list, get one, and find one to write to.

Reads ask a replica, which does not know a new object at once (facts 16.11); writes know it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from sandbox.cloud import Cloud
from sandbox.graph.calls import ONE, Call, Endpoint, Reply, seen, unknown
from sandbox.graph.odata import Kind, listing, one
from sandbox.graph.permissions import ELM
from sandbox.store import Object


@dataclasses.dataclass(frozen=True)
class Shelf:
    kind: Kind
    held: Callable[[Cloud, str], list[Object]] | None = None
    """Where the store alone does not say what there is."""

    @property
    def name(self) -> str:
        return self.kind.collection

    @property
    def path(self) -> str:
        return f"{ELM}/{self.name}"

    @property
    def reads(self) -> list[Endpoint]:
        return [
            Endpoint("GET", self.path, self.answer_list),
            Endpoint("GET", f"{self.path}/{{id}}", self.answer_one),
        ]

    def answer_list(self, call: Call) -> Reply:
        return listing(call, self.kind, seen(call.cloud, call.tid, self.name, self.all(call)))

    def answer_one(self, call: Call) -> Reply:
        found = self.find(call, call.given["id"])
        if not seen(call.cloud, call.tid, self.name, [found], ONE):
            raise unknown()
        return one(call, self.kind, found)

    def find(self, call: Call, id: str) -> Object:
        found = next((each for each in self.all(call) if each["id"] == id), None)
        if not found:
            raise unknown()
        return found

    def all(self, call: Call) -> list[Object]:
        return self.held(call.cloud, call.tid) if self.held else call.all(self.name)
