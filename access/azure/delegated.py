"""What of each tenant's Azure is delegated to us, and the Sentinel workspaces found in it the last time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from access.found import TENANT
from onboarding.grants import strays
from onboarding.models import Inquiry, OwnedObject, Reading
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Stands:
    is_delegated: bool
    workspaces: tuple[Mapping[str, Any], ...]


def with_workspaces(tenants: QuerySet[Any]) -> QuerySet[Any]:
    """Each tenant with `seen_in_azure`: what was answered the last time that somebody looked at Sentinel."""
    good = Inquiry.objects.filter(tenant=OuterRef("pk"), what=Inquiry.What.SENTINEL, reason="")
    last = good.exclude(answered_at=None).order_by("-pk").values("answer")[:1]
    rows: QuerySet[Any] = tenants.annotate(seen_in_azure=Subquery(last))
    return rows


def stands(tenant: Any, owned: Iterable[OwnedObject]) -> Stands:
    """Of one that is `with_workspaces`. What was found in a place that has ended since is left out."""
    scopes = [row.spec["scope"] for row in owned if row.kind == "delegation"]
    seen = (tenant.seen_in_azure or {}).get("workspaces", ())
    return Stands(bool(scopes), tuple(one for one in seen if _is_within(one["id"], scopes)))


def stands_now(tenant: Tenant) -> Stands:
    """The same of a single tenant, asked of the rows."""
    row = with_workspaces(Tenant.objects.filter(pk=tenant.pk)).get()
    return stands(row, tenant.owned.filter(kind="delegation"))


@dataclass(frozen=True, slots=True)
class Besides:
    """Delegations that no agreed plan covers, by the last read-back: each scope with words, or why not.

    `is_told`: it would have said, had it been unable to look. Without that its silence is no proof.
    """

    reading: Reading | None
    is_told: bool
    found: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, str], ...]


def besides(tenant: Tenant) -> Besides:
    reading = tenant.readings.first()
    told: Mapping[str, Any] = reading.found if reading else {}
    found = ((at, each) for at, words in _in_azure(told.get("strange")) for each in words)
    unread = tuple(_in_azure(told.get("unknown")))
    is_told = reading is not None and TENANT not in (told.get("unknown") or {}) and strays.is_held_to(tenant)
    return Besides(reading, is_told, tuple(found), unread)


def _in_azure(told: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """By its scope; "" is the list of what is delegated."""
    for address, words in (told or {}).items():
        if address == strays.WHERE or address.startswith(f"{strays.WHERE}/"):
            yield address.removeprefix(strays.WHERE), words


def _is_within(id: str, scopes: Iterable[str]) -> bool:
    """Azure minds no case in ids."""
    return any(id.lower().startswith(f"{scope.lower()}/") for scope in scopes)
