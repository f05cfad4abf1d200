"""How an analyst stands with a package: Request, Waiting, Open, Renew, Expired or Unknown; when it was read.

The rule is here twice: `state` judges a row, desk/by_state.py asks the database for the rows of one state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils.timezone import now

from onboarding.models import Holding, Inquiry
from onboarding.words.reasons import visible
from tenants.models import Contact, Person, Tenant

S = Holding.State


class How(TextChoices):
    """What a list can be filtered by; what is to be renewed is open, too."""

    REQUEST = "request", "Request"
    WAITING = "waiting", "Waiting for an approver"
    DELIVERING = "delivering", "Waiting for Microsoft"
    OPEN = "open", "Open, or let in"
    RENEW = "renew", "Renew: open, but ending soon"
    EXPIRED = "expired", "Expired"
    FAILED = "failed", "Not delivered"
    UNKNOWN = "unknown", "Unknown"


COLOURS = {S.NOTHING: "blue", S.WAITING: "yellow", S.DELIVERING: "cyan", S.OPEN: "green", S.FAILED: "red"}
SOON = ((7, "red", "today"), (14, "orange", "now"), (30, "yellow", "in good time"))
"""Days before its end from which an access is to be renewed, the most urgent first."""
RENEW = "It ends {left}. Ask {soon} in My Access for more time; an approver decides again."
NOT_READ = "Nobody has read it yet. My Access tells you when you open the link."
TOO_OLD = "It was read too long ago to count. Read it again, or open the link: My Access tells you."
OVER = (
    "It was to end {end}, and nobody has read it since. Read it again, or open the link: My Access tells you."
)
NO_ROLE = (
    "Nobody has confirmed yet that this tier has its role in Defender: until then you may see nothing there."
)
STILL_GOOD = timedelta(hours=36)
"""A night may be missed; what is older says nothing about today."""


@dataclass(frozen=True, slots=True)
class State:
    """Display only: no right hangs on it. `read_at` is None where nobody has looked."""

    word: str
    colour: str
    note: str
    read_at: datetime | None = None
    is_read: bool = True

    @property
    def is_to_ask(self) -> bool:
        """To ask, at first or again, is what there is to do next."""
        return self.word.partition(":")[0] in ("Request", "Renew", "Expired")


SOON_SEEN = "If you have just asked, that shows here in a moment."
UNKNOWN = State("Unknown", "secondary", NOT_READ)


def states(person: Person, tenants: Sequence[Tenant]) -> dict[tuple[int, int, str], State]:
    """(tenant, tier, package's id) → how this person stands with it; what is not in it, nobody has read."""
    rows = Holding.objects.filter(membership__person=person, tenant__in=tenants).select_related("membership")
    approvers = _approvers(tenants)
    return {
        (row.tenant_id, row.membership.tier_id, row.package): state(row, person, approvers) for row in rows
    }


def state(row: Holding, person: Person, approvers: Mapping[int, list[str]]) -> State:
    if row.read_at < now() - STILL_GOOD:
        return State("Unknown", "secondary", TOO_OLD, row.read_at)
    if row.state == S.OPEN and row.until and row.until <= now():
        return State("Unknown", "secondary", OVER.format(end=day(row.until)), row.read_at)
    if row.state == S.OPEN and row.until and (urgent := ending(row.until)):
        return _renew(row.until, row.read_at, *urgent)
    word, note = _words(row, person, approvers.get(row.tenant_id, []))
    return State(word, COLOURS.get(S(row.state), "secondary"), note, row.read_at, row.state != S.UNKNOWN)


def without_role(found: State) -> State:
    """Of a tier that nobody has confirmed a role for: who is let in may find nothing behind the door."""
    note = f"{found.note} {NO_ROLE}".strip()
    if found.word.startswith("Open"):
        return replace(found, word=found.word.replace("Open", "Let in", 1), colour="yellow", note=note)
    return replace(found, note=note) if found.word.startswith("Renew") else found


def just_asked(found: State) -> State:
    """Of who opened My Access a moment ago: what they asked for may not be seen there yet."""
    return replace(found, note=f"{found.note} {SOON_SEEN}") if found.word == "Request" else found


def ending(until: datetime) -> tuple[str, str] | None:
    """The colour, and how soon to ask for more time; None while there is plenty."""
    left = until - now()
    return next(((colour, soon) for days, colour, soon in SOON if left <= timedelta(days)), None)


def _renew(until: datetime, read_at: datetime, colour: str, soon: str) -> State:
    left = (until - now()).days
    words = {0: "within a day", 1: "in 1 day"}.get(left, f"in {left} days")
    return State(f"Renew: open until {day(until)}", colour, RENEW.format(left=words, soon=soon), read_at)


def _words(row: Holding, person: Person, approvers: Sequence[str]) -> tuple[str, str]:
    named = f" Approvers named first: {', '.join(approvers)}." if approvers else ""
    end = day(row.until) if row.until else ""
    return {
        S.NOTHING: ("Request", f"Nothing is held or asked for as {visible(person.email)}."),
        S.WAITING: ("Waiting for an approver", f"You have asked.{named}"),
        S.DELIVERING: ("Waiting for Microsoft", "Approved; it is being delivered. That takes minutes."),
        S.OPEN: (f"Open until {end}" if end else "Open", "" if end else "Microsoft names no end."),
        S.EXPIRED: ("Expired", f"It ended{f' {end}' if end else ''}. Ask for it again."),
        S.FAILED: (
            "Not delivered",
            "Microsoft could not deliver it. An administrator of the customer can try again.",
        ),
        S.UNKNOWN: ("Unknown", f"{visible(row.why)} My Access tells you when you open the link."),
    }[S(row.state)]


def day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def _approvers(tenants: Sequence[Tenant]) -> dict[int, list[str]]:
    """The first approvers, as the customer named them; who is in the group today may differ."""
    found: dict[int, list[str]] = defaultdict(list)
    named = Contact.objects.filter(tenant__in=tenants, role=Contact.Role.APPROVER).select_related("person")
    for contact in named.order_by("person__name"):
        found[contact.tenant_id].append(visible(str(contact.person)))
    return found


def with_reading(tenants: QuerySet[Tenant]) -> QuerySet[Any]:
    """Each tenant with `being_read`: whether somebody asked for it and the worker is not done."""
    open_one = Inquiry.objects.open().filter(tenant=OuterRef("pk"), what=Inquiry.What.ACCESS)
    return tenants.annotate(being_read=Exists(open_one))
