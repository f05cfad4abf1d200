"""Take it away, and believe it only when it is read back."""

from __future__ import annotations

import time
from typing import Any

from access.exit_parts.finding import ELM, HOLDING, WAITING, graph_url
from access.exit_parts.web import Held, Refused, call, read
from access.exit_parts.words import Thing

PATIENCE = 240
EXTENSIONS = "customExtensionStageSettings"
SHOWN_ONLY = ("@odata.context", "@odata.etag", "id", "createdDateTime", "modifiedDateTime", "catalog")


def asked_to_go(token: Held | str, thing: Thing, organizations: set[str]) -> None:
    """Told to go. Raises Refused where Microsoft says no and it is still there."""
    try:
        write(token, thing, organizations)
    except Refused:
        if not is_gone(read(token, thing.url), thing.sort, organizations):
            raise


def write(token: Held | str, thing: Thing, organizations: set[str]) -> None:
    if thing.sort == "policy":
        call(token, "PUT", thing.url, without(thing.raw, organizations))
    elif thing.sort == "request":
        call(token, "POST", thing.url + "/cancel")
    elif thing.sort == "assignment":
        wanted = {"requestType": "adminRemove", "assignment": {"id": thing.raw["id"]}}
        call(token, "POST", graph_url(f"{ELM}/assignmentRequests"), wanted)
    else:
        call(token, "DELETE", thing.url)


def awaited(token: Held | str, thing: Thing, organizations: set[str], until: float) -> bool:
    """Whether it is gone, read back; read once at least, and until then again and again."""
    step = 0.1
    while not is_gone(read(token, thing.url), thing.sort, organizations):
        if time.monotonic() > until:
            return False
        time.sleep(step)
        step = min(step * 2, 10.0)
    return True


def is_gone(now: Any, sort: str, organizations: set[str]) -> bool:
    if now is None:
        return True
    if sort == "policy":
        named = {one.get("connectedOrganizationId") for one in now.get("specificAllowedTargets") or ()}
        return not named & organizations
    if sort in ("request", "assignment"):
        return now.get("state") not in (WAITING if sort == "request" else HOLDING)
    return False


def without(raw: dict[str, Any], organizations: set[str]) -> dict[str, Any]:
    """The whole policy as it was read, but for the provider: whoever else may ask may ask on.

    The service knows no change of a part, and would forget questions and extensions that are left out.
    """
    whole = {name: value for name, value in raw.items() if name not in SHOWN_ONLY}
    whole["specificAllowedTargets"] = [
        one
        for one in raw["specificAllowedTargets"]
        if one.get("connectedOrganizationId") not in organizations
    ]
    whole[EXTENSIONS] = [by_name(each) for each in raw.get(EXTENSIONS) or ()]
    return {**whole, "accessPackage": {"id": raw["accessPackage"]["id"]}}


def by_name(setting: dict[str, Any]) -> dict[str, Any]:
    """An extension is shown in full, but a policy names it by its type and id."""
    extension = setting.get("customExtension") or {}
    named = {name: extension[name] for name in ("@odata.type", "id") if name in extension}
    return {**setting, "customExtension": named or None}
