"""The number of a plan: what a customer agrees to, as one hash over canonical JSON."""

from __future__ import annotations

import hashlib
import json

from onboarding.engine.plan import Change
from onboarding.engine.resource import Json


def canonical(value: Json) -> str:
    """JSON with sorted keys, no spaces and no floats' surprises: the same bytes for the same meaning."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(document: Json) -> str:
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def change_as_json(change: Change) -> dict[str, Json]:
    resource = change.resource
    return {
        "address": resource.address,
        "kind": resource.kind,
        "tenant": resource.tenant_id,
        "action": str(change.action),
        "spec": resource.spec,
        "needs": list(resource.needs),
        "remote_id": change.remote_id,
        "fields": list(change.fields),
        "before": change.before,
    }
