"""Data connectors of Sentinel; Microsoft Defender XDR's is called MicrosoftThreatProtection (facts 0.9)."""

from __future__ import annotations

from sandbox.arm.alert_rules import turn_off_integrated
from sandbox.arm.calls import Call, same
from sandbox.arm.errors import bad
from sandbox.arm.onboarding_states import need_sentinel
from sandbox.arm.resources import Kind, Target
from sandbox.store import Object

XDR = "MicrosoftThreatProtection"
OLD = "2021-10-01"
"""This api-version does not know the XDR connector."""
KINDS = {
    *(XDR, "AzureActiveDirectory", "AzureSecurityCenter", "MicrosoftCloudAppSecurity"),
    *("AzureAdvancedThreatProtection", "MicrosoftDefenderAdvancedThreatProtection", "OfficeATP"),
    *("OfficeIRM", "Office365", "ThreatIntelligence"),
}
STATE = {"state": str}
SHAPE = {"tenantId": str, "dataTypes": {"incidents": STATE, "alerts": STATE}}
STATES = ("Enabled", "Disabled")


def make(call: Call, target: Target, wanted: Object, before: Object | None) -> Object:
    need_sentinel(call, target.scope)
    kind, given = str(wanted.get("kind")), wanted.get("properties") or {}
    if kind not in KINDS or (kind == XDR and target.version == OLD):
        raise bad("BadRequest", f"Invalid value for property 'kind': '{kind}'.")
    if not same(str(given.get("tenantId")), call.tid):
        raise bad("BadRequest", "The property 'tenantId' must be the tenant of the workspace.")
    if (
        kind == XDR
        and incidents(given) == "Enabled"
        and incidents((before or {}).get("properties")) != "Enabled"
    ):
        turn_off_integrated(call, target.scope)
    return {"kind": kind, "etag": f'"{call.cloud.clock.now().isoformat()}"', "properties": given}


def incidents(properties: Object | None) -> str:
    types = (properties or {}).get("dataTypes") or {}
    state = str((types.get("incidents") or {}).get("state"))
    if properties is not None and state not in STATES:
        raise bad("BadRequest", "The property 'dataTypes.incidents.state' must be Enabled or Disabled.")
    return state


def known_then(call: Call, items: list[Object]) -> list[Object]:
    need_sentinel(call, call.scope)
    return [each for each in items if call.version != OLD or each["kind"] != XDR]


DATA_CONNECTORS = Kind(
    "Microsoft.SecurityInsights/dataConnectors", "workspace", make, choose=known_then, shape=SHAPE
)
