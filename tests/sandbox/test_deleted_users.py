"""A deleted user is kept for thirty days, and blocks the end of whatever they held (facts 3.11, 5, 16.19)."""

from __future__ import annotations

import pytest

from tests.sandbox.graph_client import ELM, NORTHWIND, World, graph, person_id, world

NORA = person_id("Nora")
BIN = "/directory/deletedItems/microsoft.graph.user"


@pytest.fixture
def built() -> World:
    """Nora holds the package; an administrator deletes her, and the assignment is ended."""
    made = world(graph())
    made.graph.roles += ["User.ReadWrite.All", "User.DeleteRestore.All"]
    ids = {"assignmentPolicyId": made.policy["id"], "accessPackageId": made.package["id"]}
    assign(made, "adminAdd", {"targetId": NORA, **ids})
    assert made.graph.call("DELETE", f"/users/{NORA}").status_code == 204
    assign(made, "adminRemove", {"id": made.graph.get(f"{ELM}/assignments")["value"][0]["id"]})
    return made


def assign(built: World, kind: str, assignment: dict[str, str]) -> None:
    built.graph.post(f"{ELM}/assignmentRequests", {"requestType": kind, "assignment": assignment})


def ends(built: World) -> list[int]:
    paths = (f"{ELM}/assignmentPolicies/{built.policy['id']}", f"{ELM}/accessPackages/{built.package['id']}")
    return [built.graph.call("DELETE", path).status_code for path in paths]


def test_19_a_deleted_user_is_gone_from_everywhere_but_the_bin(built: World) -> None:
    assert built.graph.call("GET", f"/users/{NORA}").status_code == 404
    assert built.graph.pages(f"/groups/{built.group['id']}/members") == []
    kept = built.graph.pages(f"{BIN}?$select=id,displayName,deletedDateTime")
    assert [(each["id"], each["displayName"]) for each in kept] == [(NORA, "Nora")]
    assert kept[0]["deletedDateTime"]


def test_19_the_assignment_of_a_deleted_user_blocks_for_thirty_days(built: World) -> None:
    assert [each["state"] for each in built.graph.pages(f"{ELM}/assignments")] == ["expired"]
    assert ends(built) == [400, 400]
    built.graph.cloud.clock.advance(days=29)
    assert ends(built) == [400, 400]
    built.graph.cloud.clock.advance(days=2)
    assert built.graph.pages(BIN) == []
    assert ends(built) == [204, 204]


def test_19_deleted_for_good_they_block_no_more(built: World) -> None:
    assert built.graph.call("DELETE", f"/directory/deletedItems/{NORA}").status_code == 204
    assert ends(built) == [204, 204]


def test_24_deleting_takes_permissions_of_its_own(built: World) -> None:
    built.graph.roles.remove("User.DeleteRestore.All")
    assert built.graph.call("DELETE", f"/directory/deletedItems/{NORA}").status_code == 403
    built.graph.roles.remove("User.ReadWrite.All")
    assert built.graph.call("DELETE", f"/users/{person_id('Nils')}").status_code == 403
    assert built.graph.cloud.store.get(NORTHWIND, "users", person_id("Nils"))
