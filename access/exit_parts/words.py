"""What was found, how it is shown, and who may take it away."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

KIT: dict[str, Any] = {}
"""Filled in where the script is handed out: public addresses and ids, no secret."""


@dataclass(frozen=True)
class Sort:
    title: str
    role: str
    place: str


SORTS = {
    "app": Sort(
        "Apps of the provider",
        "Cloud Application Administrator",
        "Microsoft Entra admin center, Enterprise applications",
    ),
    "delegation": Sort(
        "Azure Lighthouse delegations to the provider",
        "Owner of the subscription",
        "Azure portal, Service providers, Delegations",
    ),
    "definition": Sort(
        "Azure Lighthouse offers of the provider",
        "Owner of the subscription",
        "Azure portal, Service providers, Service provider offers",
    ),
    "synchronization": Sort(
        "Synchronisation of people from the provider's tenant",
        "Security Administrator",
        "Microsoft Entra admin center, Cross-tenant access settings",
    ),
    "partner": Sort(
        "What your tenant says of the provider's tenant",
        "Security Administrator",
        "Microsoft Entra admin center, Cross-tenant access settings",
    ),
    "policy": Sort(
        "Policies that let the provider's people ask for access",
        "Identity Governance Administrator",
        "Microsoft Entra admin center, Entitlement management, Access packages, Policies",
    ),
    "request": Sort(
        "Requests of the provider's people that wait",
        "Identity Governance Administrator",
        "Microsoft Entra admin center, Entitlement management, Access packages, Requests",
    ),
    "assignment": Sort(
        "Access that the provider's people hold through a package",
        "Identity Governance Administrator",
        "Microsoft Entra admin center, Entitlement management, Access packages, Assignments",
    ),
    "empty policy": Sort(
        "Policies that are for nobody once the provider is taken out",
        "Identity Governance Administrator",
        "Microsoft Entra admin center, Entitlement management, Access packages, Policies",
    ),
    "organization": Sort(
        "The provider as a connected organisation",
        "Identity Governance Administrator",
        "Microsoft Entra admin center, Entitlement management, Connected organizations",
    ),
    "guest": Sort(
        "The provider's people in your directory",
        "User Administrator",
        "Microsoft Entra admin center, Users",
    ),
}
"""In the order in which they go: first what can act by itself, last the people."""


@dataclass(frozen=True)
class Thing:
    """Something of the provider's. `url` is where it is read and, for most sorts, deleted."""

    sort: str
    name: str
    why: str
    url: str
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass
class Found:
    things: list[Thing] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    """(sort, why): what could not be looked at is unknown, and never "none"."""

    def of(self, sort: str) -> list[Thing]:
        return [each for each in self.things if each.sort == sort]


def plain(text: object, most: int = 160) -> str:
    """A name out of a tenant may hold anything: nothing of it reaches the terminal but visible characters."""
    shown = (letter if visible(letter) else f"\\u{ord(letter):04x}" for letter in str(text)[:most])
    return "".join(shown)


def visible(letter: str) -> bool:
    return letter == " " or (letter.isprintable() and unicodedata.category(letter) not in ("Cf", "Zs"))


def is_provider(tenant_id: object) -> bool:
    return isinstance(tenant_id, str) and tenant_id.lower() in KIT["providers"]
