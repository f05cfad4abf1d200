"""Who was let in by what is ours no more is read on, and gone only when a read says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.timezone import now

from onboarding import tasks
from onboarding.engine.resource import Resource
from onboarding.grants.by_plane import of_azure
from onboarding.kinds.base import Found
from onboarding.models import Grant, OwnedObject, Survey
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.onboarding.conftest import entered, manage
from tests.onboarding.delegating import azure, delegations
from tests.onboarding.test_lighthouse import onboarded
from tests.onboarding.test_who_can_do_what import ADA, NW, TIER_1, id_of, let_in, put_into, seen, world

__all__ = ["world"]


def test_who_is_in_a_group_that_was_given_back_is_not_gone_until_it_is_read_so(world: Cloud) -> None:
    gid = id_of("group/tier-1")
    put_into(world, "group/tier-1", "members", ADA)
    let_in(world)
    OwnedObject.objects.filter(address="group/tier-1").update(origin="adopted", before={})
    entered()
    stranger = seen()["member", "Ada Admin", TIER_1]
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    there = world.store.get(NW, "groups", gid)
    assert there is not None and ADA in there["members"]
    about = seen()["member", "Ada Admin", TIER_1]
    assert stranger["strange"] and (about["strange"], about["tier"]) == ("", "tier-1")
    world.store.put(NW, "groups", {**there, "members": []})
    assert not {key for key in seen() if key[0] in ("member", "assignment")}


def test_who_was_in_a_group_that_the_end_deleted_is_gone_with_it(world: Cloud) -> None:
    put_into(world, "group/tier-1", "members", ADA)
    assert ("member", "Ada Admin", TIER_1) in seen()
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    assert not {key for key in seen() if key[0] == "member"}
    assert Survey.objects.last().unread == {}  # type: ignore[union-attr]


def test_what_a_look_did_not_read_is_not_gone(world: Cloud) -> None:
    """Nothing tells any more what was delegated where."""
    row = {"source": "delegation/x", "about": {"sort": "delegation", "ids": {}}}
    Grant.objects.create(tenant=Tenant.objects.get(), key="d", seen_from=now(), seen_until=now(), **row)
    tasks.read_grants_all()
    assert Grant.objects.get(key="d").gone_seen is None
    assert Survey.objects.last().unread.keys() == {"delegation/x"}  # type: ignore[union-attr]


def test_a_delegation_of_which_no_row_is_left_is_not_gone_until_it_is_read_so(
    portal: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.read_grants, "delay", tasks.read_grants)
    onboarded(portal, tmp_path)
    held = {key for key in seen() if key[0] == "delegation"}
    OwnedObject.objects.filter(kind="delegation").delete()
    assert held and {key for key in seen() if key[0] == "delegation"} == held
    [there] = delegations(portal)
    azure(portal, "DELETE", there["id"])
    assert not {key for key in seen() if key[0] == "delegation"}


def test_in_a_resource_group_with_a_long_name_each_role_stands_for_itself() -> None:
    """Azure lets a name have 90 letters, and the key of a row 300."""
    scope = f"/subscriptions/{seed.NORTHWIND}/resourceGroups/{'g' * 90}"
    held = [{"principalId": seed.FABRIKAM, "roleDefinitionId": f"x/{role}"} for role in ("a" * 36, "b" * 36)]
    properties = {"registrationDefinitionName": "Sentinel", "authorizations": held}
    spec = {"scope": scope, "properties": properties}
    place = Resource("delegation/x", "delegation", seed.FABRIKAM, spec, ())
    id = f"{scope}/providers/Microsoft.ManagedServices/registrationAssignments/{seed.NORTHWIND}"
    entries = list(of_azure([place], {place.address: [Found(id, spec)]}))
    assert len({each.key for each in entries}) == 2 and max(len(each.key) for each in entries) <= 300
