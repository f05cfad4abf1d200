"""Trust between the two tenants, for a tenant's page: both halves as last read, and what one alone means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from access import found, links
from access.found import Thing
from onboarding import analysts
from onboarding.models import OwnedObject, Reading
from onboarding.planes.cross_tenant_access import CUSTOMER, PROVIDER
from onboarding.words import copied
from onboarding.words.sentences import spoken_group
from tenants.microsoft import clouds
from tenants.models import Tenant

NOT_SET = ("Not set", "yellow")
UNKNOWN = "Could not be read"
ALONE = {
    CUSTOMER: "Without the customer's half, analysts prove who they are again in the customer's tenant, and "
    "the customer's default decides who may come as a guest.",
    PROVIDER: "Without the provider's half, analysts still have to accept an invitation. What the customer "
    "trusts of their sign-in counts all the same.",
}


@dataclass(frozen=True, slots=True)
class Half:
    """What one tenant says of the other. `now` is of the last read-back."""

    address: str
    where: str
    says: tuple[str, ...]
    copied: str
    now: str
    colour: str


@dataclass(frozen=True, slots=True)
class Trust:
    halves: tuple[Half, ...]
    words: str
    url: str


def about(tenant: Tenant, things: Sequence[Thing]) -> Trust | None:
    """None where neither half is ours."""
    ours = {each.row.address: each for each in things if each.row.address in ALONE}
    if not ours:
        return None
    names = analysts.named(tenant)
    halves = tuple(_half(tenant, each, ours.get(each), names) for each in (CUSTOMER, PROVIDER))
    url = links.url("cross-tenant", clouds.current(), tid=str(tenant.tenant_id))
    return Trust(halves, _words(halves), url)


def of(tenant: Tenant) -> Trust | None:
    reading: Reading | None = tenant.readings.first()
    return about(tenant, found.things(tenant, reading))


def _half(tenant: Tenant, address: str, thing: Thing | None, names: Mapping[str, str]) -> Half:
    where = tenant.domain if address == CUSTOMER else "The provider's own tenant"
    now, colour = (thing.now, thing.colour) if thing else NOT_SET
    says = tuple(_says(thing.row, names)) if thing else ()
    besides = copied.on_page(thing.row.spec, thing.row.before) if thing else ""
    return Half(address, where, says, besides, now, colour)


def _says(row: OwnedObject, names: Mapping[str, str]) -> Iterator[str]:
    trust, spec = row.spec.get("inboundTrust") or {}, row.spec
    if trust.get("isMfaAccepted"):
        yield "Multifactor authentication done in the provider's tenant counts."
    if trust.get("isCompliantDeviceAccepted"):
        yield "A device that the provider's tenant finds compliant counts as compliant."
    if _consents(spec, "inboundAllowed"):
        yield "Guests from the provider's tenant need not accept an invitation."
    if _consents(spec, "outboundAllowed"):
        yield "People of the provider need not accept an invitation of this customer."
    for target in _guests(spec):
        group = spoken_group(target, names)
        yield f"Of the provider's tenant only the group {group} may come as guests."


def _consents(spec: dict[str, Any], what: str) -> bool:
    return bool((spec.get("automaticUserConsentSettings") or {}).get(what))


def _guests(spec: dict[str, Any]) -> list[str]:
    people = (spec.get("b2bCollaborationInbound") or {}).get("usersAndGroups") or {}
    return [target["target"] for target in people.get("targets") or ()]


def _words(halves: Sequence[Half]) -> str:
    """Green only where both were read back; what could not be read is not known, and not missing."""
    if any(half.now == UNKNOWN for half in halves):
        return "Not known: one half could not be read. Nothing was changed by that."
    if all(half.colour == "green" for half in halves):
        return "Both halves stand."
    if any(half.colour == "secondary" for half in halves):
        return "Not read back yet."
    missing = [half for half in halves if half.colour != "green"]
    if len(missing) == len(halves):
        return "Neither half is as agreed. " + " ".join(ALONE[half.address] for half in missing)
    return "One-sided. " + ALONE[missing[0].address]
