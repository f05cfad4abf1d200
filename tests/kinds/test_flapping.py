"""One "not found" proves nothing; so many in a row do."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.engine.plan import Action
from tenants.microsoft.errors import NotFound
from tests.kinds.carrying import carried
from tests.kinds.world import NORTHWIND, World

NEW, OLD = {"displayName": "MSSP", "description": "New"}, {"description": "Old"}


class Catalog:
    """One that the portal knows, and that a replica does not know for some reads."""

    def __init__(self, world: World, *, absent_for: int) -> None:
        self.world, self.id = world, world.catalog("MSSP")
        world.cloud.habits.lag = absent_for
        world.cloud.reads[NORTHWIND, "catalogs", self.id] = 0

    def carry(self, action: Action) -> str:
        return carried(self.world, "catalog", NEW, action=action, remote_id=self.id, before=OLD)

    def description(self) -> Any:
        return self.world.get("catalogs", self.id)["description"]


def test_an_update_waits_for_a_replica_that_lags(world: World) -> None:
    catalog = Catalog(world, absent_for=3)
    catalog.carry(Action.UPDATE)
    assert catalog.description() == "New"


def test_what_is_given_back_waits_for_a_replica_that_lags(world: World) -> None:
    catalog = Catalog(world, absent_for=3)
    world.change("catalogs", catalog.id, description="New")
    catalog.carry(Action.RELEASE)
    assert catalog.description() == "Old"


def test_an_update_of_what_is_really_gone_fails(world: World) -> None:
    catalog = Catalog(world, absent_for=0)
    world.store.remove(NORTHWIND, "catalogs", catalog.id)
    with pytest.raises(NotFound):
        catalog.carry(Action.UPDATE)


def test_what_somebody_deleted_need_not_be_given_back(world: World) -> None:
    catalog = Catalog(world, absent_for=0)
    world.store.remove(NORTHWIND, "catalogs", catalog.id)
    assert catalog.carry(Action.RELEASE) == catalog.id
    assert world.all("catalogs") == []
