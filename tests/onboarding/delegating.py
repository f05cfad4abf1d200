"""An offer with Azure in it, and Northwind's administrator, who alone can delegate a subscription."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from onboarding import offers
from onboarding.delegations import template
from onboarding.models import Offer, Step
from sandbox import seed
from sandbox.app import build
from sandbox.arm import demo
from sandbox.cloud import Cloud
from sandbox.store import Object
from sandbox.tokens import ARM, person_token
from tests.onboarding.conftest import NORTHWIND

WAYS = ["access_packages", "lighthouse"]
RESPONDER, CONTRIBUTOR, APPROVERS = demo.GROUPS[:3]
SENTINEL = {
    "name": "{brand} for {customer}",
    "description": "Sentinel, looked after by {provider}.",
    "roles": [
        {"tier": "tier-1", "role": "3e150937-b8fe-4cfb-8069-0eaf05ecd056", "group": RESPONDER},
        {
            "tier": "tier-2",
            "role": "ab8e14d6-4a74-4a29-9ba8-549422addade",
            "group": CONTRIBUTOR,
            "on_demand": True,
            "approvers": [APPROVERS],
        },
    ],
}


def sell(lighthouse: dict[str, Any] | None = None) -> Offer:
    """The next version of the offer, with Azure in it."""
    seen = offers.current("managed-defender").version
    changes = {"planes": WAYS, "lighthouse": lighthouse or SENTINEL}
    return offers.edit("managed-defender", seen, changes, "person 1")


def subscription(box: Cloud) -> str:
    """Northwind's."""
    return str(box.store.all(seed.NORTHWIND, "subscriptions")[0]["id"])


def file_for(tmp_path: Path, *places: str) -> Path:
    listed = ", ".join(f'"{place}"' for place in places)
    path = tmp_path / "northwind.toml"
    path.write_text(NORTHWIND + f"[azure]\nsubscriptions = [{listed}]\n")
    return path


def azure(box: Cloud, method: str, path: str, json: Any = None) -> Object:
    """Ada, who owns Northwind's subscription, by herself."""
    ada = next(u for u in box.store.all(seed.NORTHWIND, "users") if u["displayName"] == "Ada Admin")
    token = person_token(box, seed.NORTHWIND, ada, seed.SIGN_IN, "user_impersonation", ARM)
    client = TestClient(build(box), box.origin)
    url = f"{path}?api-version=2022-10-01"
    answer = client.request(method, url, json=json, headers={"Authorization": f"Bearer {token}"})
    assert answer.is_success, answer.text
    result: Object = answer.json() if answer.content else {}
    return result


def deploy(box: Cloud, *groups: str) -> None:
    """The template of the delegations that the run waits for."""
    spec = Step.objects.filter(kind="delegation").latest("pk").spec
    scope = "/".join(spec["scope"].split("/")[:3])
    made = template.of(spec["definition"], spec["properties"], groups)
    path = f"{scope}/providers/Microsoft.Resources/deployments/gatehouse"
    whole = {"mode": "Incremental", "template": made}
    azure(box, "PUT", path, {"location": "westeurope", "properties": whole})
    assert azure(box, "GET", path)["properties"]["provisioningState"] == "Succeeded"


def delegations(box: Cloud) -> list[Object]:
    return box.store.all(seed.NORTHWIND, "registrationAssignments")
