"""A late write: its answer is lost, and it is carried out when the caller has looked in vain for a while."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault

CATALOGS = "/v1.0/identityGovernance/entitlementManagement/catalogs"
WANTED = {"displayName": "MSSP"}


@pytest.fixture
def setup_app(world: Cloud, token: Callable[..., httpx.Response]) -> dict[str, str]:
    app = world.store.get("", "applications", seed.SETUP) or {}
    world.store.put("", "applications", {**app, "secrets": ["s3"]})
    answer = token(client_id=seed.SETUP, client_secret="s3")
    return {"Authorization": "Bearer " + answer.json()["access_token"]}


def send_late(http: httpx.Client, world: Cloud, headers: dict[str, str]) -> None:
    world.faults.append(Fault("late", "POST", "/catalogs$"))
    with pytest.raises(httpx.RemoteProtocolError):
        http.post(CATALOGS, json=WANTED, headers=headers)


def test_it_shows_up_in_the_fifth_look(http: httpx.Client, world: Cloud, setup_app: dict[str, str]) -> None:
    send_late(http, world, setup_app)
    made = []
    for _ in range(5):
        listed = http.get(CATALOGS, headers=setup_app).json()["value"]
        made.append(sum(each["displayName"] == "MSSP" for each in listed))
    assert made == [0, 0, 0, 0, 1]


def test_sent_again_too_soon_it_is_there_twice(
    http: httpx.Client, world: Cloud, setup_app: dict[str, str]
) -> None:
    send_late(http, world, setup_app)
    assert http.post(CATALOGS, json=WANTED, headers=setup_app).status_code == 201
    assert [each["displayName"] for each in world.store.all(seed.NORTHWIND, "catalogs")] == ["MSSP", "MSSP"]
