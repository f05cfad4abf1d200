"""Who of our analysts holds, or waits for, a package of ours: read from the customer's tenant by the reader.

Matched by e-mail address or sign-in name, since a guest's object id is not ours to know; so it is for display
and decides nothing. Who decides on a request cannot be read by an app at all (facts/graph.md, trap 4).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from onboarding import enrol
from onboarding.kinds.calls import ask, quoted
from onboarding.models import OwnedObject
from onboarding.rows.holdings import Holding
from onboarding.words import reasons
from tenants.microsoft import apps, bridge, clouds
from tenants.microsoft.errors import Later, NotFound, Refused, Rejected
from tenants.microsoft.graph import Graph, graph
from tenants.models import Membership, Tenant

S = Holding.State
READ_SECONDS = 45.0
UNDECIDED = ("submitted", "pendingApproval", "scheduled")
HELD = {
    "delivered": S.OPEN,
    "partiallyDelivered": S.OPEN,
    "delivering": S.DELIVERING,
    "expired": S.EXPIRED,
    "deliveryFailed": S.FAILED,
}
FIRST = (S.OPEN, S.DELIVERING, S.WAITING, S.UNKNOWN, S.EXPIRED, S.FAILED, S.NOTHING)
"""Of several things true of one person and package, which one counts."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One assignment or request: for which package, by which names its person is known, and how it stands."""

    package: str
    names: frozenset[str]
    state: str
    until: datetime | None = None
    why: str = ""


def held() -> list[int]:
    """All tenants with a package of ours and an analyst who may ask for it."""
    ours = OwnedObject.objects.filter(tenant=OuterRef("pk"), kind="access_package")
    analysts = Membership.objects.filter(customer=OuterRef("customer"))
    found = Tenant.objects.filter(Exists(ours), Exists(analysts), cloud=clouds.current().name)
    return list(found.order_by("pk").values_list("pk", flat=True))


def look(tenant: Tenant) -> Callable[[], Json]:
    """Read the tenant; what comes back writes the rows. Raises what reading raises, and nothing is known."""
    began, packages = now(), _packages(tenant)
    there = graph(clouds.current(), apps.reader(), str(tenant.tenant_id))
    try:
        found = bridge.run(_read(there, sorted(packages.values())), READ_SECONDS)
    except TimeoutError:
        raise Later(5, "reading who holds what took too long") from None
    return lambda: {"analysts": _keep(tenant, packages, began, lambda m, p: judged(m.person.email, p, found))}


def read(tenant_id: int) -> None:
    """Look and keep, or keep why not."""
    tenant, began = Tenant.objects.get(pk=tenant_id), now()
    try:
        with told(tenant):
            enrol.check_consent(apps.reader(), str(tenant.tenant_id))
            look(tenant)()
    except Later as later:
        _unreadable(tenant, began, str(later))
    except (Refused, NotFound, Rejected):
        pass  # told


@contextmanager
def told(tenant: Tenant) -> Iterator[None]:
    """What cannot be read is not known any more, and the rows say why: an old state would be a guess."""
    began = now()
    try:
        yield
    except Refused as refused:
        found = reasons.words(refused.reason, refused.facts)
        _unreadable(tenant, began, f"{found.what} {found.who}")
        raise
    except (NotFound, Rejected) as error:
        _unreadable(tenant, began, str(error))
        raise


async def _read(there: Graph, packages: Iterable[str]) -> list[Found]:
    """Requests by their state, the only filter that is documented for them; assignments by package."""
    management = there.client.identity_governance.entitlement_management
    wide = {"expand": "requestor,accessPackage"}
    asked = [ask(management.assignment_requests, filter=f"state eq '{s}'", **wide) for s in UNDECIDED]
    given = [
        ask(
            management.assignments,
            filter=f"accessPackage/id eq {quoted(each)}",
            expand="target,accessPackage",
        )
        for each in packages
    ]
    pages = await asyncio.gather(*(there.pages(request) for request in (*asked, *given)))
    undecided = [row for page in pages[: len(asked)] for row in page]
    assigned = [row for page in pages[len(asked) :] for row in page]
    return [*map(_request, undecided), *map(_assignment, assigned)]


def _request(row: Json) -> Found:
    """A request to take access away says nothing about asking for it."""
    leaves = str(row.get("requestType", "")).endswith("Remove")
    return Found(_id(row), _names(row.get("requestor")), S.NOTHING if leaves else S.WAITING)


def _assignment(row: Json) -> Found:
    ends = ((row.get("schedule") or {}).get("expiration") or {}).get("endDateTime")
    ends = str(row.get("expiredDateTime") or ends or "")
    state, until = HELD.get(str(row.get("state"))), _moment(ends)
    who = (_id(row), _names(row.get("target")))
    if state is None:
        return Found(*who, S.UNKNOWN, until, "Microsoft names a state that this portal does not know.")
    if state == S.OPEN and ends and until is None:
        return Found(*who, S.UNKNOWN, None, "Microsoft names an end that this portal cannot read.")
    return Found(*who, state, until)


def _moment(text: str) -> datetime | None:
    """None where it is no moment; without a zone it is UTC, as all of Graph's are."""
    try:
        found = parse_datetime(text)
        return found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _id(row: Json) -> str:
    return str((row.get("accessPackage") or {}).get("id", ""))


def _names(subject: Json | None) -> frozenset[str]:
    """A guest's sign-in name holds the one at home: ann_fabrikam.example#EXT#@northwind.example."""
    known = subject or {}
    mail, upn = str(known.get("email") or ""), str(known.get("principalName") or "")
    name, guest, _ = upn.partition("#EXT#")
    if guest:
        name = "@".join(name.rsplit("_", 1))
    return frozenset(each.casefold() for each in (mail, name) if each)


def judged(email: str, package: str, found: Iterable[Found]) -> Json:
    """The columns of one row."""
    if not email:
        return {
            "state": S.UNKNOWN,
            "until": None,
            "why": "No e-mail address to look for is known.",
        }
    theirs = [each for each in found if each.package == package and email.casefold() in each.names]
    best = min(theirs, key=_order, default=Found(package, frozenset(), S.NOTHING))
    return {"state": best.state, "until": best.until, "why": best.why}


def _order(each: Found) -> tuple[int, float]:
    """The state that counts first; of two the one that lasts longer."""
    return FIRST.index(S(each.state)), -(each.until.timestamp() if each.until else float("inf"))


def _packages(tenant: Tenant) -> dict[str, str]:
    """Address → id of those we answer for."""
    rows = OwnedObject.objects.filter(tenant=tenant, kind="access_package")
    return dict(rows.values_list("address", "remote_id"))


def _unreadable(tenant: Tenant, began: datetime, why: str) -> None:
    row = {"state": S.UNKNOWN, "until": None, "why": why[:300]}
    _keep(tenant, _packages(tenant), began, lambda membership, package: row)


def _keep(
    tenant: Tenant, packages: Mapping[str, str], began: datetime, judge: Callable[[Membership, str], Json]
) -> int:
    """One row for each analyst and tier with a package. A row that was read later stays as it is."""
    given = Membership.objects.filter(customer=tenant.customer_id).select_related("person", "tier")
    kept = 0
    with transaction.atomic():
        later = set(tenant.holdings.filter(read_at__gt=began).values_list("membership_id", flat=True))
        for membership in given:
            package = packages.get(f"access_package/{membership.tier.slug}")
            if package and membership.pk not in later:
                row = {"package": package, "read_at": began, **judge(membership, package)}
                Holding.objects.update_or_create(tenant=tenant, membership=membership, defaults=row)
                kept += 1
    return kept
