"""Azure on bad days: what a caller cannot know, and who asks with which token."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from sandbox import seed
from sandbox.arm import roles
from sandbox.arm import seed as azure
from sandbox.cloud import Cloud
from sandbox.faults import Fault, What
from tests.sandbox.conftest import SECRET
from tests.sandbox.lighthouse_templates import deployment

SCOPE = f"/subscriptions/{seed.NORTHWIND_SUBSCRIPTION}"
DEPLOYMENT = f"{SCOPE}/providers/Microsoft.Resources/deployments/lighthouse?api-version=2025-03-01"
ARM = "https://management.azure.com/.default"


@pytest.fixture
def owner(world: Cloud, token: Callable[..., httpx.Response]) -> dict[str, str]:
    """The reader, for once an owner of Northwind's subscription."""
    oid = next(
        sp["id"] for sp in world.store.all(seed.NORTHWIND, "servicePrincipals") if sp["appId"] == seed.READER
    )
    azure.give(world, seed.NORTHWIND, oid, roles.OWNER, SCOPE)
    return {"Authorization": "Bearer " + token(scope=ARM, client_secret=SECRET).json()["access_token"]}


BODY = deployment(managedByTenantId=seed.FABRIKAM)


@pytest.mark.parametrize(
    ("what", "status", "there"),
    [
        ("429", 429, 404),
        ("503", 503, 404),
        ("500 after", 500, 200),
        ("cut before", None, 404),
        ("cut after", None, 200),
    ],
)
def test_a_deployment_whose_answer_is_lost_can_be_asked_for(
    http: httpx.Client, world: Cloud, owner: dict[str, str], what: What, status: int | None, there: int
) -> None:
    world.faults.append(Fault(what, "PUT", "/deployments/", retry_after=7))
    try:
        answer = http.put(DEPLOYMENT, json=BODY, headers=owner)
        assert (answer.status_code, set(answer.json()["error"])) == (status, {"code", "message"})
        assert answer.headers.get("Retry-After") == (None if status == 500 else "7")
    except httpx.RemoteProtocolError:
        assert status is None
    assert http.get(DEPLOYMENT, headers=owner).status_code == there
    assert world.writes() == 1


def test_a_late_deployment_lands_before_it_is_missed_too_often(
    http: httpx.Client, world: Cloud, owner: dict[str, str]
) -> None:
    world.faults.append(Fault("late", "PUT", "/deployments/"))
    with pytest.raises(httpx.RemoteProtocolError):
        http.put(DEPLOYMENT, json=BODY, headers=owner)
    found = [http.get(DEPLOYMENT, headers=owner).status_code for _ in range(5)]
    assert found == [404, 404, 404, 404, 200]
