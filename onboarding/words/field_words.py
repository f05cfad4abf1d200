"""Fields in words: a customer signs what changes, and knows none of them by Microsoft's name for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import capfirst

from onboarding import closing
from onboarding.engine.plan import Candidate, Change
from onboarding.kinds.base import AS_AGREED
from onboarding.kinds.partner import KEY, OTHERS
from onboarding.words.reasons import visible

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
ABOUT = {
    KEY: "which tenant it names",
    "members": "its members",
    "owners": "its owners",
    "roles": "what it gives",
    "policies": "its request policies",
    AS_AGREED: "what is in it as agreed already",
    OTHERS: "what others have set in it",
}
"""Of an object that exists already, besides what a plan would set."""
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


def called(fields: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(FIELDS.get(name, name) for name in fields))


def shown(found: Candidate, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """An object that exists already, field by field, for who must know whether it is the one that is meant.

    `names`: of people, by object id.
    """
    known = FIELDS | ABOUT
    there = {**found.values, **found.about}
    return [(capfirst(known.get(name, name)), _value(value, names)) for name, value in there.items()]


def _value(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and not any(isinstance(each, Mapping) for each in value):
        return ", ".join(_value(each, names) for each in value) or "none"
    if isinstance(value, Mapping | list | tuple):
        return visible(json.dumps(value, sort_keys=True))
    return visible(names.get(str(value), str(value))) if value not in (None, "") else "none"
