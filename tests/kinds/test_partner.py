"""An entry for another tenant is shared: what others put into it is there when we are gone."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from onboarding.engine.plan import Action
from onboarding.engine.putting_back import was_put_back
from onboarding.kinds import KINDS
from onboarding.kinds.base import Found, holds_ours
from sandbox.faults import Fault
from tenants.microsoft import bridge
from tenants.microsoft.errors import Refused
from tests.kinds.carrying import carried
from tests.kinds.contract import KindContract
from tests.kinds.world import FABRIKAM, NORTHWIND, World, patiently

GROUP = "99999999-9999-4999-8999-999999999999"
SALES = "88888888-8888-4888-8888-888888888888"
OTHER = "77777777-7777-4777-8777-777777777777"
EVERY_APP = {
    "accessType": "allowed",
    "targets": [{"target": "AllApplications", "targetType": "application"}],
}
DIRECT = {"usersAndGroups": {"accessType": "allowed", "targets": [{"target": OTHER, "targetType": "user"}]}}


def inbound(*groups: str) -> dict[str, Any]:
    targets = [{"target": group, "targetType": "group"} for group in groups]
    return {"usersAndGroups": {"accessType": "allowed", "targets": targets}, "applications": EVERY_APP}


SPEC: dict[str, Any] = {
    "tenantId": FABRIKAM,
    "inboundTrust": {"isMfaAccepted": True, "isCompliantDeviceAccepted": True},
    "automaticUserConsentSettings": {"inboundAllowed": True},
    "b2bCollaborationInbound": inbound(GROUP),
}
FIELDS = tuple(SPEC)[1:]


class TestPartnerInbound(KindContract):
    name = "partner_inbound"
    collection = "partners"
    change: ClassVar = {"b2bCollaborationInbound": inbound(GROUP, SALES)}
    foreign: ClassVar = {"b2bDirectConnectInbound": DIRECT}

    def spec(self) -> dict[str, Any]:
        for each in (OTHER, SALES, GROUP):
            entry(self.world, each)
        return SPEC


class TestPartnerOutbound(TestPartnerInbound):
    """The contract does not know where an entry stands; planes and agreements do."""

    name = "partner_outbound"
    change: ClassVar = {"automaticUserConsentSettings": {"outboundAllowed": False}}

    def spec(self) -> dict[str, Any]:
        return {"tenantId": FABRIKAM, "automaticUserConsentSettings": {"outboundAllowed": True}}


def entry(world: World, tenant: str, **settings: Any) -> dict[str, Any]:
    bare = dict.fromkeys((*FIELDS, "b2bDirectConnectInbound", "b2bCollaborationOutbound"))
    whole = {**bare, "isServiceProvider": False, **settings, "tenantId": tenant}
    return world.store.put(NORTHWIND, "partners", {**whole, "id": tenant})


def stored(world: World) -> dict[str, Any] | None:
    return world.store.get(NORTHWIND, "partners", FABRIKAM)


def change(world: World, **settings: Any) -> None:
    world.change("partners", FABRIKAM, **settings)


def read(world: World) -> Found | None:
    return patiently(lambda: KINDS["partner_inbound"].read(world.graph, FABRIKAM, SPEC))


def make(world: World) -> dict[str, Any]:
    carried(world, "partner_inbound", SPEC)
    return stored(world) or {}


def end(world: World, action: Action = Action.DELETE, before: dict[str, Any] | None = None) -> Found | None:
    carried(world, "partner_inbound", SPEC, action=action, remote_id=FABRIKAM, before=before)
    return read(world)


def take_over(world: World) -> dict[str, Any]:
    """The values from before, as a plan keeps them."""
    found = read(world)
    assert found is not None
    before = {name: found.values.get(name) for name in FIELDS}
    carried(world, "partner_inbound", SPEC, action=Action.ADOPT, remote_id=FABRIKAM, before=before)
    return before


TRUSTING = {
    "isMfaAccepted": False,
    "isCompliantDeviceAccepted": False,
    "isHybridAzureADJoinedDeviceAccepted": True,
}


def test_what_was_inherited_beside_ours_goes_on_as_it_was(world: World) -> None:
    """A setting is inherited only whole: without this, ours would switch off the customer's hybrid trust."""
    default = {"id": "crossTenantAccessPolicyDefault", "inboundTrust": TRUSTING}
    world.store.put(NORTHWIND, "policies", default)
    made = make(world)
    assert made["inboundTrust"] == {**TRUSTING, **SPEC["inboundTrust"]}
    assert made["b2bCollaborationOutbound"] is None


def test_taken_over_field_by_field_and_given_back_as_it_was(world: World) -> None:
    theirs = {"inboundTrust": {**TRUSTING, "isMfaAccepted": True}, "b2bCollaborationInbound": inbound(SALES)}
    before = entry(world, FABRIKAM, **theirs, b2bDirectConnectInbound=DIRECT)
    values = take_over(world)
    now = stored(world) or {}
    assert now["inboundTrust"] == {**TRUSTING, **SPEC["inboundTrust"]}
    assert (now["b2bCollaborationInbound"], now["b2bDirectConnectInbound"]) == (inbound(GROUP), DIRECT)
    found = end(world, Action.RELEASE, values)
    assert stored(world) == before
    assert found is not None and was_put_back(found.values, {n: SPEC[n] for n in FIELDS}, values)


ADDED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"b2bDirectConnectInbound": DIRECT}, {"b2bDirectConnectInbound": DIRECT}),
    (
        {"inboundTrust": {**TRUSTING, **SPEC["inboundTrust"]}},
        {"inboundTrust": TRUSTING},
    ),
    (
        {"automaticUserConsentSettings": {"inboundAllowed": True, "outboundAllowed": True}},
        {"automaticUserConsentSettings": {"inboundAllowed": False, "outboundAllowed": True}},
    ),
    (
        {"b2bCollaborationInbound": inbound(GROUP, SALES)},
        {"b2bCollaborationInbound": inbound(SALES)},
    ),
    (
        {"b2bCollaborationInbound": {"usersAndGroups": {"accessType": "blocked", "targets": []}}},
        {"b2bCollaborationInbound": {"usersAndGroups": {"accessType": "blocked", "targets": []}}},
    ),
]


@pytest.mark.parametrize(("added", "left"), ADDED, ids=[next(iter(left)) for _, left in ADDED])
def test_what_others_put_into_an_entry_of_ours_outlives_us(
    world: World, added: dict[str, Any], left: dict[str, Any]
) -> None:
    make(world)
    change(world, **added)
    found = end(world)
    now = stored(world)
    assert found is not None and now is not None
    assert {name: now[name] for name in left} == left
    assert all(now[name] is None for name in FIELDS if name not in left)
    assert not holds_ours(found.about)
    assert (end(world), stored(world)) == (found, now)


def test_an_entry_of_ours_goes_whole_and_an_unsynchronised_one_only(world: World) -> None:
    make(world)
    synced = {"id": FABRIKAM, "tenantId": FABRIKAM, "userSyncInbound": {"isSyncAllowed": True}}
    world.store.put(NORTHWIND, "identitySynchronizations", synced)
    found = end(world)
    assert found is not None and not holds_ours(found.about)
    world.store.remove(NORTHWIND, "identitySynchronizations", FABRIKAM)
    assert (end(world), stored(world)) == (None, None)


@pytest.mark.parametrize("unclear", [False, True])
@pytest.mark.parametrize("theirs", [{}, {"inboundTrust": TRUSTING}])
def test_an_entry_somebody_made_meanwhile_is_not_taken_for_ours(
    world: World, theirs: dict[str, Any], unclear: bool
) -> None:
    """Not even where an answer was lost, and ours could be there."""
    before = entry(world, FABRIKAM, **theirs)
    with pytest.raises(Refused, match="lookalike"):
        carried(world, "partner_inbound", SPEC, unclear=unclear)
    assert stored(world) == before


def test_a_lost_answer_is_known_by_what_is_in_the_entry(world: World) -> None:
    world.cloud.habits.lag = 3
    world.cloud.faults.append(Fault("cut after", "POST", "/partners$"))
    assert carried(world, "partner_inbound", SPEC) == FABRIKAM
    assert len(world.all("partners")) == 1


def test_a_second_look_tells_a_lagging_replica_from_an_entry_that_is_gone(world: World) -> None:
    make(world)
    world.cloud.faults.append(Fault("503", "GET", "/partners$"))
    world.cloud.habits.lag = 1
    world.cloud.reads[NORTHWIND, "partners", FABRIKAM] = 0
    with pytest.raises(Exception, match="again in"):
        bridge.run(KINDS["partner_inbound"].delete(world.graph, FABRIKAM, SPEC))
    assert stored(world) is not None
