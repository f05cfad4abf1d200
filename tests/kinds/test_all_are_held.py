"""No kind escapes the contract: each is held to it, or is never made by us and says so itself."""

from __future__ import annotations

import pytest

from onboarding.kinds import KINDS
from sandbox import seed
from tenants.microsoft import bridge
from tests.kinds import test_assignment_policy, test_contract, test_partner
from tests.kinds.contract import KindContract
from tests.kinds.world import World

HELD = {
    contract.name
    for module in (test_assignment_policy, test_contract, test_partner)
    for contract in vars(module).values()
    if isinstance(contract, type) and issubclass(contract, KindContract) and contract is not KindContract
}
NEVER_MADE = {"package_assignments", "delegation"}
"""People ask for the one, customers deploy the other: test_deleted_holders.py, test_delegation.py."""


def test_each_kind_is_held_to_the_contract() -> None:
    assert KINDS.keys() == HELD | NEVER_MADE and not HELD & NEVER_MADE


def test_access_of_people_is_never_made_here(world: World) -> None:
    spec = {"accessPackage": seed.NORTHWIND}
    with pytest.raises(TypeError, match="never created here"):
        bridge.run(KINDS["package_assignments"].create(world.graph, spec, "m4rk3r"), 10)
