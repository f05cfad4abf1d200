"""The Azure CLI, unchanged, against the sandbox: `make test-azure-cli` (it is large, so not in `make test`).

What it would send anywhere else ends at a proxy that is not there.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from onboarding.delegations import guard_lines, guards, lines, template
from onboarding.delegations.definition import Delegation, Principal, Standing, completed
from sandbox import directory, seed
from sandbox.arm import roles
from sandbox.cloud import Cloud
from tests.sandbox import az as shared
from tests.sandbox import lighthouse_templates as templates
from tests.sandbox.conftest import SECRET
from tests.sandbox.lighthouse import NAME, authorization

GRAPH = "https://graph.microsoft.com"
SUBSCRIPTION = seed.NORTHWIND_SUBSCRIPTION
SOC = "fab30000-0000-4000-8000-00000000a001"
SCHEMA = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentParameters.json#"
Az = Callable[..., Any]


class Failed(Exception):
    pass


@pytest.fixture
def environment(pki: Path, tmp_path: Path) -> dict[str, str]:
    return shared.environment(tmp_path, pki / "ca.pem")


@pytest.fixture
def az(origin: str, environment: dict[str, str]) -> Az:
    def run(*words: str) -> Any:
        command = [*shared.AZ, *words, "--output", "json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise Failed(done.stderr)
        return json.loads(done.stdout or "null")

    for line in shared.to_the_sandbox(origin):
        run(*line)
    return run


def login(az: Az, client: str, *proof: str, tenant: str = seed.NORTHWIND) -> Any:
    who = ("--service-principal", "--username", client, "--tenant", tenant)
    return az("login", *who, *proof, "--allow-no-subscriptions")


def rest(az: Az, url: str, *more: str) -> Any:
    """`--resource`, for the sandbox's Graph and Azure are one host; Microsoft's are two."""
    return az("rest", "--url", url, "--resource", GRAPH, *more)


def test_it_learns_the_cloud_from_its_metadata(az: Az, origin: str) -> None:
    endpoints = az("cloud", "show")["endpoints"]
    for name in ("activeDirectory", "resourceManager", "microsoftGraphResourceId"):
        assert endpoints[name] == origin, name
    assert endpoints["activeDirectoryResourceId"] == "https://management.azure.com"


def test_signed_in_by_secret_it_reads_the_organisation(az: Az, origin: str) -> None:
    account = login(az, seed.READER, "--password", SECRET)
    assert account[0]["tenantId"] == seed.NORTHWIND
    found = rest(az, f"{origin}/v1.0/organization")["value"]
    assert [each["displayName"] for each in found] == ["Northwind"]


def test_signed_in_by_certificate_it_makes_a_group_and_reads_it(
    az: Az, origin: str, world: Cloud, tmp_path: Path
) -> None:
    login(az, seed.SETUP, "--certificate", str(tmp_path / "setup.pem"))
    name = {"displayName": "Tier 1", "mailNickname": "tier-1", "mailEnabled": False, "securityEnabled": True}
    made = rest(az, f"{origin}/v1.0/groups", "--method", "post", "--body", json.dumps(name))
    assert rest(az, f"{origin}/v1.0/groups/{made['id']}")["displayName"] == "Tier 1"
    assert list(world.store.snapshot(seed.NORTHWIND)["groups"]) == [made["id"]]


def test_its_own_group_commands_go_to_the_sandbox_and_read_every_page(az: Az, world: Cloud) -> None:
    world.habits.page_size = 1
    login(az, seed.READER, "--password", SECRET, tenant=seed.NORTHWIND_TRADERS)
    names = {group["displayName"] for group in az("ad", "group", "list")}
    assert names == {"Fabrikam Security Tier 1 Analyst", "Fabrikam Security Tier 2 Analyst"}


@pytest.mark.parametrize(
    ("password", "tenant", "number"),
    [("wrong", seed.NORTHWIND, 7000215), (SECRET, seed.CONTOSO, 700016)],
    ids=["a wrong secret", "no consent"],
)
def test_who_is_not_let_in_hears_it_in_microsofts_words(
    az: Az, password: str, tenant: str, number: int
) -> None:
    with pytest.raises(Failed, match=f"AADSTS{number}"):
        login(az, seed.READER, "--password", password, tenant=tenant)


def test_a_token_for_azure_is_not_taken_for_graph(az: Az, origin: str) -> None:
    login(az, seed.READER, "--password", SECRET)
    with pytest.raises(Failed, match="Invalid audience"):
        az("rest", "--url", f"{origin}/v1.0/groups")


@pytest.fixture
def owner(az: Az, environment: dict[str, str], http: httpx.Client) -> Az:
    """Ada signs in by a code, as a customer's administrator without a browser on that machine does."""
    (account,) = json.loads(shared.sign_in(environment, http, "Ada Admin (Northwind)"))
    assert (account["id"], account["user"]["name"]) == (SUBSCRIPTION, "ada@northwind.example")
    return az


@pytest.fixture
def files(world: Cloud, tmp_path: Path) -> Callable[..., list[str]]:
    """A template and its parameters as they are handed out, and the words that name them."""

    def written(*more: dict[str, Any]) -> list[str]:
        portal = (directory.service_principal(world, seed.FABRIKAM, seed.READER) or {})["id"]
        given = [authorization(roles.READER, portal), authorization(roles.DELETE_ROLE, portal), *more]
        own = templates.parameters(managedByTenantId=seed.FABRIKAM, authorizations=given)
        whole = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "parameters": own}
        (tmp_path / "template.json").write_text(json.dumps(templates.subscription(), indent=2))
        (tmp_path / "parameters.json").write_text(json.dumps(whole))
        paths = ["--template-file", str(tmp_path / "template.json"), "--parameters"]
        return ["--name", "lighthouse", "--location", "westeurope", *paths, str(tmp_path / "parameters.json")]

    return written


def test_it_delegates_a_subscription_and_both_sides_see_it(
    owner: Az, world: Cloud, files: Callable[..., list[str]]
) -> None:
    world.habits.slow_arm = 1
    words = files(authorization(roles.READER, SOC))
    assert owner("deployment", "sub", "validate", *words)["properties"]["provisioningState"] == "Succeeded"
    changes = owner("deployment", "sub", "what-if", "--no-pretty-print", *words)["changes"]
    assert [each["changeType"] for each in changes] == ["Create", "Create"]
    assert "registrationAssignments" not in world.store.snapshot(seed.NORTHWIND)
    done = owner("deployment", "sub", "create", *words)["properties"]
    assert (done["provisioningState"], len(done["outputResources"])) == ("Succeeded", 2)
    (mine,) = owner("managedservices", "assignment", "list", "--include-definition", "true")
    assert mine["properties"]["registrationDefinition"]["properties"]["managedByTenantId"] == seed.FABRIKAM

    (account,) = login(owner, seed.READER, "--password", SECRET, tenant=seed.FABRIKAM)
    assert (account["id"], account["homeTenantId"]) == (SUBSCRIPTION, seed.NORTHWIND)
    (theirs,) = owner("managedservices", "assignment", "list")
    assert (theirs["id"], theirs["name"]) == (mine["id"], NAME)
    owner("managedservices", "assignment", "delete", "--assignment", NAME, "--yes")
    assert owner("account", "list", "--refresh") == []
    assert world.store.snapshot(seed.NORTHWIND).get("registrationAssignments", {}) == {}


def test_a_deployment_that_fails_says_why(owner: Az, files: Callable[..., list[str]], tmp_path: Path) -> None:
    words = files(authorization(roles.LOG_ANALYTICS_CONTRIBUTOR, SOC))
    with pytest.raises(Failed, match="with data actions not allowed for registration definition"):
        owner("deployment", "sub", "create", *words)
    found = owner("deployment", "operation", "sub", "list", "--name", "lighthouse")
    assert [each["properties"]["statusCode"] for each in found] == ["BadRequest"]
    half = templates.template(templates.assignment(dependsOn=[templates.DEFINITION_ID]))
    (tmp_path / "template.json").write_text(json.dumps(half))
    with pytest.raises(Failed, match="InvalidTemplate - Deployment template validation failed"):
        owner("deployment", "sub", "what-if", *words)


def test_the_lines_that_the_portal_hands_out_look_first_and_then_deploy(
    owner: Az, world: Cloud, tmp_path: Path
) -> None:
    portal = (directory.service_principal(world, seed.FABRIKAM, seed.HOME) or {})["id"]
    app = Principal(portal, "Gatehouse, reading back", "service principal")
    soc = Principal(SOC, "Sentinel Responder, Northwind", "security group")
    held = (Standing(soc, roles.SENTINEL_RESPONDER),)
    made = completed(Delegation("Fabrikam for Northwind", "Sentinel", seed.FABRIKAM, app, held))
    path = tmp_path / "delegation.json"
    path.write_text(json.dumps(template.template(made, ["rg-security"])))
    said = lines.azure_cli(seed.NORTHWIND, SUBSCRIPTION, "gatehouse", str(path), "custom")
    look, deploy = (shlex.split(line)[1:] for label, line in said.items() if label != "Sign in")
    assert {each["changeType"] for each in owner(*look, "--no-pretty-print")["changes"]} == {"Create"}
    assert "registrationAssignments" not in world.store.snapshot(seed.NORTHWIND)
    assert owner(*deploy)["properties"]["provisioningState"] == "Succeeded"
    (there,) = world.store.all(seed.NORTHWIND, "registrationAssignments")
    assert there["name"] == made.id and "/resourceGroups/rg-security/" in there["id"]
    definition = there["properties"]["registrationDefinitionId"]
    delete = shlex.split(lines.delete_offer(seed.NORTHWIND, definition, "custom")["Delete the offer"])[1:]
    with pytest.raises(Failed, match="InvalidRegistrationDefinitionDeleteRequest"):
        owner(*delete, "--yes")
    world.store.remove(seed.NORTHWIND, "registrationAssignments", there["id"])
    owner(*delete, "--yes")  # without it somebody is asked, whom a test has not
    assert world.store.all(seed.NORTHWIND, "registrationDefinitions") == []


def test_the_lines_for_guards_deploy_them_and_take_each_away_again(
    owner: Az, world: Cloud, tmp_path: Path
) -> None:
    whole = frozenset(guards.PARTS)
    made = guards.Guards("Fabrikam", (seed.FABRIKAM,), whole, "soc@northwind.example", "rg-security")
    path = tmp_path / "guards.json"
    path.write_text(json.dumps(guards.template(made)))
    said = lines.azure_cli(seed.NORTHWIND, SUBSCRIPTION, "guards", str(path), "custom")
    look, deploy = (shlex.split(line)[1:] for label, line in said.items() if label != "Sign in")
    before = world.store.snapshot(seed.NORTHWIND)
    assert {each["changeType"] for each in owner(*look, "--no-pretty-print")["changes"]} == {"Create"}
    for _ in range(2):
        assert owner(*deploy)["properties"]["provisioningState"] == "Succeeded"
    kinds = ("policyAssignments", "activityLogAlerts", "actionGroups")
    assert [len(world.store.all(seed.NORTHWIND, kind)) for kind in kinds] == [2, 2, 1]
    for line in guard_lines.azure_cli(made, SUBSCRIPTION).values():
        owner(*shlex.split(line)[1:])
    after = world.store.snapshot(seed.NORTHWIND)
    assert all(after.get(kind, {}) == before.get(kind, {}) for kind in kinds)
