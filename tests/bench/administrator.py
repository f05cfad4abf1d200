"""Northwind's administrator, who alone can let an app in and delegate a subscription.

For the process that plays Microsoft: what a customer does there is not counted as ours.
"""

from __future__ import annotations

import json
from pathlib import Path

from starlette.testclient import TestClient

from sandbox import directory, seed
from sandbox.app import build
from sandbox.cloud import Cloud
from sandbox.tokens import ARM, person_token

WHERE = (
    f"/subscriptions/{seed.NORTHWIND_SUBSCRIPTION}/providers/Microsoft.Resources/deployments/bench"
    "?api-version=2022-10-01"
)


def let_in(box: Cloud, app: str) -> None:
    directory.grant(box, seed.NORTHWIND, directory.application(box, app))


def deploy(box: Cloud, template: Path) -> None:
    """What Azure's form sends when the button is pressed."""
    people = box.store.all(seed.NORTHWIND, "users")
    ada = next(person for person in people if person["displayName"] == "Ada Admin")
    token = person_token(box, seed.NORTHWIND, ada, seed.SIGN_IN, "user_impersonation", ARM)
    client = TestClient(build(box), box.origin, headers={"Authorization": f"Bearer {token}"})
    whole = {"mode": "Incremental", "template": json.loads(template.read_text())}
    client.put(WHERE, json={"location": "westeurope", "properties": whole}).raise_for_status()
    state = client.get(WHERE).raise_for_status().json()["properties"]["provisioningState"]
    if state != "Succeeded":
        raise SystemExit(f"the delegation was not deployed: {state}")
