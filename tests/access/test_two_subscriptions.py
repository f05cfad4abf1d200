"""Two subscriptions of one customer: each has its hand-out, is seen by itself, and ends by itself."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest

from access.azure import hand_outs
from access.azure.hand_outs import HandOut
from onboarding.models import OwnedObject, Step
from sandbox import seed
from sandbox.arm import demo
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, manage, pki, portal
from tests.onboarding.delegating import NOW, azure, delegations, file_for, go_on, sell, subscription

__all__ = ["box", "pki", "portal"]
SECOND = str(uuid.UUID(int=0x42, version=4))


@pytest.fixture
def first(portal: Cloud) -> str:
    """The one that Northwind has; beside it Ada owns a second one now. Azure alone is sold."""
    users = portal.store.all(seed.NORTHWIND, "users")
    ada = next(user["id"] for user in users if user["displayName"] == "Ada Admin")
    there = subscription(portal)
    demo.sentinel(portal, seed.NORTHWIND, SECOND, "Northwind Second", ada)
    sell(planes=["lighthouse"])
    return there


def handed() -> dict[str, HandOut]:
    return {each.subscription: each for each in hand_outs.of(Tenant.objects.get())}


def deploy(box: Cloud, found: HandOut) -> None:
    path = f"/subscriptions/{found.subscription}/providers/Microsoft.Resources/deployments/{found.name}"
    whole = {"mode": "Incremental", "template": found.template}
    azure(box, "PUT", path, {"location": "westeurope", "properties": whole})


def standing(box: Cloud) -> set[str]:
    return {each["id"].split("/")[2] for each in delegations(box)}


def ours() -> set[str]:
    return {row.spec["scope"].split("/")[2] for row in OwnedObject.objects.filter(kind="delegation")}


def tasks() -> dict[str, str]:
    """Subscription → how the customer's task for it stands."""
    page = re.sub(r"\s+", " ", admin("Alice").get("/tenants/northwind/tasks/").content.decode())
    found = re.findall(r"subscription ([^<]+)</h3> <p><span[^>]*>.*?</span>([^<]+)</span>", page)
    return dict(found)


def test_each_is_handed_out_seen_and_ended_by_itself(portal: Cloud, tmp_path: Path, first: str) -> None:
    status, said = manage("onboard", file_for(tmp_path, first, SECOND), *NOW)
    assert (status, len(said["changes"])) == (3, 2), said
    out = handed()
    assert set(out) == {first, SECOND} and tasks() == {first: "Still to do", SECOND: "Still to do"}
    deploy(portal, out[SECOND])
    assert go_on().ended == "open" and ours() == standing(portal) == {SECOND}
    waits = Step.objects.get(kind="delegation", state="customer")
    assert waits.spec["scope"] == f"/subscriptions/{first}" and tasks()[first] == "Still to do"
    deploy(portal, out[first])
    assert go_on().ended == "verified" and ours() == standing(portal) == {first, SECOND}
    assert tasks() == {first: "Seen done", SECOND: "Seen done"}
    status, said = manage("onboard", file_for(tmp_path, SECOND), *NOW)
    assert (status, said.get("ended"), len(said["changes"])) == (0, "verified", 1), said
    assert ours() == standing(portal) == {SECOND}
    assert set(handed()) == set(tasks()) == {SECOND} and tasks()[SECOND] == "Seen done"
    assert manage("verify", "northwind")[0] == 0


def test_a_place_that_was_given_up_leaves_the_others_of_its_subscription_handed_out(
    portal: Cloud, tmp_path: Path, first: str
) -> None:
    """Without it: an older link to the template that has it in it opens nothing any more."""
    manage("onboard", file_for(tmp_path, f"{first}/rg-security", f"{first}/rg-workloads", SECOND), *NOW)
    out = handed()
    both, link = out[first], out[first].link
    for each in out.values():
        deploy(portal, each)
    assert go_on().ended == "verified" and opened(link) == both
    status, said = manage("onboard", file_for(tmp_path, f"{first}/rg-security", SECOND), *NOW)
    assert (status, said.get("ended"), len(said["changes"])) == (0, "verified", 1), said
    left = handed()
    assert {id: each.groups for id, each in left.items()} == {first: ("rg-security",), SECOND: ()}
    assert left[first].address != both.address and opened(link) is None
    assert opened(left[first].link) == left[first]
    assert tasks() == {first: "Seen done", SECOND: "Seen done"}
    deploy(portal, left[first])
    assert {each["id"].split("/")[4] for each in delegations(portal) if first in each["id"]} == {
        "rg-security"
    }


def opened(link: str) -> HandOut | None:
    address, _, signed = link.partition("/templates/")[2].removesuffix(".json").partition("/")
    return hand_outs.opened(address, signed)
