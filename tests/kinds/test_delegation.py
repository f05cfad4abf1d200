"""A delegation as the managing tenant sees it: awaited, read back, found changed, ended."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onboarding.delegations import template
from onboarding.delegations.definition import Delegation, Standing
from onboarding.engine.plan import differing
from onboarding.kinds.delegation import Delegation as Kind
from onboarding.kinds.delegation import standing, whose
from sandbox.server import Running
from sandbox.store import Object
from tenants.microsoft import bridge, clouds
from tenants.microsoft.apps import App
from tenants.microsoft.errors import Refused, Rejected
from tenants.microsoft.graph import Graph, graph
from tests.delegations.people import CONTRIBUTOR, TIER_1, delegation
from tests.sandbox.arm_client import PORTAL_APP, SCOPE, SECURITY, SERVICES, Azure, azure
from tests.sandbox.graph_client import CONTOSO, FABRIKAM, NORTHWIND

DEPLOYMENT = f"{SCOPE}/providers/Microsoft.Resources/deployments/gatehouse"
KIND = Kind()
SECRET = "correct horse"


@pytest.fixture
def nora() -> Azure:
    made = azure()
    portal: Object = {"id": PORTAL_APP, "displayName": "Gatehouse", "tenant": FABRIKAM, "roles": []}
    made.cloud.store.put("", "applications", {**portal, "redirectUris": [], "secrets": [SECRET]})
    made.cloud.store.put(
        "", "tenants", {"id": FABRIKAM, "displayName": "Fabrikam", "domains": [], "plans": []}
    )
    return made


@pytest.fixture
def fabrikam(nora: Azure, kinds_pki: Path) -> Iterator[Graph]:
    """The portal in the provider's own tenant: all it sees of the customer was delegated to it."""
    with Running(nora.cloud, kinds_pki) as origin:
        where = dict(login=origin, graph=origin, arm=origin, ca_file=str(kinds_pki / "ca.pem"))
        cloud = dataclasses.replace(clouds.PUBLIC, name="custom", is_microsoft=False, **where)
        yield graph(cloud, App("setup", PORTAL_APP, client_secret=SECRET), FABRIKAM)


def spec(made: Delegation, scope: str = SCOPE) -> dict[str, Any]:
    named = {"customer": NORTHWIND, "scope": scope, "definition": made.id}
    return {**named, "properties": template.properties(made)}


def deploy(nora: Azure, made: Delegation, *groups: str) -> None:
    whole = {"mode": "Incremental", "template": template.template(made, groups)}
    nora.put(DEPLOYMENT, {"location": "westeurope", "properties": whole})
    assert nora.get(DEPLOYMENT)["properties"]["provisioningState"] == "Succeeded"


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        bridge.run(call(), 30)
    return no.value.reason


def find(there: Graph, made: Delegation, scope: str = SCOPE) -> list[Any]:
    return bridge.run(KIND.find(there, spec(made, scope)), 30)


def test_it_waits_for_the_customer_and_then_is_there_as_agreed(nora: Azure, fabrikam: Graph) -> None:
    made = delegation()
    assert find(fabrikam, made) == []
    assert refused(lambda: KIND.create(fabrikam, spec(made), "")) == "delegation_awaited"
    deploy(nora, made)
    remote_id = bridge.run(KIND.create(fabrikam, spec(made), ""), 30)
    assert remote_id.lower() == f"{SERVICES}/registrationAssignments/{made.id}".lower()
    read = bridge.run(KIND.read(fabrikam, remote_id, spec(made)), 30)
    assert read is not None and (read.strange, read.values["properties"]) == ((), spec(made)["properties"])


def test_a_name_in_square_brackets_is_deployed_as_it_was_shown(nora: Azure, fabrikam: Graph) -> None:
    made = delegation(name="[concat('an', 'other')]", description="[Fabrikam] for Northwind")
    deploy(nora, made)
    assert bridge.run(KIND.create(fabrikam, spec(made), ""), 30)


def test_one_of_a_resource_group_opens_the_subscription_no_further(nora: Azure, fabrikam: Graph) -> None:
    made = delegation()
    deploy(nora, made, "rg-security")
    assert len(find(fabrikam, made, SECURITY)) == 1
    assert find(fabrikam, made) == []
    assert refused(lambda: KIND.create(fabrikam, spec(made), "")) == "delegation_awaited"


def test_one_that_was_deployed_otherwise_is_not_taken_for_the_agreed_one(
    nora: Azure, fabrikam: Graph
) -> None:
    made, more = delegation(), delegation(standing=(Standing(TIER_1, CONTRIBUTOR),))
    deploy(nora, more)
    assert refused(lambda: KIND.create(fabrikam, spec(made), "")) == "delegation_differs"
    [found] = find(fabrikam, made)
    assert refused(lambda: KIND.update(fabrikam, found.remote_id, spec(made), frozenset({"properties"}))) == (
        "delegation_differs"
    )


def test_roles_on_demand_that_nobody_agreed_to_are_seen(nora: Azure, fabrikam: Graph) -> None:
    made, more = delegation(eligible=()), delegation()
    deploy(nora, more)
    assert refused(lambda: KIND.create(fabrikam, spec(made), "")) == "delegation_differs"
    [found] = find(fabrikam, made)
    assert len(found.values["properties"]["eligibleAuthorizations"]) == 1


def test_what_another_tenant_delegated_is_not_taken_for_this_ones(nora: Azure, fabrikam: Graph) -> None:
    made = delegation()
    deploy(nora, made)
    wanted = {**spec(made), "customer": CONTOSO}
    assert refused(lambda: KIND.create(fabrikam, wanted, "")) == "delegation_elsewhere"
    [found] = bridge.run(KIND.find(fabrikam, wanted), 30)
    assert differing(wanted, found.values) == ("customer",) and "customer" in KIND.identity


def test_a_second_one_to_us_that_nobody_planned_is_strange(nora: Azure, fabrikam: Graph) -> None:
    made, other = delegation(), delegation(name="An older offer")
    deploy(nora, made)
    deploy(nora, other)
    [found] = find(fabrikam, made)
    assert found.strange == ("another delegation to us that nobody planned: An older offer",)


def test_ended_twice_it_is_gone_and_nobody_else_is_touched(nora: Azure, fabrikam: Graph) -> None:
    made, other = delegation(), delegation(name="An older offer")
    deploy(nora, made)
    deploy(nora, other)
    [found] = find(fabrikam, made)
    for _ in range(2):
        bridge.run(KIND.delete(fabrikam, found.remote_id, spec(made)), 30)
    assert find(fabrikam, made) == []
    assert len(find(fabrikam, other)) == 1


def test_where_our_right_to_read_was_taken_out_it_is_unreadable_and_not_gone(
    nora: Azure, fabrikam: Graph
) -> None:
    made = delegation()
    deploy(nora, made)
    [found] = find(fabrikam, made)
    blind = dataclasses.replace(made, standing=tuple(s for s in made.standing if s.who != made.portal))
    deploy(nora, blind)
    assert refused(lambda: KIND.read(fabrikam, found.remote_id, spec(made))) == "missing_permission"
    assert refused(lambda: standing(fabrikam, spec(made))) == "missing_permission"


def test_one_that_does_not_tell_whose_it_is_is_unreadable() -> None:
    """Azure tells it always, as far as is known; it is not guessed at."""
    with pytest.raises(Rejected, match="noManageeTenant"):
        whose({"properties": {"registrationDefinition": {"properties": {"managedByTenantId": FABRIKAM}}}})


HELD = {"principalId": "p", "roleDefinitionId": "r"}
WHOLE = {"managedByTenantId": FABRIKAM, "manageeTenantId": NORTHWIND, "authorizations": [HELD]}
HALF: dict[str, dict[str, Any]] = {
    "no properties": {},
    "no offer": {"properties": {"registrationDefinitionId": "/x/d"}},
    "an offer of nothing": {
        "properties": {"registrationDefinition": None, "registrationDefinitionId": "/x/d"}
    },
    "no id of the offer": {"properties": {"registrationDefinition": {"properties": WHOLE}}},
    "nobody's": {
        "properties": {"registrationDefinition": {"properties": {}}, "registrationDefinitionId": "d"}
    },
    "a role of nobody": {
        "properties": {
            "registrationDefinition": {"properties": {**WHOLE, "authorizations": [{"principalId": "p"}]}},
            "registrationDefinitionId": "/x/d",
        }
    },
}


@pytest.mark.parametrize("half", HALF)
def test_half_an_answer_is_unreadable_and_neither_gone_nor_a_crash(
    nora: Azure, fabrikam: Graph, monkeypatch: pytest.MonkeyPatch, half: str
) -> None:
    made = delegation()
    deploy(nora, made)
    there = f"{SCOPE}/providers/Microsoft.ManagedServices/registrationAssignments/{made.id}"
    listed = [{"id": there, **HALF[half]}]

    async def pages(*_: Any, **__: Any) -> list[dict[str, Any]]:
        return listed

    monkeypatch.setattr("tenants.microsoft.azure.Azure.pages", pages)
    for look in (standing(fabrikam, spec(made)), KIND.find(fabrikam, spec(made))):
        with pytest.raises(Rejected, match="halfDelegation"):
            bridge.run(look, 30)
