"""What a change changes, in words: a customer signs it, and knows no field by Microsoft's name for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding import closing
from onboarding.engine.plan import Change

FIELDS = {
    "displayName": "its name",
    "description": "its description",
    "mailNickname": "its name in mail addresses",
    "securityEnabled": "whether rights can be given to it",
    "mailEnabled": "whether it gets mail",
    "state": "whether it is in use",
    "isExternallyVisible": "whether people from outside can see it",
    "isHidden": "whether it is listed for those who may ask",
    "identitySources": "which tenant it names",
    "catalog": "the catalog it is in",
    "accessPackage": "the access package it is for",
    "allowedTargetScope": "for whom it is",
    "specificAllowedTargets": "for whom it is",
    "expiration": "how long access lasts",
    "requestorSettings": "who may ask",
    "requestApprovalSettings": "who says yes, and until when",
    "reviewSettings": "who reviews it, and how often",
    "inboundTrust": "whether what people and devices prove at home counts here",
    "automaticUserConsentSettings": "whether people need to accept an invitation",
    "b2bCollaborationInbound": "who is let in as a guest",
    "properties": "which group has which role",
    "originSystem": "which sort of group it is",
    "originId": "the group it is for",
    "resource": "the group it is for",
    "role": "which role in the group it gives",
}
SHUT = "closed for the time being, so that nobody can ask"
OPENED = "opened again, so that access can be asked for"


def changed(each: Change) -> str:
    """Each once, in the order of the fields."""
    said = [_field(name, each.resource.spec, each.before) for name in each.fields]
    return ", ".join(dict.fromkeys(said))


def _field(name: str, spec: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    if name == closing.FIELD and closing.is_shut(spec.get(name)):
        return SHUT
    if name == closing.FIELD and closing.is_shut(before.get(name)):
        return OPENED
    return FIELDS.get(name, name)
