"""A first try writes at once: nothing was ever sent, so there is nothing of ours to look for."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.engine.plan import Action
from onboarding.running.carry import Intent, carry_out
from sandbox.faults import Fault
from tenants.microsoft import bridge
from tenants.microsoft.errors import Later, Rejected
from tests.kinds.world import World, now


def specs(world: World) -> dict[str, dict[str, Any]]:
    """A spec of each kind that looks before a second try, with all it needs in place."""
    catalog, group = world.catalog("MSSP"), world.group("Tier 1")
    package, resource = world.package(catalog, "Tier 1"), world.resource(catalog, group)
    origin = {"originId": group, "originSystem": "AadGroup"}
    words = {"description": "First"}
    return {
        "catalog": {"displayName": "Accesses", "state": "published", "isExternallyVisible": True, **words},
        "access_package": {"displayName": "New", "isHidden": False, "catalog": {"id": catalog}, **words},
        "catalog_resource": {**origin, "catalog": catalog, "originId": world.group("Tier 2")},
        "package_resource_role": {
            **{"accessPackage": package, "catalog": catalog, "resource": resource, "role": "Member"},
            **origin,
        },
    }


def intent(kind: str, spec: dict[str, Any], **more: Any) -> Intent:
    given = {"first": True, "unclear": False, "looks": 0, "pause": 0.0}
    fixed = {"action": Action.CREATE, "kind": kind, "spec": spec, "remote_id": "", "marker": "m4rk3r"}
    return Intent(**{**fixed, "fields": (), "before": {}, **given, **more})


def carried(world: World, given: Intent) -> str:
    world.cloud.calls.clear()
    return bridge.run(carry_out(world.graph, given))


def methods(world: World) -> list[str]:
    return [call.method for call in world.cloud.calls if call.path.startswith("/v1.0/")]


@pytest.mark.parametrize("kind", ["catalog", "access_package", "package_resource_role"])
def test_a_first_try_is_one_call(world: World, kind: str) -> None:
    carried(world, intent(kind, specs(world)[kind]))
    assert methods(world) == ["POST"]


def test_the_id_of_a_catalogs_resource_is_read_after_the_request(world: World) -> None:
    made = carried(world, intent("catalog_resource", specs(world)["catalog_resource"]))
    assert methods(world) == ["POST", "GET"]
    assert world.get("catalogResources", made)


@pytest.mark.parametrize("kind", ["catalog", "access_package", "catalog_resource", "package_resource_role"])
def test_a_second_try_looks_first_and_makes_no_second_one(world: World, kind: str) -> None:
    spec = specs(world)[kind]
    made = carried(world, intent(kind, spec))
    assert carried(world, intent(kind, spec, first=False)) == made
    assert "POST" not in methods(world)


def test_after_a_lost_answer_even_a_first_try_looks_first(world: World) -> None:
    spec = specs(world)["catalog"]
    made = carried(world, intent("catalog", spec))
    assert carried(world, intent("catalog", spec, unclear=True)) == made
    assert "POST" not in methods(world)


def test_a_role_that_came_before_us_is_taken_as_the_one(world: World) -> None:
    """Somebody else was faster: the service says no to a second one, and the role is its own key."""
    spec = specs(world)["package_resource_role"]
    made = carried(world, intent("package_resource_role", spec))
    assert carried(world, intent("package_resource_role", spec)) == made
    assert methods(world) == ["POST", "GET"]
    assert len(world.get("accessPackages", spec["accessPackage"])["resourceRoleScopes"]) == 1


def test_what_it_belongs_to_may_lag_when_the_id_is_looked_for(world: World) -> None:
    spec = {**specs(world)["catalog_resource"], "catalog": "00000000-0000-4000-8000-000000000000"}
    with pytest.raises(Later):
        carried(world, intent("catalog_resource", spec, unclear=True))


def test_the_next_write_may_begin_while_the_id_is_read_and_not_before_the_answer(world: World) -> None:
    given, heard = intent("catalog_resource", specs(world)["catalog_resource"]), []
    world.cloud.faults.append(Fault("429", "POST", "/resourceRequests$"))
    world.cloud.faults.append(Fault("503", "GET", "/resources$"))
    for answers in (0, 1):
        with pytest.raises(Later):
            bridge.run(carry_out(world.graph, given, lambda: heard.append("answered")))
        assert len(heard) == answers


def test_what_is_refused_and_is_not_there_stays_refused(world: World) -> None:
    spec = {**specs(world)["catalog"], "state": "half open"}
    with pytest.raises(Rejected):
        carried(world, intent("catalog", spec))


def test_a_request_that_takes_its_time_is_looked_for_later_and_never_sent_twice(world: World) -> None:
    world.cloud.habits.slow_elm = 3
    spec = specs(world)["catalog_resource"]
    with pytest.raises(Later) as later:
        carried(world, intent("catalog_resource", spec))
    assert later.value.maybe_done
    for _ in range(3):
        try:
            made = carried(world, intent("catalog_resource", spec, first=False))
        except Later:
            continue
    assert world.get("catalogResources", made)
    assert len(world.all("resourceRequests")) == 1


def test_a_request_for_another_catalog_is_not_ours_and_ours_is_sent_all_the_same(world: World) -> None:
    spec = specs(world)["catalog_resource"]
    about = {"resource": {"originId": spec["originId"]}, "catalog": {"id": world.catalog("Theirs")}}
    world.put("resourceRequests", requestType="adminAdd", state="submitted", createdDateTime=now(), **about)
    assert world.get("catalogResources", carried(world, intent("catalog_resource", spec, first=False)))
