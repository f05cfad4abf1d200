"""The bad days happen as announced, on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault

GROUPS = "/v1.0/groups"
GROUP = {"displayName": "SOC", "mailEnabled": False, "mailNickname": "soc", "securityEnabled": True}


@pytest.fixture
def setup_app(world: Cloud, token: Callable[..., httpx.Response]) -> dict[str, str]:
    app = world.store.get("", "applications", seed.SETUP) or {}
    world.store.put("", "applications", {**app, "secrets": ["s3"]})
    answer = token(client_id=seed.SETUP, client_secret="s3")
    return {"Authorization": "Bearer " + answer.json()["access_token"]}


def test_06_an_error_has_graphs_envelope_and_repeats_the_callers_request_id(http: httpx.Client) -> None:
    answer = http.get(GROUPS, headers={"client-request-id": "mine"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (401, "InvalidAuthenticationToken")
    assert error["innerError"]["client-request-id"] == answer.headers["client-request-id"] == "mine"
    assert error["innerError"]["request-id"] == answer.headers["request-id"]


def test_06_a_good_answer_carries_a_request_id_too(http: httpx.Client, reader: dict[str, str]) -> None:
    answer = http.get(GROUPS, headers=reader)
    assert (answer.status_code, len(answer.headers["request-id"])) == (200, 36)


@pytest.mark.parametrize("what", ["429", "503"])
def test_07_throttling_says_when_to_come_back_and_ends(
    what: str, http: httpx.Client, world: Cloud, reader: dict[str, str]
) -> None:
    world.faults.append(Fault(what, "GET", "/groups", times=2, retry_after=7))  # type: ignore[arg-type]
    answers = [http.get(GROUPS, headers=reader) for _ in range(3)]
    assert [each.status_code for each in answers] == [int(what), int(what), 200]
    assert answers[0].headers["retry-after"] == "7"


def test_07_conditional_access_throttles_without_saying_for_how_long(
    http: httpx.Client, world: Cloud, reader: dict[str, str]
) -> None:
    world.faults.append(Fault("429"))
    answer = http.get("/v1.0/identity/conditionalAccess/policies", headers=reader)
    assert answer.status_code == 429
    assert "retry-after" not in answer.headers


def test_a_fault_waits_for_its_turn(http: httpx.Client, world: Cloud, reader: dict[str, str]) -> None:
    world.faults.append(Fault("500", skip=1))
    assert [http.get(GROUPS, headers=reader).status_code for _ in range(3)] == [200, 500, 200]


@pytest.mark.parametrize(("what", "groups"), [("cut before", 0), ("cut after", 1)])
def test_a_cut_connection_leaves_the_caller_in_doubt(
    what: str, groups: int, http: httpx.Client, world: Cloud, setup_app: dict[str, str]
) -> None:
    world.faults.append(Fault(what, "POST", "/groups"))  # type: ignore[arg-type]
    with pytest.raises(httpx.RemoteProtocolError):
        http.post(GROUPS, json=GROUP, headers=setup_app)
    assert len(world.store.all(seed.NORTHWIND, "groups")) == groups
    assert world.calls[-1] == ("POST", GROUPS, None)


def test_a_500_may_come_after_the_deed(http: httpx.Client, world: Cloud, setup_app: dict[str, str]) -> None:
    world.faults.append(Fault("500 after", "POST"))
    answer = http.post(GROUPS, json=GROUP, headers=setup_app)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "InternalServerError")
    assert len(world.store.all(seed.NORTHWIND, "groups")) == 1


def test_a_malformed_answer_is_no_json_though_the_deed_is_done(
    http: httpx.Client, world: Cloud, setup_app: dict[str, str]
) -> None:
    world.faults.append(Fault("malformed", "POST"))
    answer = http.post(GROUPS, json=GROUP, headers=setup_app)
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert (answer.status_code, len(world.store.all(seed.NORTHWIND, "groups"))) == (201, 1)


def test_silence_lasts_until_the_client_goes(
    http: httpx.Client, world: Cloud, setup_app: dict[str, str]
) -> None:
    world.faults.append(Fault("hang", "POST"))
    with pytest.raises(httpx.ReadTimeout):
        http.post(GROUPS, json=GROUP, headers=setup_app, timeout=0.3)
    assert world.store.all(seed.NORTHWIND, "groups") == []


def test_the_login_has_bad_days_too(world: Cloud, token: Callable[..., httpx.Response]) -> None:
    world.faults.append(Fault("503", path="/token"))
    assert token().json()["error"] == "temporarily_unavailable"
    world.faults.append(Fault("cut before", path="/token"))
    with pytest.raises(httpx.RemoteProtocolError):
        token()
    assert token().status_code == 200


def test_faults_habits_and_clock_are_driven_from_another_process(
    http: httpx.Client, world: Cloud, reader: dict[str, str]
) -> None:
    http.post("/_sandbox/faults", json=[{"what": "503", "path": "/groups"}])
    http.post("/_sandbox/habits", json={"lag": 2})
    http.delete("/_sandbox/calls")
    assert http.get(GROUPS, headers=reader).status_code == 503
    assert http.get("/_sandbox/calls").json() == {"calls": [["GET", GROUPS, 503]], "writes": 0}
    assert world.habits.lag == 2
    assert "users" in http.get(f"/_sandbox/state/{seed.NORTHWIND}").json()


def test_34_the_clock_is_the_tests_and_tokens_end_by_it(http: httpx.Client, reader: dict[str, str]) -> None:
    http.post("/_sandbox/clock", json={"minutes": 59})
    assert http.get(GROUPS, headers=reader).status_code == 200
    http.post("/_sandbox/clock", json={"minutes": 2})
    answer = http.get(GROUPS, headers=reader)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
