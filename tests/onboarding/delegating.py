"""An offer with Azure in it, and Northwind's administrator, who alone can delegate a subscription."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from onboarding import offers
from onboarding.delegations import template
from onboarding.delegations.definition import Delegation, Principal, Standing
from onboarding.delegations.roles import READER
from onboarding.models import Offer, Run, Step
from onboarding.running.advance import advance
from sandbox import seed
from sandbox.app import build
from sandbox.arm import demo
from sandbox.cloud import Cloud
from sandbox.store import Object
from sandbox.tokens import ARM, person_token
from tests.onboarding.already import put_back
from tests.onboarding.conftest import NORTHWIND, manage

NOW = ("--apply", "--inline")
WAYS = ["access_packages", "lighthouse"]
RESPONDER, CONTRIBUTOR, APPROVERS = demo.GROUPS[:3]
SAME = 5
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


def sell(lighthouse: dict[str, Any] | None = None, planes: list[str] = WAYS) -> Offer:
    """The next version of the offer, with Azure in it."""
    seen = offers.current("managed-defender").version
    changes = {"planes": planes, "lighthouse": lighthouse or SENTINEL}
    return offers.edit("managed-defender", seen, changes, "person 1")


@pytest.fixture(name="azure")
def azure_alone(portal: Cloud) -> Cloud:
    """Azure alone is sold, so that a run is nothing but delegations."""
    sell(planes=["lighthouse"])
    return portal


def subscription(box: Cloud) -> str:
    """Northwind's."""
    return str(box.store.all(seed.NORTHWIND, "subscriptions")[0]["id"])


def file_for(tmp_path: Path, *places: str) -> Path:
    listed = ", ".join(f'"{place}"' for place in places)
    path = tmp_path / "northwind.toml"
    path.write_text(NORTHWIND + f"[azure]\nsubscriptions = [{listed}]\n")
    return path


def go_on() -> Run:
    """As the sweep would, once what a step waits for may be there; until it changed nothing so many times."""
    run = Run.objects.latest("pk")
    seen = list[object]()
    while seen[-SAME:].count(stand := list(run.steps.values_list("state", "reason", "facts"))) < SAME:
        seen.append(stand)
        Run.objects.filter(pk=run.pk).update(not_before=run.opened_at)
        run.steps.exclude(not_before=None).update(not_before=run.opened_at)
        if advance(run.pk) is None:
            break
    run.refresh_from_db()
    return run


def onboarded(box: Cloud, tmp_path: Path, *groups: str) -> None:
    """With Azure as it was sold last; where nothing was, it is carried out once."""

    def carry_out() -> None:
        sell()
        carried_out(box, tmp_path, *groups)

    if Offer.objects.filter(slug="managed-defender").exists():
        carried_out(box, tmp_path, *groups)
    else:
        put_back(box, f"with Azure: {groups}", carry_out)


def carried_out(box: Cloud, tmp_path: Path, *groups: str) -> None:
    id = subscription(box)
    named = [f"{id}/{group}" for group in groups] or [id]
    manage("onboard", file_for(tmp_path, *named), *NOW)
    deploy(box, *groups)
    assert go_on().ended == "verified"


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
    spec = Step.objects.filter(kind="delegation", action="create").latest("pk").spec
    deploy_whole(box, template.of(spec["definition"], spec["properties"], groups))


def deploy_older(box: Cloud, *groups: str) -> None:
    """One to the provider that was made by hand, before there was a portal: our app holds nothing by it."""
    tier_1 = Standing(Principal(responder(box), RESPONDER, "security group"), READER)
    app = Principal("", "", "service principal")
    older = Delegation("Sentinel since 2021", "", seed.FABRIKAM, app, (tier_1,))
    deploy_whole(box, template.template(older, groups))


def responder(box: Cloud) -> str:
    groups = box.store.all(seed.FABRIKAM, "groups")
    return str(next(group["id"] for group in groups if group["displayName"] == RESPONDER))


def deploy_whole(box: Cloud, made: dict[str, Any]) -> None:
    path = f"/subscriptions/{subscription(box)}/providers/Microsoft.Resources/deployments/gatehouse"
    whole = {"mode": "Incremental", "template": made}
    azure(box, "PUT", path, {"location": "westeurope", "properties": whole})
    assert azure(box, "GET", path)["properties"]["provisioningState"] == "Succeeded"


def places(box: Cloud) -> set[str]:
    """Where something is delegated: the last part of each scope."""
    scopes = (each["id"].partition("/providers/")[0] for each in delegations(box))
    return {scope.rpartition("/")[2] for scope in scopes}


def delegations(box: Cloud) -> list[Object]:
    return box.store.all(seed.NORTHWIND, "registrationAssignments")
