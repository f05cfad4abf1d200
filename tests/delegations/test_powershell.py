"""The lines for PowerShell, held to what Microsoft documents of each cmdlet: nothing here can run them.

Read on 30 November 2026, in a copy of learn.microsoft.com/powershell/module/: az.accounts/connect-azaccount,
az.resources/new-azdeployment (of which New-AzSubscriptionDeployment is another name) and
remove-azpolicyassignment, az.monitor/remove-azactivitylogalert and remove-azactiongroup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from onboarding.delegations import guard_lines, lines
from onboarding.delegations.guards import Guards
from tests.cast import NORTHWIND
from tests.delegations.test_guards import FABRIKAMS, SUBSCRIPTION

PLAIN = r"[\w./\\:=-]+"
QUOTED = "'(?:[^'‘’‚‛]|['‘’‚‛]{2})*'"
WORD = re.compile(rf"\s+(?:-(?P<name>[A-Z]\w*)|(?P<plain>{PLAIN})|(?P<quoted>{QUOTED}))(?=\s|$)")
"""A parameter's name, or a value: bare where PowerShell reads nothing else in it, or in single quotes."""


@dataclass(frozen=True)
class Cmdlet:
    """`needs` and `takes` a value; a switch takes none."""

    needs: frozenset[str]
    takes: frozenset[str] = frozenset()
    switches: frozenset[str] = frozenset()


def cmdlet(needs: str, takes: str = "", switches: str = "") -> Cmdlet:
    return Cmdlet(frozenset(needs.split()), frozenset(takes.split()), frozenset(switches.split()))


DOCUMENTED = {
    "Connect-AzAccount": cmdlet(
        "", "Environment Tenant AccountId Subscription", "UseDeviceAuthentication Force"
    ),
    "New-AzSubscriptionDeployment": cmdlet("Location TemplateFile", "Name Tag", "WhatIf Confirm AsJob"),
    "Remove-AzPolicyAssignment": cmdlet("Name", "Scope", "Force PassThru WhatIf Confirm"),
    "Remove-AzActivityLogAlert": cmdlet(
        "Name ResourceGroupName", "SubscriptionId", "PassThru WhatIf Confirm"
    ),
    "Remove-AzActionGroup": cmdlet("Name ResourceGroupName", "SubscriptionId", "PassThru WhatIf Confirm"),
}
"""Of each the set of parameters that the lines are of. Its defaults suffice for the rest."""


def parsed(line: str) -> tuple[str, dict[str, str | None]]:
    """The cmdlet, and each parameter with its value. Fails where PowerShell would read something else."""
    name, _, rest = line.partition(" ")
    at, given, last, rest = 0, dict[str, str | None](), "", f" {rest}"
    while at < len(rest):
        word = WORD.match(rest, at)
        assert word, f"{rest[at:]!r} is no word to PowerShell"
        at = word.end()
        if word["name"]:
            last = word["name"]
            assert last not in given, f"-{last} twice"
            given[last] = None
        else:
            assert last and given[last] is None, f"{word[0]!r} belongs to no parameter"
            given[last] = word["plain"] or word["quoted"]
    return name, given


def wrong(line: str) -> Iterator[str]:
    name, given = parsed(line)
    known = DOCUMENTED[name]
    for each, value in given.items():
        if each not in known.needs | known.takes | known.switches:
            yield f"{name} knows no -{each}"
        elif (value is None) != (each in known.switches):
            yield f"-{each} of {name} has a value or lacks one"
    yield from (f"{name} lacks -{each}" for each in known.needs - given.keys())


def said(cloud: str = "public", guards: Guards = FABRIKAMS) -> list[str]:
    deployed = lines.powershell(NORTHWIND, SUBSCRIPTION, "gatehouse-0123456789ab", "gatehouse-1.json", cloud)
    return [*deployed.values(), *guard_lines.powershell(guards, SUBSCRIPTION).values()]


@pytest.mark.parametrize("cloud", ["public", "usgov", "usgov-dod", "china", "custom"])
def test_every_line_is_one_that_its_cmdlet_documents(cloud: str) -> None:
    every = said(cloud)
    assert {parsed(line)[0] for line in every} == DOCUMENTED.keys()
    assert [why for line in every for why in wrong(line)] == []


def test_a_look_is_the_deployment_but_for_the_switch_that_changes_nothing() -> None:
    _, look, deploy = lines.powershell(NORTHWIND, SUBSCRIPTION, "a", "a.json", "public").values()
    assert parsed(look) == (parsed(deploy)[0], {**parsed(deploy)[1], "WhatIf": None})


@pytest.mark.parametrize("group", ["rg(1)", "it's", "a’b", "-Force", "$(x)"])
def test_a_name_is_one_value_whatever_is_in_it(group: str) -> None:
    for line in said(guards=replace(FABRIKAMS, group=group))[-3:]:
        assert parsed(line)[1]["ResourceGroupName"] == guard_lines.quoted(group) and not [*wrong(line)]


@pytest.mark.parametrize(
    ("cloud", "called"),
    [("usgov", "AzureUSGovernment"), ("usgov-dod", "AzureUSGovernment"), ("china", "AzureChinaCloud")],
)
def test_in_a_national_cloud_both_sign_in_there(cloud: str, called: str) -> None:
    """Who does not say so signs in to the public cloud, where such a tenant is not found."""
    assert parsed(said(cloud)[0])[1]["Environment"] == called
    typed = lines.azure_cli(NORTHWIND, SUBSCRIPTION, "a", "a.json", cloud)
    assert list(typed.values())[:2] == [f"az cloud set --name {called}", f"az login --tenant {NORTHWIND}"]
    assert list(lines.delete_offer(NORTHWIND, "/d", cloud))[:2] == ["Choose the cloud", "Sign in"]
    assert "Environment" not in parsed(said("public")[0])[1]
    assert "Choose the cloud" not in lines.azure_cli(NORTHWIND, SUBSCRIPTION, "a", "a.json", "public")


@pytest.mark.parametrize(
    "line",
    [
        "Connect-AzAccount -Tenants 1",
        "Connect-AzAccount -Tenant",
        "New-AzSubscriptionDeployment -TemplateFile a.json",
        "New-AzSubscriptionDeployment -Location x -TemplateFile a.json -WhatIf yes",
    ],
)
def test_the_check_finds_what_a_cmdlet_would_refuse(line: str) -> None:
    assert [*wrong(line)]


@pytest.mark.parametrize(
    "rest", ["-Name a b", "-Name rg(1)", "-Name $x", "-Name 'a'b'", "-Name a -Name b", "a"]
)
def test_the_check_finds_what_powershell_would_read_otherwise(rest: str) -> None:
    with pytest.raises(AssertionError):
        parsed(f"Remove-AzActionGroup {rest}")
