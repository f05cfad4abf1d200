"""Analytics rules of Sentinel; those that make incidents of other products' alerts can double (facts A6)."""

from __future__ import annotations

from sandbox.arm.calls import Call, beneath
from sandbox.arm.errors import bad
from sandbox.arm.onboarding_states import need_sentinel
from sandbox.arm.resources import Kind, Target
from sandbox.store import Object

CREATION = "MicrosoftSecurityIncidentCreation"
KINDS = {CREATION, "Fusion", "Scheduled", "NRT", "MLBehaviorAnalytics", "ThreatIntelligence"}
INTEGRATED = {
    "Microsoft Cloud App Security",
    "Azure Advanced Threat Protection",
    "Azure Active Directory Identity Protection",
    "Office 365 Advanced Threat Protection",
    "Microsoft Defender Advanced Threat Protection",
}
"""Products whose incidents come with the XDR connector."""
PRODUCTS = INTEGRATED | {"Azure Security Center", "Azure Security Center for IoT"}
EMPTY = {
    "severitiesFilter": None,
    "displayNamesFilter": None,
    "displayNamesExcludeFilter": None,
    "alertRuleTemplateName": None,
}


def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    need_sentinel(call, target.scope)
    kind, given = str(wanted.get("kind")), wanted.get("properties") or {}
    if kind not in KINDS:
        raise bad("BadRequest", f"Invalid value for property 'kind': '{kind}'.")
    if kind == CREATION and (not given.get("displayName") or given.get("productFilter") not in PRODUCTS):
        raise bad("BadRequest", "The properties 'displayName' and 'productFilter' are required.")
    now = call.cloud.clock.now().isoformat()
    empty = EMPTY if kind == CREATION else {}
    return {"kind": kind, "etag": f'"{now}"', "properties": {**empty, **given, "lastModifiedUtc": now}}


def turn_off_integrated(call: Call, scope: str) -> None:
    """Connecting Defender XDR does this once; a rule can be turned on again afterwards, and then doubles."""
    for each in call.all(ALERT_RULES.collection):
        own = each["properties"]
        if beneath(each["id"], scope) and own.get("productFilter") in INTEGRATED:
            call.put(ALERT_RULES.collection, {**each, "properties": {**own, "enabled": False}})


def of_sentinel(call: Call, items: list[Object]) -> list[Object]:
    need_sentinel(call, call.scope)
    return items


ALERT_RULES = Kind(
    "Microsoft.SecurityInsights/alertRules",
    "workspace",
    make,
    choose=of_sentinel,
    shape={"displayName": str, "enabled": bool, "productFilter": str},
)
