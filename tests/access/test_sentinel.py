"""Whether Sentinel is ready, seen through the delegation alone: what is on, what lacks, what comes twice."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from onboarding.models import Inquiry
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from sandbox.store import Object, Store
from tenants.models import Contact, Person, Tenant
from tests.cast import sign_in
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, pki, portal
from tests.onboarding.delegating import onboarded, subscription
from tests.onboarding.wizarding import work

__all__ = ["box", "pki", "portal"]
PAGE = "/tenants/northwind/azure/"
BLADE = "https://portal.azure.com/#view/Microsoft_Azure_Security_Insights/MainMenuBlade/~"


@pytest.fixture
def delegated(portal: Cloud, tmp_path: Path) -> Cloud:
    onboarded(portal, tmp_path, "rg-security")
    return portal


def looked(client: Client) -> str:
    """Ask, let the worker answer, and read the page."""
    assert client.post(f"{PAGE}look/").status_code == 302
    work()
    return shown(client)


def shown(client: Client) -> str:
    text = client.get(PAGE).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_all_of_it_is_told_and_nothing_is_changed(delegated: Cloud) -> None:
    before = delegated.store.snapshot(seed.NORTHWIND)
    said = looked(admin("Alice"))
    assert "Workspace northwind-soc" in said and "Sentinel is switched on." in said
    assert "Defender XDR brings its incidents." in said
    assert "These rules make each incident twice: Create incidents based on MDE alerts." in said
    assert "Open Sentinel incidents, northwind-soc or Sentinel workspace, northwind-soc" in said
    assert delegated.store.snapshot(seed.NORTHWIND) == before


def test_the_workspace_opens_in_the_directory_of_who_looks(delegated: Cloud) -> None:
    """What Lighthouse delegates is reached from one's own directory: no link switches to another tenant."""
    looked(admin("Alice"))
    rita = Person.objects.create(tid=seed.NORTHWIND, oid=uuid.uuid4(), name="Rita")
    Contact.objects.create(tenant=Tenant.objects.get(), person=rita, role=Contact.Role.REVIEWER)
    reviewer = Client()
    sign_in(reviewer, rita)
    for client in (admin("Bea"), reviewer):
        doors = re.findall(
            r'href="(https://portal\.azure\.com/[^"]*Insights[^"]*)"', client.get(PAGE).content.decode()
        )
        assert [url.partition("/id/")[0] for url in doors] == [f"{BLADE}/Incidents", f"{BLADE}/0"]


def change(box: Cloud, collection: str, **own: Any) -> None:
    [held] = box.store.all(seed.NORTHWIND, collection)
    box.store.put(seed.NORTHWIND, collection, {**held, "properties": {**held["properties"], **own}})


def no_sentinel(box: Cloud) -> None:
    [state] = box.store.all(seed.NORTHWIND, "onboardingStates")
    box.store.remove(seed.NORTHWIND, "onboardingStates", state["id"])


def no_xdr(box: Cloud) -> None:
    change(box, "dataConnectors", dataTypes={"incidents": {"state": "Disabled"}})


def for_cloud(box: Cloud) -> None:
    change(box, "alertRules", productFilter="Azure Security Center")


def switched_off(box: Cloud) -> None:
    change(box, "alertRules", enabled=False)


def no_workspace(box: Cloud) -> None:
    [one] = box.store.all(seed.NORTHWIND, "workspaces")
    box.store.remove(seed.NORTHWIND, "workspaces", one["id"])


def blind(box: Cloud) -> None:
    """Somebody took our right to read out of the definition."""
    [held] = box.store.all(seed.NORTHWIND, "registrationDefinitions")
    all_of_them: list[Object] = held["properties"]["authorizations"]
    kept = [each for each in all_of_them if "reading back" not in each["principalIdDisplayName"]]
    change(box, "registrationDefinitions", authorizations=kept)


def as_it_is(box: Cloud) -> None:
    """Connected, with one rule that doubles incidents."""


ON, XDR, TWICE = "Sentinel is on", "Defender XDR", "incidents that come twice"
STATES: list[tuple[Callable[[Cloud], None], str, dict[str, str]]] = [
    (as_it_is, "These rules make each incident twice", {ON: "pass", XDR: "pass", TWICE: "fail"}),
    (no_sentinel, "Sentinel is not switched on in this workspace.", {ON: "fail"}),
    (
        no_xdr,
        "Defender XDR does not bring its incidents into this workspace.",
        {ON: "pass", XDR: "warn", TWICE: "pass"},
    ),
    (no_xdr, "No rule makes an incident twice.", {ON: "pass", XDR: "warn", TWICE: "pass"}),
    (for_cloud, "These rules may make incidents twice", {ON: "pass", XDR: "pass", TWICE: "warn"}),
    (switched_off, "No rule makes an incident twice.", {ON: "pass", XDR: "pass", TWICE: "pass"}),
    (no_workspace, "There is no Log Analytics workspace in what is delegated.", {}),
]


def test_each_state_has_its_words_and_what_is_not_well_its_remedy(delegated: Cloud) -> None:
    alice, before = admin("Alice"), Store()
    delegated.store.db.backup(before.db)
    for done, said, states in STATES:
        before.db.backup(delegated.store.db)
        done(delegated)
        assert said in looked(alice), done.__name__
        answer = Inquiry.objects.latest("pk").answer
        found = [check for one in answer["workspaces"] for check in one["checks"]]
        assert {check["name"]: check["state"] for check in found} == states, done.__name__
        assert all(check["remedy"].endswith(".") for check in found if check["state"] != "pass")


def test_unreadable_is_neither_ready_nor_empty(delegated: Cloud) -> None:
    blind(delegated)
    said = looked(admin("Alice"))
    assert "It may hold workspaces all the same." in said and "There is no Log Analytics" not in said


UNREAD = {
    "onboardingStates": ("Sentinel is on", "Sentinel is switched on.", "Defender XDR brings"),
    "dataConnectors": ("Defender XDR", "Defender XDR brings", "No rule makes", "twice: "),
    "alertRules": ("incidents that come twice", "No rule makes", "twice: "),
}
"""What is asked; the check whose answer hangs on it; and words that nobody may say where it was not read."""


@pytest.mark.parametrize("what", ["403", "503", "malformed"])
@pytest.mark.parametrize("asked", UNREAD)
def test_what_cannot_be_read_in_a_workspace_is_unknown(delegated: Cloud, asked: str, what: Any) -> None:
    delegated.faults.append(Fault(what, "GET", f"/{asked}", times=1000, retry_after=None))
    looked(admin("Alice"))
    [one] = Inquiry.objects.latest("pk").answer["workspaces"]
    states = {check["name"]: check["state"] for check in one["checks"]}
    name, *never = UNREAD[asked]
    assert states[name] == "unknown", one["checks"]
    if asked == "dataConnectors":
        assert states["incidents that come twice"] == "unknown"
    if asked == "alertRules":
        assert states["Defender XDR"] == "pass"
    said = " ".join(check["found"] for check in one["checks"])
    assert not [words for words in never if words in said]


def test_before_anything_is_delegated_nobody_can_ask(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path)
    alice = admin("Alice")
    Inquiry.objects.all().delete()
    assert "Nobody has looked yet." in shown(alice)
    assert subscription(portal) in shown(alice)
