"""The checks of an offer that sets trust between the tenants, each in each of its states."""

from __future__ import annotations

from typing import Any

import pytest

from tenants import home
from tenants.checks import Answers, Ask
from tenants.guest_entry import conditional_access, inbound
from tenants.trusting import multitenant_portal
from tests.tenants.fake_graph import FakeGraph
from tests.tenants.test_readiness import (
    CA,
    CLOSED,
    DEFAULT,
    DEFAULTS,
    OPEN,
    PARTLY,
    PARTNER,
    PROVIDER,
    SKUS,
    TROUBLES,
    answer,
    b2b,
    ca,
    sku,
)

NORTHWIND = "n0000000-0000-4000-8000-000000000001"
SOC = "Fabrikam Security Analysts"
TRUSTS = Answers(
    PROVIDER,
    tenant_id=NORTHWIND,
    trusts=True,
    analysts_group=SOC,
    let_in=("g-1",),
    names={"a-group": "Fabrikam Consultants"},
)
P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
OURS = f"policies/crossTenantAccessPolicy/partners/{NORTHWIND}"
GROUP = {"id": "g-1", "displayName": SOC, "securityEnabled": True, "groupTypes": []}


def asking(*controls: str, operator: str = "OR", **more: Any) -> list[dict[str, Any]]:
    grant = {"operator": operator, "builtInControls": list(controls), **more}
    return [{**ca("Guests", includeUsers=["All"])[0], "grantControls": grant}]


def outbound(access: str, *targets: str) -> dict[str, Any]:
    return {"b2bCollaborationOutbound": b2b(access, *targets)["b2bCollaborationInbound"]}


TABLE: list[tuple[Ask, dict[str, Any], str, str]] = [
    (multitenant_portal, {DEFAULTS: {"isEnabled": False}, SKUS: [sku(plan=P1)]}, "pass", ""),
    (multitenant_portal, {DEFAULTS: {"isEnabled": True}, SKUS: [sku()]}, "warn", "Security defaults are on"),
    (multitenant_portal, {DEFAULTS: {"isEnabled": True}, SKUS: []}, "warn", "only security defaults"),
    (
        multitenant_portal,
        {DEFAULTS: {"isEnabled": False}, SKUS: [sku(status="Suspended")]},
        "warn",
        "nothing",
    ),
    (conditional_access, {CA: []}, "pass", "No enabled"),
    (conditional_access, {CA: asking("mfa")}, "pass", "Guests"),
    (conditional_access, {CA: asking("mfa", "compliantDevice", operator="AND")}, "pass", ""),
    (conditional_access, {CA: asking("mfa", "domainJoinedDevice")}, "pass", ""),
    (conditional_access, {CA: asking("mfa", "domainJoinedDevice", operator="AND")}, "warn", "Guests"),
    (conditional_access, {CA: asking(authenticationStrength={"id": "s"})}, "warn", ""),
    (conditional_access, {CA: asking("mfa", operator="AND", termsOfUse=["t"])}, "warn", ""),
    (conditional_access, {CA: asking("block")}, "fail", "block guests"),
    (inbound, {DEFAULT: CLOSED}, "pass", "lets in the analysts' group"),
    (inbound, {DEFAULT: OPEN}, "warn", "other guests of that tenant keep their accounts here, and can no"),
    (inbound, {DEFAULT: PARTLY}, "warn", "The default for all other tenants lets in people"),
    (inbound, {DEFAULT: CLOSED, PARTNER: OPEN}, "warn", "without naming a group"),
    (inbound, {DEFAULT: CLOSED, PARTNER: PARTLY}, "warn", "lets in Fabrikam Consultants (a-group). After"),
    (inbound, {DEFAULT: CLOSED, PARTNER: b2b("allowed", "g-1", "g-2")}, "warn", "tenant lets in g-2."),
    (inbound, {DEFAULT: OPEN, PARTNER: b2b("blocked", "g-2")}, "warn", "without naming a group"),
    (inbound, {DEFAULT: OPEN, PARTNER: b2b("allowed", "g-1")}, "pass", "and nobody else"),
    (inbound, {DEFAULT: OPEN, PARTNER: CLOSED}, "warn", "The plan shows what it changes"),
    (home.group, {"groups": [GROUP]}, "pass", SOC),
    (home.group, {"groups": []}, "fail", "there is none"),
    (home.group, {"groups": [GROUP, {**GROUP, "id": "g-2"}]}, "fail", "2 groups"),
    (home.group, {"groups": [{**GROUP, "securityEnabled": False}]}, "fail", "no security group"),
    (home.group, {"groups": [{**GROUP, "groupTypes": ["Unified"]}]}, "fail", "is a Microsoft 365 group"),
    (home.group, {"groups": [{**GROUP, "groupTypes": None}]}, "fail", "does not say of which kind"),
    (home.outbound, {DEFAULT: {}}, "pass", ""),
    (home.outbound, {DEFAULT: outbound("blocked", "AllUsers")}, "fail", "default for other tenants"),
    (home.outbound, {DEFAULT: {}, OURS: outbound("allowed", "a-group")}, "warn", "entry for the customer"),
    (
        home.outbound,
        {DEFAULT: outbound("blocked", "AllUsers"), OURS: outbound("allowed", "AllUsers")},
        "pass",
        "",
    ),
]
READS: dict[Ask, str] = {multitenant_portal: DEFAULTS, home.group: "groups", home.outbound: DEFAULT}


@pytest.mark.parametrize(("ask", "tenant", "state", "words"), TABLE)
def test_what_is_found_decides_the_state(ask: Ask, tenant: dict[str, Any], state: str, words: str) -> None:
    found = answer(ask, FakeGraph(tenant), TRUSTS)
    assert (found.state, words in found.found) == (state, True), found
    assert found.name and found.found.endswith(".") and found.remedy.endswith(".")
    assert (found.who == "nobody") == (state == "pass")


@pytest.mark.parametrize("trouble", TROUBLES, ids=repr)
@pytest.mark.parametrize("ask", READS)
def test_what_cannot_be_read_is_unknown(ask: Ask, trouble: Exception) -> None:
    assert answer(ask, FakeGraph({READS[ask]: trouble}), TRUSTS).state == "unknown"
