"""Automatic redemption: who need not accept an invitation, since both tenants say so (facts 16.27)."""

from __future__ import annotations

from sandbox.cloud import Cloud
from sandbox.store import Object

NAME = "automaticUserConsentSettings"
DEFAULT = "crossTenantAccessPolicyDefault"


def state(cloud: Cloud, tid: str, mail: str) -> str:
    """What the guest with this address is in `tid`; a tenant nobody knows has agreed to nothing."""
    home = _home(cloud, mail)
    both = home and _says(cloud, tid, home, "inboundAllowed") and _says(cloud, home, tid, "outboundAllowed")
    return "Accepted" if both else "PendingAcceptance"


def _home(cloud: Cloud, mail: str) -> str:
    domain = mail.rpartition("@")[2].casefold()
    named = (t["id"] for t in cloud.store.tenants() if any(d["name"] == domain for d in t["domains"]))
    return next(named, "")


def _says(cloud: Cloud, tid: str, other: str, what: str) -> bool:
    """Null, or no entry at all, is inherited from the default."""
    entry = cloud.store.get(tid, "partners", other) or {}
    default = cloud.store.get(tid, "policies", DEFAULT) or {}
    said: Object = entry.get(NAME) or default.get(NAME) or {}
    return bool(said.get(what))
