"""The template that is handed out, deployed for real into the sandbox's Azure."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.delegations import roles, template
from onboarding.delegations.definition import Eligible, Standing
from sandbox.arm import seed
from tests.delegations.people import CONTRIBUTOR, RESPONDER, TIER_1, TIER_2, delegation
from tests.sandbox.arm_client import SCOPE, SECURITY, SERVICES, Azure, azure

DEPLOYMENT = f"{SCOPE}/providers/Microsoft.Resources/deployments/gatehouse"


@pytest.fixture
def nora() -> Azure:
    made = azure()
    seed.group(made.cloud, "11111111-1111-4111-8111-111111111111", SCOPE, "rg-platform")
    return made


def deploy(nora: Azure, made: dict[str, Any]) -> str:
    body = {"location": "westeurope", "properties": {"mode": "Incremental", "template": made}}
    nora.put(DEPLOYMENT, body)
    return str(nora.get(DEPLOYMENT)["properties"]["provisioningState"])


def definition(nora: Azure) -> dict[str, Any]:
    return dict(nora.get(f"{SERVICES}/registrationDefinitions/{delegation().id}")["properties"])


def test_deployed_it_is_there_as_it_was_shown(nora: Azure) -> None:
    assert deploy(nora, template.template(delegation())) == "Succeeded"
    there, wanted = definition(nora), template.properties(delegation())
    assert {name: there[name] for name in wanted} == wanted
    [assignment] = nora.as_("portal").pages(f"{SERVICES}/registrationAssignments")
    assert assignment["name"] == delegation().id


def test_for_resource_groups_each_gets_its_own_and_nothing_else_is_opened(nora: Azure) -> None:
    assert deploy(nora, template.template(delegation(), ["rg-security", "rg-platform"])) == "Succeeded"
    fay = nora.as_("Fay")
    assert fay.get(SECURITY)["name"] == "rg-security"
    assert fay.call("GET", f"{SCOPE}/providers/Microsoft.Authorization/policyAssignments").status_code == 403


def test_deployed_again_with_another_role_it_is_changed_in_place(nora: Azure) -> None:
    deploy(nora, template.template(delegation()))
    changed = delegation(eligible=(Eligible(TIER_2, CONTRIBUTOR, "PT2H"),))
    assert deploy(nora, template.template(changed)) == "Succeeded"
    [only] = nora.pages(f"{SERVICES}/registrationDefinitions")
    [held] = only["properties"]["eligibleAuthorizations"]
    assert held["justInTimeAccessPolicy"]["maximumActivationDuration"] == "PT2H"


def test_another_content_has_another_address() -> None:
    made = template.template(delegation())
    assert template.address(made) == template.address(template.template(delegation()))
    changed = template.template(delegation(standing=(Standing(TIER_1, CONTRIBUTOR),)))
    narrower = template.template(delegation(), ["rg-security"])
    assert len({template.address(each) for each in (made, changed, narrower)}) == 3


def test_our_dated_list_of_roles_agrees_with_what_azure_says(nora: Azure) -> None:
    listing = "/providers/Microsoft.Authorization/roleDefinitions?$filter=type eq 'BuiltInRole'"
    read = roles.from_azure(nora.pages(listing))
    ours = roles.listed().known
    both = ours.keys() & read.known.keys()
    assert RESPONDER in both and len(both) > 5
    assert {id: read.known[id] for id in both} == {id: ours[id] for id in both}
