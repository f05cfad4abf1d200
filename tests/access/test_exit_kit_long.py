"""The exit kit where there is much to take away, sign-ins end meanwhile, and answers are half or odd."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from access.exit_parts import azure, finding, web
from access.exit_parts.words import KIT, Found
from sandbox import seed
from sandbox.cloud import Cloud
from sandbox.faults import Fault
from tests.access.exiting import contents, id_of, run
from tests.access.test_exit_kit import two
from tests.onboarding.conftest import box, file, pki, portal

__all__ = ["box", "file", "pki", "portal", "two"]
SUBSCRIPTION = "/subscriptions/1"
SERVICES = f"{SUBSCRIPTION}/providers/Microsoft.ManagedServices"
ASSIGNMENT = f"{SERVICES}/registrationAssignments/a"
DEFINITION = f"{SERVICES}/registrationDefinitions/d"


def test_a_sign_in_that_ends_meanwhile_is_asked_for_again(two: Cloud, tmp_path: Path) -> None:
    two.faults += [
        Fault("401", "DELETE", "/users/"),
        Fault("401", "DELETE", "registrationAssignments"),
        Fault("401", "GET", "/servicePrincipals", skip=4),
    ]
    status, said = run(tmp_path, "--remove", "northwind.example")
    assert not any(fault.times for fault in two.faults), two.faults
    assert status == 0 and "STAYS" not in said and "Nothing of the provider's was found." in said, said


def test_all_of_a_sort_are_asked_for_before_any_is_waited_for(two: Cloud, tmp_path: Path) -> None:
    """Entitlement management takes minutes for each: a thousand one after the other would take days."""
    held = next(
        each for each in contents(two)["assignments"].values() if each["id"] == id_of("lee", "access")
    )
    for number in range(3):
        two.store.put(seed.NORTHWIND, "assignments", {**held, "id": id_of("more", str(number))})
    two.habits.slow_elm = 3
    two.calls.clear()
    status, said = run(tmp_path, "--remove", "northwind.example", "--no-azure")
    assert status == 3 and "STAYS" not in said, said
    calls = [(call.method, urlsplit(call.path).path) for call in two.calls]
    asked = [
        at for at, call in enumerate(calls) if call == ("POST", f"/v1.0{finding.ELM}/assignmentRequests")
    ]
    looked = [at for at, (how, path) in enumerate(calls) if how == "GET" and "/assignments/" in path]
    assert len(asked) == 4 and max(asked) < min(looked), (asked, looked)


class Service:
    """Microsoft, as far as it is told what to say."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said, self.asked = said, list[str]()

    def open(self, request: Any, **_: Any) -> io.BytesIO:
        path = unquote(urlsplit(request.full_url).path)
        self.asked.append(path)
        if len(self.asked) > 50:
            raise AssertionError("it asks for ever")
        return io.BytesIO(json.dumps(self.said.get(path, {"value": []})).encode())


@pytest.fixture
def saying(monkeypatch: Any) -> Callable[[dict[str, Any]], Service]:
    for name in ("login", "graph", "arm"):
        monkeypatch.setitem(KIT, name, f"https://{name}.example")
    monkeypatch.setitem(KIT, "providers", [seed.FABRIKAM])
    monkeypatch.setitem(KIT, "tenant", seed.NORTHWIND)

    def says(said: dict[str, Any]) -> Service:
        service = Service(said)
        monkeypatch.setattr(web, "OPENER", service)
        return service

    return says


def delegated(properties: dict[str, Any], definition: dict[str, Any] | None) -> dict[str, Any]:
    subscription = {"id": SUBSCRIPTION, "displayName": "One", "tenantId": seed.NORTHWIND}
    said: dict[str, Any] = {
        "/subscriptions": {"value": [subscription]},
        f"{SERVICES}/registrationAssignments": {"value": [{"id": ASSIGNMENT, "properties": properties}]},
    }
    return said | ({} if definition is None else {DEFINITION: definition})


OURS = {"id": DEFINITION, "properties": {"managedByTenantId": seed.FABRIKAM}}
THEIRS = {"id": DEFINITION, "properties": {"managedByTenantId": seed.CONTOSO}}


def test_a_delegation_that_azure_shows_without_its_offer_is_looked_up(saying: Any) -> None:
    for definition, sorts, unread in ((OURS, ["delegation"], 0), (THEIRS, [], 0), (None, [], 1)):
        saying(delegated({"registrationDefinitionId": DEFINITION}, definition))
        found = Found()
        azure.look_at_azure("token", found)
        assert [each.sort for each in found.things] == sorts and len(found.unread) == unread


@pytest.mark.parametrize("odd", [{"id": ASSIGNMENT}, {"properties": {}}, "no object", None])
def test_an_entry_of_an_odd_shape_is_unread_and_ends_no_look(saying: Any, odd: Any) -> None:
    said = delegated({}, None)
    said[f"{SERVICES}/registrationAssignments"] = {"value": [odd]}
    said["/v1.0/servicePrincipals"] = {"value": [odd, {"appOwnerOrganizationId": seed.FABRIKAM}]}
    said[f"/v1.0{finding.ELM}/connectedOrganizations"] = {"value": [{"identitySources": "none"}]}
    said["/v1.0/users"] = {"value": [{"userType": "Guest", "mail": 7}]}
    saying(said)
    found = finding.Directory("token").look()
    azure.look_at_azure("token", found)
    assert {"app", "organization", "guest", "delegation"} <= {sort for sort, _ in found.unread}


def test_a_list_that_leads_back_to_itself_is_unread(saying: Any) -> None:
    more = {"value": [], "nextLink": f"https://arm.example{SERVICES}/registrationAssignments?again"}
    saying(delegated({}, None) | {f"{SERVICES}/registrationAssignments": more})
    found = Found()
    azure.look_at_azure("token", found)
    assert len(found.unread) == 1
