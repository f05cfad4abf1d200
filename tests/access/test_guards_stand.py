"""How the customer's own guards stand, seen through the delegation alone, on their page and on Azure's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from django.test import Client

from access.azure import guard_pack
from access.models import GuardAnswers
from onboarding import guarding
from onboarding.models import Inquiry
from sandbox import seed
from sandbox.cloud import Cloud
from tenants.models import Tenant
from tests.onboarding.clicking import admin
from tests.onboarding.conftest import box, manage, pki, portal
from tests.onboarding.delegating import azure, delegations, file_for, sell, subscription
from tests.onboarding.test_lighthouse import onboarded
from tests.onboarding.wizarding import work

__all__ = ["box", "pki", "portal"]
PAGE = "/tenants/northwind/azure/guards/"
GUARDS = ("policyAssignments", "activityLogAlerts", "actionGroups")


def text(client: Client, path: str = PAGE) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).content.decode()))


def looked(client: Client) -> str:
    assert client.post(f"{PAGE}look/").status_code == 302
    work()
    return text(client)


def deployed(box: Cloud) -> None:
    """By Ada, who owns the subscription, from what was handed out."""
    whose = Tenant.objects.get()
    parts = ["policy", "audit", "alert"]
    told = {"email": "soc@northwind.example", "group": "rg-security"}
    GuardAnswers.objects.create(tenant=whose, parts=parts, subscriptions=[subscription(box)], **told)
    pack = guard_pack.of(whose)
    assert pack
    path = f"/subscriptions/{subscription(box)}/providers/Microsoft.Resources/deployments/guards"
    whole = {"mode": "Incremental", "template": pack.template}
    azure(box, "PUT", path, {"location": "westeurope", "properties": whole})
    assert azure(box, "GET", path)["properties"]["provisioningState"] == "Succeeded"


def guards(box: Cloud) -> list[str]:
    return sorted(each["id"] for kind in GUARDS for each in box.store.all(seed.NORTHWIND, kind))


def lists_somebody_else(box: Cloud) -> None:
    """They took our tenant out of the list."""
    for row in box.store.all(seed.NORTHWIND, "policyAssignments"):
        if "listOfAllowedTenants" in row["properties"]["parameters"]:
            row["properties"]["parameters"]["listOfAllowedTenants"]["value"] = [seed.CONTOSO]
            box.store.put(seed.NORTHWIND, "policyAssignments", row)


def takes_all_away(box: Cloud) -> None:
    for row in box.store.all(seed.NORTHWIND, "policyAssignments"):
        box.store.remove(seed.NORTHWIND, "policyAssignments", row["id"])


def ends_one_delegation(box: Cloud) -> None:
    """What is left can be read through the other."""
    first = min(delegations(box), key=lambda each: str(each["id"]))
    box.store.remove(seed.NORTHWIND, "registrationAssignments", first["id"])


def ends_the_other(box: Cloud) -> None:
    for each in delegations(box):
        box.store.remove(seed.NORTHWIND, "registrationAssignments", each["id"])


STATES: list[tuple[Callable[[Cloud], None], str, str]] = [
    (deployed, "The provider's tenant is in the list: Azure delegations to listed tenants only", "pass"),
    (lists_somebody_else, "so a plan with one would be denied.", "warn"),
    (ends_one_delegation, "so a plan with one would be denied.", "warn"),
    (takes_all_away, "No list of tenants stands in the way", "pass"),
    (ends_the_other, "This could not be read", "unknown"),
]


def test_the_deployed_pack_is_seen_and_each_change_of_it(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path, "rg-security", "rg-workloads")
    alice, whose = admin("Alice"), Tenant.objects.get()
    for done, said, state in STATES:
        done(portal)
        assert said in looked(alice).replace("&#x27;", "'"), done.__name__
        assert [check.state for check in guarding.checks(whose)] == [state], done.__name__
    assert "Policies on subscription" in text(alice, "/tenants/northwind/azure/")


def test_before_anything_is_delegated_it_is_unknown_with_why_and_nobody_is_asked(
    portal: Cloud, tmp_path: Path
) -> None:
    sell()
    manage("onboard", file_for(tmp_path, subscription(portal)), "--apply", "--inline")
    alice = admin("Alice")
    alice.post(f"{PAGE}look/")
    assert not Inquiry.objects.filter(what=Inquiry.What.GUARDS).exists()
    for path in (PAGE, "/tenants/northwind/azure/"):
        said = text(alice, path)
        assert "Could not be read" in said and guarding.NOT_YET.found in said
        assert "No list of tenants" not in said


def test_the_end_leaves_the_guards_where_they_are(portal: Cloud, tmp_path: Path) -> None:
    onboarded(portal, tmp_path, "rg-security")
    deployed(portal)
    before = guards(portal)
    assert len(before) == 5
    assert manage("offboard", "northwind", "--apply", "--inline")[0] == 0
    assert delegations(portal) == [] and guards(portal) == before
    alice = admin("Alice")
    for page in ("end", "hand-over", "exit-kit"):
        assert "for Azure delegations" in text(alice, f"/tenants/northwind/{page}/")
