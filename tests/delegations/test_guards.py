"""The guard pack, deployed for real into the sandbox's Azure: what it stops, what it tells, how it goes."""

from __future__ import annotations

import copy
import shlex
from dataclasses import replace
from typing import Any

import pytest

from onboarding.delegations import errors, guard_lines, guards, template
from onboarding.delegations.guards import ACTION_GROUPS, ALERTS, ASSIGNMENTS, PARTS, Guards, Part
from sandbox.store import Object
from tests.delegations.people import delegation
from tests.sandbox.arm_client import SCOPE, SECURITY, SUBSCRIPTION, Azure, azure
from tests.sandbox.graph_client import CONTOSO, FABRIKAM, NORTHWIND

DEPLOYMENTS = f"{SCOPE}/providers/Microsoft.Resources/deployments"
OTHER = "dddddddd-dddd-4ddd-8ddd-dddddddddddd"
MADE = ("policyAssignments", "activityLogAlerts", "actionGroups")
FABRIKAMS = Guards("Fabrikam Security", (FABRIKAM,), frozenset(PARTS), "soc@northwind.example", "rg-security")


@pytest.fixture
def nora() -> Azure:
    return azure()


def deploy(nora: Azure, made: dict[str, Any], name: str = "guards") -> Object:
    body = {"location": "westeurope", "properties": {"mode": "Incremental", "template": made}}
    nora.put(f"{DEPLOYMENTS}/{name}", body)
    return dict(nora.get(f"{DEPLOYMENTS}/{name}")["properties"])


def there(nora: Azure) -> dict[str, Any]:
    """All that was made, without who changed it last and when."""
    whole = copy.deepcopy(nora.cloud.store.snapshot(NORTHWIND))
    found = {kind: whole.get(kind, {}) for kind in MADE}
    for rows in found.values():
        for row in rows.values():
            row.pop("systemData", None)
    return found


def test_all_parts_stand_after_one_deployment_and_a_second_changes_nothing(nora: Azure) -> None:
    made = guards.template(FABRIKAMS)
    assert deploy(nora, made)["provisioningState"] == "Succeeded"
    first = there(nora)
    assert [len(first[kind]) for kind in MADE] == [2, 2, 1]
    assert deploy(nora, made, "again")["provisioningState"] == "Succeeded"
    assert there(nora) == first


def test_under_another_brand_and_with_more_tenants_the_same_objects_are_changed(nora: Azure) -> None:
    deploy(nora, guards.template(FABRIKAMS))
    first = there(nora)
    deploy(nora, guards.template(replace(FABRIKAMS, brand="Fabrikam", tenants=(FABRIKAM, OTHER))))
    assert {kind: set(rows) for kind, rows in there(nora).items()} == {k: set(r) for k, r in first.items()}
    [policy] = [row for row in there(nora)["policyAssignments"].values() if "listed" in row_name(row)]
    assert policy["properties"]["parameters"]["listOfAllowedTenants"]["value"] == [FABRIKAM, OTHER]


def row_name(row: Object) -> str:
    return str(row["properties"]["displayName"])


def test_ours_passes_and_a_tenant_that_is_not_listed_is_refused(nora: Azure) -> None:
    deploy(nora, guards.template(FABRIKAMS))
    strange = template.template(delegation(managing_tenant=CONTOSO))
    body = {"location": "westeurope", "properties": {"mode": "Incremental", "template": strange}}
    refused = nora.call("PUT", f"{DEPLOYMENTS}/strange", body).json()["error"]
    assert errors.reason(refused)[0] == "azure_policy"
    assert "registrationDefinitions" not in nora.cloud.store.snapshot(NORTHWIND)
    assert deploy(nora, template.template(delegation()), "ours")["provisioningState"] == "Succeeded"


def test_what_was_delegated_before_to_somebody_else_stays_but_cannot_be_changed(nora: Azure) -> None:
    theirs = template.template(delegation(managing_tenant=CONTOSO))
    deploy(nora, theirs, "theirs")
    deploy(nora, guards.template(FABRIKAMS))
    assert len(nora.cloud.store.all(NORTHWIND, "registrationAssignments")) == 1
    body = {"location": "westeurope", "properties": {"mode": "Incremental", "template": theirs}}
    assert nora.refusal("PUT", f"{DEPLOYMENTS}/again", body) == (400, "InvalidTemplateDeployment")
    deploy(nora, guards.template(replace(FABRIKAMS, tenants=(FABRIKAM, CONTOSO))))
    assert deploy(nora, theirs, "again")["provisioningState"] == "Succeeded"


@pytest.mark.parametrize(
    ("part", "types"),
    [("policy", [ASSIGNMENTS]), ("audit", [ASSIGNMENTS]), ("alert", [ALERTS, ACTION_GROUPS])],
)
def test_each_part_comes_alone(nora: Azure, part: Part, types: list[str]) -> None:
    alone = replace(FABRIKAMS, parts=frozenset({part}))
    assert deploy(nora, guards.template(alone))["provisioningState"] == "Succeeded"
    made = {row["type"] for rows in there(nora).values() for row in rows.values()}
    assert made == set(types)
    if part == "audit":
        assert (
            deploy(nora, template.template(delegation(managing_tenant=CONTOSO)), "theirs")[
                "provisioningState"
            ]
            == "Succeeded"
        )


def test_a_mail_goes_out_when_a_delegation_is_made_and_when_one_is_removed(nora: Azure) -> None:
    deploy(nora, guards.template(FABRIKAMS))
    [group] = there(nora)["actionGroups"].values()
    assert [each["emailAddress"] for each in group["properties"]["emailReceivers"]] == [
        "soc@northwind.example"
    ]
    alerts = [row["properties"] for row in there(nora)["activityLogAlerts"].values()]
    operations = {
        field["equals"].rpartition("/")[2] for each in alerts for field in each["condition"]["allOf"]
    }
    assert operations == {"Administrative", "write", "delete"}
    for each in alerts:
        assert each["scopes"] == [SCOPE]
        assert [told["actionGroupId"].casefold() for told in each["actions"]["actionGroups"]] == [
            group["id"].casefold()
        ]


HOSTILE = ("[resourceGroup().id]", "O'Brien & Co \u2019); $(x)", 'Say "Fabrikam"', "[[x]", "\\u202e")


@pytest.mark.parametrize("odd", HOSTILE)
def test_odd_names_and_addresses_stand_as_they_are(nora: Azure, odd: str) -> None:
    mail = "[soc]'o`$brien{1}@northwind.example"
    assert deploy(nora, guards.template(replace(FABRIKAMS, brand=odd, email=mail)))["provisioningState"] == (
        "Succeeded"
    )
    assert all(odd in row_name(row) for row in there(nora)["policyAssignments"].values())
    [group] = there(nora)["actionGroups"].values()
    assert group["properties"]["emailReceivers"][0]["emailAddress"] == mail


def test_a_group_that_is_not_there_is_said_before_anything_is_made(nora: Azure) -> None:
    made = guards.template(replace(FABRIKAMS, group="rg-nowhere"))
    body = {"location": "westeurope", "properties": {"mode": "Incremental", "template": made}}
    assert nora.refusal("PUT", f"{DEPLOYMENTS}/guards", body) == (404, "ResourceGroupNotFound")
    assert not any(there(nora).values())


def test_a_list_without_the_provider_is_never_made() -> None:
    for broken in (replace(FABRIKAMS, tenants=()), replace(FABRIKAMS, parts=frozenset())):
        with pytest.raises(ValueError, match="a list without the provider"):
            guards.template(broken)


def test_the_lines_that_take_it_away_name_each_object_and_nothing_else(nora: Azure) -> None:
    deploy(nora, guards.template(FABRIKAMS))
    made = {row["name"] for rows in there(nora).values() for row in rows.values()}
    for lines in (guard_lines.azure_cli, guard_lines.powershell):
        said = [shlex.split(line) for line in lines(FABRIKAMS, SUBSCRIPTION).values()]
        named = [
            next(words[at + 1] for at, word in enumerate(words) if word.lower().endswith("-name"))
            for words in said
        ]
        assert sorted(named) == sorted(made)
        assert all(any(SUBSCRIPTION in word for word in words) for words in said)
    only = guard_lines.azure_cli(replace(FABRIKAMS, parts=frozenset({"audit"})), SUBSCRIPTION)
    assert list(only) == ["The report"]


def test_a_group_with_brackets_in_its_name_is_one_word_in_either_shell() -> None:
    odd = replace(FABRIKAMS, group="rg(1)")
    cli = guard_lines.azure_cli(odd, SUBSCRIPTION)["Whom they tell"]
    assert "rg(1)" in shlex.split(cli) and "'rg(1)'" in cli
    assert "-ResourceGroupName 'rg(1)' " in guard_lines.powershell(odd, SUBSCRIPTION)["Whom they tell"]
    assert guard_lines.quoted("a\u2019b'c") == "'a\u2019\u2019b''c'"


def test_the_alerts_group_is_the_one_named(nora: Azure) -> None:
    deploy(nora, guards.template(FABRIKAMS))
    ids = [row["id"] for kind in MADE[1:] for row in there(nora)[kind].values()]
    assert len(ids) == 3 and all(id.startswith(f"{SECURITY}/providers/") for id in ids)
