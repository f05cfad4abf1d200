"""Which of Azure's built-in roles may be delegated: read from Azure where possible, else a dated list."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
DELETE = "91c1777a-f3dc-4fae-b103-61d183457e46"
"""Managed Services Registration assignment Delete Role: without it only the customer can end a delegation."""
LISTED = Path(__file__).with_name("roles.toml")
GIVERS = tuple(
    f"microsoft.authorization/{what}/{verb}"
    for what in ("roleassignments", "roledefinitions", "classicadministrators", "locks", "denyassignments")
    for verb in ("write", "delete")
)
WHOLE = ("*", "microsoft.authorization/*", "*/write", "*/delete")


@dataclass(frozen=True, slots=True)
class Role:
    """`gives_access`: it may change who has access, so that Lighthouse refuses it."""

    id: str
    name: str
    data_actions: bool = False
    gives_access: bool = False


@dataclass(frozen=True, slots=True)
class Roles:
    """`checked` is None where they were read from Azure itself; else `why` says what kept us from that."""

    known: Mapping[str, Role]
    checked: dt.date | None
    why: str = ""

    def name(self, id: str) -> str:
        role = self.known.get(id)
        return role.name if role else id


def by_list(checked: str, why: str) -> str:
    """A sentence for people; `checked` is a day as ISO writes it."""
    day = dt.date.fromisoformat(checked)
    return (
        f"That these roles may be delegated was checked against Microsoft's list of {day.day} {day:%B %Y}, "
        f"not read live, because of this: {why}."
    )


@cache
def listed() -> Roles:
    document = tomllib.loads(LISTED.read_text("utf-8"))
    return Roles({each["id"]: Role(**each) for each in document["roles"]}, document["checked"])


def from_azure(definitions: Iterable[Mapping[str, Any]]) -> Roles:
    """Of `GET /providers/Microsoft.Authorization/roleDefinitions`; roles of a customer's own are left out."""
    properties = [(each["name"], each["properties"]) for each in definitions]
    built_in = [(id, held) for id, held in properties if held.get("type") == "BuiltInRole"]
    return Roles({id: _role(id, held) for id, held in built_in}, None)


def _role(id: str, held: Mapping[str, Any]) -> Role:
    allowed = held.get("permissions", [])
    data = any(each.get("dataActions") or each.get("notDataActions") for each in allowed)
    return Role(id, held["roleName"], data, any(_gives_access(each) for each in allowed))


def _gives_access(allowed: Mapping[str, Any]) -> bool:
    """What is given by a star may be taken away again by name, as Contributor's is."""
    given = {action.lower() for action in allowed.get("actions", [])}
    taken = {action.lower() for action in allowed.get("notActions", [])}
    if given & set(GIVERS):
        return True
    return bool(given & set(WHOLE)) and not _taken_away(taken)


def _taken_away(taken: set[str]) -> bool:
    """Contributor names its two stars; nothing less takes all of it away."""
    return {"microsoft.authorization/*/delete", "microsoft.authorization/*/write"} <= taken
