"""What every kind promises. Truth is what the sandbox holds, never what we remember."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

import pytest

from onboarding.engine.shape import same
from onboarding.kinds import KINDS
from onboarding.kinds.base import Kind, Link
from tenants.microsoft import bridge
from tests.kinds.carrying import carried
from tests.kinds.world import World, patiently

MARKER = "m4rk3r"


class KindContract:
    name: ClassVar[str]
    collection: ClassVar[str]
    """Where the sandbox keeps the objects."""
    change: ClassVar[dict[str, Any]] = {}
    foreign: ClassVar[dict[str, Any]] = {}
    """Fields of the customer's that an update must leave."""

    world: World
    kind: Kind

    def spec(self) -> dict[str, Any]:
        """Also plants what the object needs, and others of its sort around it."""
        raise AssertionError("each kind says what it is")

    def stored(self, remote_id: str) -> dict[str, Any] | None:
        return self.world.store.get("00420000-0000-4000-8000-000000000001", self.collection, remote_id)

    def count(self) -> int:
        return len(self.world.all(self.collection))

    @pytest.fixture(autouse=True)
    def _begin(self, world: World) -> None:
        self.world, self.kind = world, KINDS[self.name]
        self.wanted = self.spec()
        self.before = self.count()
        world.cloud.habits.lag = 1
        world.cloud.habits.vague = 1.0  # a kind that lives on the words of entitlement management would fail

    def find(self) -> list[Any]:
        return patiently(lambda: self.kind.find(self.world.graph, self.wanted))

    def found(self) -> Any:
        find = functools.partial(self.kind.find, self.world.graph, self.wanted)
        return patiently(find, lambda found: bool(found))[0]

    def create(self) -> str:
        return patiently(lambda: self.kind.create(self.world.graph, self.wanted, MARKER))

    def read(self, remote_id: str) -> Any:
        read = functools.partial(self.kind.read, self.world.graph, remote_id, self.wanted)
        return patiently(read, lambda found: found is not None)

    def update(self, remote_id: str, **changes: Any) -> None:
        self.wanted = {**self.wanted, **changes}
        names = frozenset(changes)
        patiently(lambda: self.kind.update(self.world.graph, remote_id, self.wanted, names))

    def delete(self, remote_id: str) -> None:
        patiently(lambda: self.kind.delete(self.world.graph, remote_id, self.wanted))

    def test_among_others_it_finds_nothing(self) -> None:
        assert self.find() == []

    def test_what_it_made_is_as_the_spec_says(self) -> None:
        remote_id = self.create()
        for found in (self.read(remote_id), self.found()):
            assert (found.remote_id, found.strange, found.blockers) == (remote_id, (), ())
            assert all(same(found.values[key], self.wanted[key]) for key in self.wanted)
            assert found.marker == (MARKER if self.kind.marked else None)
        assert self.count() == self.before + 1

    def test_making_it_twice_gives_one(self) -> None:
        """Once its list shows it: what reads by id know says nothing of the list (facts 16.11)."""
        remote_id = self.create()
        self.found()
        assert self.create() == remote_id
        assert self.count() == self.before + 1

    def test_a_second_try_gives_one_though_replicas_flap(self) -> None:
        self.world.cloud.habits.lag, self.world.cloud.habits.flap = 2, True
        remote_id = carried(self.world, self.name, self.wanted, MARKER)
        assert carried(self.world, self.name, self.wanted, MARKER, unclear=True) == remote_id
        assert self.count() == self.before + 1

    def test_an_update_keeps_what_is_not_ours(self) -> None:
        remote_id = self.create()
        self.read(remote_id)
        if isinstance(self.kind, Link):
            assert set(self.kind.identity) == set(self.wanted)
            return
        self.world.change(self.collection, remote_id, **self.foreign)
        self.update(remote_id, **self.change)
        stored, found = self.stored(remote_id) or {}, self.read(remote_id)
        assert {key: stored[key] for key in self.foreign} == self.foreign
        assert all(same(found.values[key], self.wanted[key]) for key in self.wanted)
        assert found.marker == (MARKER if self.kind.marked else None)

    def test_deleting_it_twice_is_fine_and_leaves_the_others(self) -> None:
        remote_id = self.create()
        self.read(remote_id)
        self.delete(remote_id)
        self.delete(remote_id)
        assert self.count() == self.before
        assert bridge.run(self.kind.read(self.world.graph, remote_id, self.wanted)) is None
