"""Approvals go stage by stage; each has its own approvers, its own time and its own way up (facts 3.8)."""

from __future__ import annotations

import pytest

from sandbox.graph.approvals import No, decide, may_decide
from sandbox.graph.self_service import request_package
from sandbox.store import Object
from tests.sandbox.graph_client import ELM, FABRIKAM, NORTHWIND, World, graph, person_id, policy_body, world

NORA, NILS, BOSS = (person_id(name) for name in ("Nora", "Nils", "Boss"))


def single(id: str) -> Object:
    return {"@odata.type": "#microsoft.graph.singleUser", "userId": id}


@pytest.fixture
def built() -> World:
    """Nora or Nils first, then the boss; where both are silent for three days, the boss speaks for them."""
    made = world(graph())
    boss = {"id": BOSS, "displayName": "Boss", "mail": "boss@northwind.example", "accountEnabled": True}
    made.graph.cloud.store.put(NORTHWIND, "users", boss)
    times = {"durationBeforeAutomaticDenial": "P14D", "durationBeforeEscalation": "P3D"}
    first = {**times, "primaryApprovers": [single(NORA), single(NILS)]}
    first |= {"isEscalationEnabled": True, "escalationApprovers": [single(BOSS)]}
    body = policy_body(made.package, made.organization, made.approvers)
    body["requestApprovalSettings"]["stages"] = [first, {**times, "primaryApprovers": [single(BOSS)]}]
    made.graph.good(made.graph.call("PUT", f"{ELM}/assignmentPolicies/{made.policy['id']}", body))
    return made


def ask(built: World) -> Object:
    return request_package(built.graph.cloud, NORTHWIND, built.package["id"], FABRIKAM, person_id("Fay"))


def judge(built: World, request: Object, who: str, approve: bool = True) -> str:
    return str(decide(built.graph.cloud, NORTHWIND, request["id"], who, approve=approve)["state"])


def refusal(built: World, request: Object, who: str) -> int:
    with pytest.raises(No) as error:
        judge(built, request, who)
    return error.value.status


def state(built: World, request: Object) -> str:
    return str(built.graph.get(f"{ELM}/assignmentRequests/{request['id']}")["state"])


def test_22_every_stage_has_to_approve_in_its_turn(built: World) -> None:
    request = ask(built)
    assert refusal(built, request, BOSS) == 403
    assert judge(built, request, NILS) == "pendingApproval"
    assert not built.graph.get(f"{ELM}/assignments")["value"]
    assert judge(built, request, BOSS) == "delivered"


def test_22_a_second_approver_of_a_stage_that_is_decided_comes_too_late(built: World) -> None:
    request = ask(built)
    judge(built, request, NILS)
    assert refusal(built, request, NORA) == 409


def test_22_a_denial_in_any_stage_ends_it(built: World) -> None:
    request = ask(built)
    judge(built, request, NORA)
    assert judge(built, request, BOSS, approve=False) == "denied"
    assert not built.graph.get(f"{ELM}/assignments")["value"]


def test_22_only_whose_turn_it_is_may_decide(built: World) -> None:
    request, cloud = ask(built), built.graph.cloud
    assert [may_decide(cloud, NORTHWIND, request, who) for who in (NORA, NILS, BOSS)] == [True, True, False]


def test_34_after_the_time_of_a_stage_it_is_denied(built: World) -> None:
    request, other = ask(built), built.graph.cloud.clock
    other.advance(days=13)
    assert state(built, request) == "pendingApproval"
    other.advance(days=2)
    assert state(built, request) == "denied"


def test_34_the_time_of_a_stage_begins_with_the_stage(built: World) -> None:
    request = ask(built)
    built.graph.cloud.clock.advance(days=13)
    judge(built, request, NORA)
    built.graph.cloud.clock.advance(days=13)
    assert state(built, request) == "pendingApproval"


def test_34_who_is_next_may_decide_once_the_first_were_silent(built: World) -> None:
    request = ask(built)
    built.graph.cloud.clock.advance(days=4)
    assert judge(built, request, BOSS) == "pendingApproval"
    assert judge(built, request, BOSS) == "delivered"
