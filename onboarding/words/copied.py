"""What stands in an entry only because a setting is inherited whole or not at all: copied from the default.

Microsoft's null stands for a whole setting (facts, graph.md 4.1). So where one of its flags is ours, the
others are written as the default has them that day, see kinds/partner.py; later it may change without them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from onboarding.engine.plan import ENDINGS, Action, Change

FLAGS = {
    "inboundTrust": {
        "isMfaAccepted": "whether multifactor authentication at home counts",
        "isCompliantDeviceAccepted": "whether compliant devices count",
        "isHybridAzureADJoinedDeviceAccepted": "whether hybrid joined devices count",
    },
    "automaticUserConsentSettings": {
        "inboundAllowed": "whether the other tenant's people need not accept an invitation here",
        "outboundAllowed": "whether this tenant's people need not accept an invitation there",
    },
}
IN_A_PLAN = (
    " Copied into it from the tenant's default, as that is on the day: {what}. Microsoft lets a setting be "
    "inherited only whole. So a later change of the default does not reach these; when the provider's access "
    "ends they are inherited again."
)
ON_A_PAGE = (
    "Copied from the tenant's default when this was set, as a setting is inherited only whole: {what}. "
    "A later change of the default does not reach these."
)


def in_plan(change: Change) -> str:
    """Nothing where the change copies nothing."""
    if change.action in ENDINGS:
        return ""
    spec, made = change.resource.spec, change.action == Action.CREATE
    what = _flags(spec if made else {key: spec[key] for key in change.fields}, change.before)
    return IN_A_PLAN.format(what="; ".join(what)) if what else ""


def on_page(spec: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Of what is ours: `before`, as it was when it was taken over."""
    what = _flags(spec, before)
    return ON_A_PAGE.format(what="; ".join(what)) if what else ""


def _flags(spec: Mapping[str, Any], before: Mapping[str, Any]) -> Collection[str]:
    """Of each setting that was inherited, the flags that are not ours."""
    return [
        words
        for key, flags in FLAGS.items()
        if isinstance(spec.get(key), Mapping) and before.get(key) is None
        for name, words in flags.items()
        if name not in spec[key]
    ]
