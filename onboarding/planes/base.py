"""What a plane is told: the customer's answers and the offer, as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tier:
    slug: str
    label: str
    can: str


@dataclass(frozen=True, slots=True)
class Answers:
    """One customer tenant, one offer. `approvers` are object ids; the second one is escalated to."""

    tenant_id: str
    provider_tenant_id: str
    provider: str
    brand: str
    approval: str
    names: Mapping[str, str]
    policy: Mapping[str, Any]
    tiers: tuple[Tier, ...]
    approvers: tuple[str, ...]
    starts: dt.date
    descriptions: Mapping[str, str] = field(default_factory=dict)
    """Where the offer has words of its own."""
    analysts_group: str = ""
    """Object id of the analysts' group in the provider's own tenant, where a plane asks for it."""
    provider_tenant_name: str = ""
    """As Microsoft has it, whatever the provider is called here: it can never be changed in what is made."""
    customer: str = ""
    lighthouse: Mapping[str, Any] = field(default_factory=dict)
    """What the offer says of Azure: the delegation's name, and each tier's role and group."""
    azure: Mapping[str, Any] = field(default_factory=dict)
    """Scopes, and the ids of the groups and of our app in the provider's own tenant."""
    reviews: Mapping[str, dt.date] = field(default_factory=dict)
    """First reviews of packages that are ours already."""

    def named(self, which: str, tier: Tier | None = None) -> str:
        """A name of the offer with its gaps filled."""
        return self.filled(self.names[which], tier=tier.label if tier else "")

    def filled(self, template: str, **gaps: str) -> str:
        return template.format(brand=self.brand, provider=self.provider, **gaps)
