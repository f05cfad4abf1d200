"""A delegation: which group of the provider holds which Azure role at a customer, always or on demand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from onboarding.delegations.roles import DELETE, READER

Sort = Literal["security group", "other group", "user", "service principal"]
NAMESPACE = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
"""Of ARM's guid() (facts A1.5): a template by hand with the same names means the same objects."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Of the managing tenant, as it was looked up there: its object id, its name, and what it is."""

    id: str
    name: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Standing:
    """Held always."""

    who: Principal
    role: str


@dataclass(frozen=True, slots=True)
class Eligible:
    """Held for `longest` after it was activated. Without approvers everybody in the group activates alone."""

    who: Principal
    role: str
    longest: str = "PT8H"
    mfa: bool = True
    approvers: tuple[Principal, ...] = ()


@dataclass(frozen=True, slots=True)
class Delegation:
    """`portal` is the service principal of our reader app in the managing tenant: it reads back, and ends."""

    name: str
    description: str
    managing_tenant: str
    portal: Principal
    standing: tuple[Standing, ...]
    eligible: tuple[Eligible, ...] = ()

    @property
    def id(self) -> str:
        """Stable: deployed again under the same name it is changed in place (facts 0.4)."""
        return str(uuid.uuid5(NAMESPACE, f"{self.name}-{self.managing_tenant}"))


def completed(delegation: Delegation) -> Delegation:
    """With what every delegation needs: Reader for each group, or nobody sees the customer nor can activate a
    role (facts A3); Reader and the delete role for the portal, or it could neither read back nor end."""
    who = [*(each.who for each in delegation.standing), *(each.who for each in delegation.eligible)]
    needed = [Standing(each, READER) for each in who]
    needed += [Standing(delegation.portal, READER), Standing(delegation.portal, DELETE)]
    return replace(delegation, standing=tuple(_once([*delegation.standing, *needed])))


def _once(standing: Iterable[Standing]) -> list[Standing]:
    """Reader and the delete role once each; another role listed twice is told by the rules."""
    kept: list[Standing] = []
    for each in standing:
        if each.role not in (READER, DELETE) or each not in kept:
            kept.append(each)
    return kept
